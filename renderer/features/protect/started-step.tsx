import { Button, makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import { links } from '../../app/links.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { BackupProgress } from '../../ui/backup/backup-progress.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StepFrame } from './step-frame.tsx';
import { protectTexts } from './texts.ts';
import type { Protection } from './use-protect.ts';

const useStyles = makeStyles({
  bar: { marginBottom: tokens.spacingVerticalM },
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

/** All is set up; the first backup runs. */
export function StartedStep({
  protection,
  onAnother,
}: {
  readonly protection: Protection;
  readonly onAnother: () => void;
}) {
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  const [, navigate] = useLocation();
  const { target, backupId } = protection;
  return (
    <StepFrame label={texts.steps.start}>
      {target.warnings.length > 0 && (
        <MessageBar intent="warning" layout="multiline" className={styles.bar}>
          <MessageBarBody>
            <MessageBarTitle>{texts.warnings}</MessageBarTitle>
            {target.warnings.join(' ')}
          </MessageBarBody>
        </MessageBar>
      )}
      <Panel title={texts.startTitle}>
        <BackupProgress backupId={backupId} />
      </Panel>
      <div className={styles.actions}>
        <Button appearance="primary" onClick={() => navigate(links.target(target.target_id))}>
          {texts.toTarget}
        </Button>
        <Button onClick={() => navigate('/')}>{texts.toOverview}</Button>
        <Button onClick={onAnother}>{texts.another}</Button>
      </div>
    </StepFrame>
  );
}
