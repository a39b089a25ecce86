import { Dropdown, Field, makeStyles, Option, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { TASK_PRIORITIES } from '../../../../contracts/tasks.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { problemOf, type Problems } from '../../../ui/form/problems.ts';
import { TextField } from '../../../ui/form/text-field.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { overviewQuery } from '../../overview/queries.ts';
import { detailTexts } from '../detail/texts.ts';
import type { TaskDraft } from './task-draft.ts';
import { formTexts } from './texts.ts';

const useStyles = makeStyles({
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(260px, 1fr))',
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalL}`,
    alignItems: 'start',
  },
});

interface Props {
  readonly draft: TaskDraft;
  readonly problems: Problems;
  readonly onChange: (change: Partial<TaskDraft>) => void;
}

/** What most tasks leave as it is. */
export function MoreFields({ draft, problems, onChange }: Props) {
  const styles = useStyles();
  const texts = useTexts(formTexts);
  const text = (name: string, label: string, field: keyof TaskDraft & TextName, hint?: string, isNumber = false) => (
    <TextField
      label={label}
      name={name}
      value={draft[field]}
      problems={problems}
      isNumber={isNumber}
      {...(hint !== undefined && { hint })}
      onChange={(value) => onChange({ [field]: value })}
    />
  );
  return (
    <Panel title={texts.more}>
      <div className={styles.fields}>
        {text('timeZone', texts.timeZone, 'timeZone', texts.timeZoneHint)}
        {text('taskType', texts.taskType, 'taskType', texts.taskTypeHint)}
        {text('serverId', texts.server, 'serverId')}
        {text('graceMinutes', texts.grace, 'graceMinutes', texts.graceHint, true)}
        {text('maxDurationMinutes', texts.maxDuration, 'maxDurationMinutes', texts.maxDurationHint, true)}
        {draft.type !== 'monitored' && (
          <>
            {text('timeout', texts.timeout, 'timeoutMinutes', texts.usual, true)}
            {text('maxRetries', texts.retries, 'maxRetries', texts.usual, true)}
            {text('assignedTo', texts.assignedTo, 'assignedTo')}
            <PriorityField draft={draft} onChange={onChange} />
            <DependenciesField draft={draft} problems={problems} onChange={onChange} />
          </>
        )}
      </div>
    </Panel>
  );
}

type TextName =
  | 'timeZone'
  | 'taskType'
  | 'serverId'
  | 'graceMinutes'
  | 'maxDurationMinutes'
  | 'timeoutMinutes'
  | 'maxRetries'
  | 'assignedTo';

function PriorityField({ draft, onChange }: Pick<Props, 'draft' | 'onChange'>) {
  const texts = useTexts(formTexts);
  const { priorities } = useTexts(detailTexts);
  return (
    <Field label={texts.priority}>
      <Dropdown
        value={priorities[draft.priority]}
        selectedOptions={[draft.priority]}
        onOptionSelect={(_event, { optionValue }) => {
          const priority = TASK_PRIORITIES.find((known) => known === optionValue);
          if (priority) onChange({ priority });
        }}
      >
        {TASK_PRIORITIES.map((priority) => (
          <Option key={priority} value={priority}>
            {priorities[priority]}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}

function DependenciesField({ draft, problems, onChange }: Props) {
  const texts = useTexts(formTexts);
  const { data } = useQuery(overviewQuery);
  const others = (data?.tasks ?? []).filter(({ task_id }) => task_id !== draft.taskId);
  const nameOf = (id: string) => others.find(({ task_id }) => task_id === id)?.name ?? id;
  const problem = problemOf(problems, 'dependencies');
  return (
    <Field label={texts.dependencies} {...(problem !== undefined && { validationMessage: problem })}>
      <Dropdown
        multiselect
        placeholder={texts.noDependencies}
        value={draft.dependencies.map(nameOf).join(', ')}
        selectedOptions={[...draft.dependencies]}
        onOptionSelect={(_event, { selectedOptions }) => onChange({ dependencies: selectedOptions })}
      >
        {others.map(({ task_id, name }) => (
          <Option key={task_id} value={task_id}>
            {name}
          </Option>
        ))}
      </Dropdown>
    </Field>
  );
}
