import { makeStyles, MessageBar, MessageBarBody, MessageBarTitle, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';
import type { TargetView } from '../../../contracts/targets.ts';
import { protectionQuery, targetQuery } from '../../api/protection-queries.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { BackupProgress } from '../../ui/backup/backup-progress.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorState } from '../../ui/error-state.tsx';
import { LoadingState } from '../../ui/loading-state.tsx';
import { PageHeader } from '../../ui/page-header.tsx';
import { Panel } from '../../ui/panel.tsx';
import { BackupsPanel } from './backups-panel.tsx';
import { RecoverabilityPanel } from './recoverability-panel.tsx';
import { SchedulesPanel } from './schedules-panel.tsx';
import { SourcePanel } from './source-panel.tsx';
import { TargetButtons } from './target-buttons.tsx';
import { TargetState } from './target-state.tsx';
import { targetTexts } from './texts.ts';

const useStyles = makeStyles({ bar: { marginBottom: tokens.spacingVerticalM } });

/** One target: could it be restored, when is it backed up, and every backup of it. */
export default function TargetPage() {
  const texts = useTexts(targetTexts);
  const [search] = useSearchParams();
  const id = search.get('id');
  if (id === null) return <EmptyState title={texts.noTarget} />;
  return <TargetOf key={id} targetId={id} />;
}

function TargetOf({ targetId }: { readonly targetId: string }) {
  const { data, error, refetch } = useQuery(targetQuery(targetId));
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data) return <LoadingState />;
  return <Shown target={data} />;
}

function Shown({ target }: { readonly target: TargetView }) {
  const styles = useStyles();
  const texts = useTexts(targetTexts);
  const { data } = useQuery(protectionQuery);
  const state = data?.details.find(({ target_id: id }) => id === target.target_id);
  const shownBackup = useShownBackup(target.active_backup_id);
  const complaints = [...(state?.cause ? [state.cause] : []), ...target.warnings];
  return (
    <>
      <PageHeader title={target.name} subtitle={texts.kinds[target.kind]} badge={<TargetState state={state} />}>
        <TargetButtons target={target} />
      </PageHeader>
      {complaints.length > 0 && (
        <MessageBar intent={state?.state === 'failed' ? 'error' : 'warning'} layout="multiline" className={styles.bar}>
          <MessageBarBody>
            <MessageBarTitle>{texts.cause}</MessageBarTitle>
            {complaints.join(' ')}
          </MessageBarBody>
        </MessageBar>
      )}
      {shownBackup !== null && (
        <Panel title={texts.runningNow}>
          <BackupProgress backupId={shownBackup} />
        </Panel>
      )}
      <RecoverabilityPanel target={target} state={state} />
      <SourcePanel target={target} />
      <SchedulesPanel target={target} />
      <BackupsPanel target={target} />
    </>
  );
}

/** The backup that runs; it stays in sight when it has ended, so that whoever watched sees how. */
function useShownBackup(activeId: string | null): string | null {
  const [shown, setShown] = useState(activeId);
  useEffect(() => {
    if (activeId !== null) setShown(activeId);
  }, [activeId]);
  return activeId ?? shown;
}
