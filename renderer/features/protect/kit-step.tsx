import { Button, Checkbox, makeStyles, MessageBar, MessageBarBody, Text, tokens } from '@fluentui/react-components';
import { useEffect, useState } from 'react';
import type { ShownKit } from '../../../contracts/repositories.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { Panel } from '../../ui/panel.tsx';
import { useConfirmKit } from '../../ui/repository/kit-dialog.tsx';
import { KitSheet } from '../../ui/repository/kit-sheet.tsx';
import { repositoryFormTexts } from '../../ui/repository/texts.ts';
import { StepActions, StepFrame } from './step-frame.tsx';
import { protectTexts } from './texts.ts';

const useStyles = makeStyles({ root: { display: 'grid', gap: tokens.spacingVerticalM } });

/** The recovery kit of the repository that was made: stored before the first backup relies on it. */
export function KitStep(props: {
  readonly repositoryId: string;
  readonly name: string;
  readonly kit: ShownKit;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onBack: () => void;
  readonly onNext: () => void;
}) {
  const { repositoryId, name, kit, isBusy, onNext } = props;
  const styles = useStyles();
  const texts = useTexts(protectTexts);
  const words = useTexts(repositoryFormTexts);
  const [isStored, setStored] = useState(false);
  const confirm = useConfirmKit(repositoryId);
  useWarningBeforeLeaving(!confirm.isSuccess);
  const next = () => {
    if (confirm.isSuccess) onNext();
    else confirm.mutate(undefined, { onSuccess: onNext });
  };
  const error = confirm.error ?? props.error;
  return (
    <StepFrame label={texts.steps.kit}>
      <Panel title={texts.kitTitle(name)}>
        <div className={styles.root}>
          <KitSheet name={name} kit={kit} />
          <Checkbox
            label={words.stored}
            checked={isStored}
            onChange={(_event, { checked }) => setStored(checked === true)}
          />
        </div>
      </Panel>
      {error && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{error.message}</MessageBarBody>
        </MessageBar>
      )}
      <StepActions
        onBack={props.onBack}
        onNext={next}
        next={texts.start}
        isReady={isStored}
        isBusy={isBusy || confirm.isPending}
      >
        <Button appearance="subtle" disabled={isBusy || confirm.isPending || isStored} onClick={onNext}>
          {texts.startLater}
        </Button>
      </StepActions>
      <Text size={200}>{words.laterHint}</Text>
    </StepFrame>
  );
}

/** The kit is nowhere but in this page. */
function useWarningBeforeLeaving(isOn: boolean): void {
  useEffect(() => {
    if (!isOn) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [isOn]);
}
