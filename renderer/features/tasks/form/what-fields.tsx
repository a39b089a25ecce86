import { Field, makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import { useMay } from '../../../app/session/session-context.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import type { Problems } from '../../../ui/form/problems.ts';
import { TextField } from '../../../ui/form/text-field.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { taskTexts } from '../texts.ts';
import { EMPTY_DRAFT, NEW_TYPES, slugOf, type TaskDraft } from './task-draft.ts';
import { formTexts } from './texts.ts';

const useStyles = makeStyles({
  fields: { display: 'grid', gap: tokens.spacingVerticalM },
  kind: { display: 'grid' },
  hint: { color: tokens.colorNeutralForeground2, fontSize: '12px' },
});

interface Props {
  readonly draft: TaskDraft;
  readonly isNew: boolean;
  readonly problems: Problems;
  readonly onChange: (change: Partial<TaskDraft>) => void;
}

/** Name and kind. The kind of a task that is there stays. */
export function WhatFields({ draft, isNew, problems, onChange }: Props) {
  const styles = useStyles();
  const texts = useTexts(formTexts);
  return (
    <Panel title={texts.what}>
      <div className={styles.fields}>
        {isNew && <KindField draft={draft} onChange={onChange} />}
        <TextField
          label={texts.name}
          isRequired
          autoFocus
          name={draft.type === 'monitored' && isNew ? 'displayName' : 'name'}
          value={draft.name}
          problems={problems}
          onChange={(name) => onChange({ name })}
        />
        {isNew && (
          <TextField
            label={texts.taskId}
            hint={texts.taskIdHint(slugOf(draft.name))}
            isCode
            name="taskId"
            value={draft.taskId}
            problems={problems}
            onChange={(taskId) => onChange({ taskId })}
          />
        )}
        <TextField
          label={texts.description}
          lines={2}
          name="description"
          value={draft.description}
          problems={problems}
          onChange={(description) => onChange({ description })}
        />
      </div>
    </Panel>
  );
}

function KindField({ draft, onChange }: Pick<Props, 'draft' | 'onChange'>) {
  const styles = useStyles();
  const texts = useTexts(formTexts);
  const words = useTexts(taskTexts);
  const isAdmin = useMay('admin');
  const mayOperate = useMay('admin', 'operator');
  const mayMake = (type: (typeof NEW_TYPES)[number]) =>
    type === 'monitored' || (mayOperate && (isAdmin || (type !== 'script' && type !== 'custom')));
  return (
    <Field label={texts.kind} {...(!isAdmin && { hint: texts.adminsOnly })}>
      <RadioGroup
        value={draft.type}
        onChange={(_event, { value }) => {
          const type = NEW_TYPES.find((known) => known === value);
          if (type) onChange({ type, config: EMPTY_DRAFT.config });
        }}
      >
        {NEW_TYPES.map((type) => (
          <Radio
            key={type}
            value={type}
            disabled={!mayMake(type)}
            label={
              <span className={styles.kind}>
                {words.types[type]}
                <Text className={styles.hint}>{texts.kinds[type]}</Text>
              </span>
            }
          />
        ))}
      </RadioGroup>
    </Field>
  );
}
