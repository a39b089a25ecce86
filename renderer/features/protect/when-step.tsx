import { MessageBar, MessageBarBody, Text } from '@fluentui/react-components';
import { useState } from 'react';
import { useTexts } from '../../i18n/use-texts.ts';
import type { Problems } from '../../ui/form/problems.ts';
import { Panel } from '../../ui/panel.tsx';
import { retentionPolicyOf, type RetentionDraft } from '../../ui/retention/retention-draft.ts';
import { RetentionFields } from '../../ui/retention/retention-fields.tsx';
import { ScheduleBuilder } from '../../ui/schedule/schedule-builder.tsx';
import { StepActions, StepFrame } from './step-frame.tsx';
import { protectTexts } from './texts.ts';

/** When it is backed up, and how long backups stay. A target that is new has none, so nothing is simulated. */
export function WhenStep(props: {
  readonly schedule: string;
  readonly retention: RetentionDraft;
  /** The last step: something starts. */
  readonly isLast: boolean;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onSchedule: (schedule: string) => void;
  readonly onRetention: (retention: RetentionDraft) => void;
  readonly onBack: () => void;
  readonly onNext: () => void;
}) {
  const { schedule, retention, isLast, isBusy, error, onBack, onNext } = props;
  const texts = useTexts(protectTexts);
  const [problems, setProblems] = useState<Problems>({});
  return (
    <StepFrame label={texts.steps.when}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          const { problems: found } = retentionPolicyOf(retention);
          setProblems(found);
          if (Object.keys(found).length === 0) onNext();
        }}
      >
        <Panel title={texts.whenTitle}>
          <ScheduleBuilder
            value={schedule}
            timeZone=""
            isExpectation={false}
            problem={undefined}
            onChange={props.onSchedule}
          />
          {schedule === 'manual' && <Text>{texts.manual}</Text>}
        </Panel>
        <Panel title={texts.howLongTitle}>
          <RetentionFields draft={retention} problems={problems} onChange={props.onRetention} />
        </Panel>
        {error && (
          <MessageBar intent="error" layout="multiline">
            <MessageBarBody>{error.message}</MessageBarBody>
          </MessageBar>
        )}
        <StepActions onBack={onBack} isBusy={isBusy} {...(isLast && { next: texts.start })} />
      </form>
    </StepFrame>
  );
}
