import { Button, makeStyles, MessageBar, MessageBarBody, tokens } from '@fluentui/react-components';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { TaskView } from '../../../../contracts/tasks.ts';
import { ApiError } from '../../../api/api-error.ts';
import { keys } from '../../../api/query-keys.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import type { Problems } from '../../../ui/form/problems.ts';
import { ScheduleBuilder } from '../../../ui/schedule/schedule-builder.tsx';
import { Panel } from '../../../ui/panel.tsx';
import { uiTexts } from '../../../ui/texts.ts';
import { ConfigFields } from './config-fields.tsx';
import { MoreFields } from './more-fields.tsx';
import type { Checked } from './task-body.ts';
import type { TaskDraft } from './task-draft.ts';
import { formTexts } from './texts.ts';
import { WhatFields } from './what-fields.tsx';

const useStyles = makeStyles({
  root: { maxWidth: '760px' },
  fields: { display: 'grid', gap: tokens.spacingVerticalM },
  actions: {
    display: 'flex',
    gap: tokens.spacingHorizontalS,
    alignItems: 'center',
    padding: `${tokens.spacingVerticalS} 0`,
  },
});

export interface TaskFormProps {
  readonly first: TaskDraft;
  readonly isNew: boolean;
  readonly submitLabel: (draft: TaskDraft) => string;
  readonly check: (draft: TaskDraft) => Checked;
  readonly send: (draft: TaskDraft, body: unknown) => Promise<TaskView>;
  readonly onDone: (task: TaskView) => void;
  readonly onCancel: () => void;
}

/** Makes and changes a task. It refuses what the API would refuse, by the same schemas, and says where. */
export function TaskForm({ first, isNew, submitLabel, check, send, onDone, onCancel }: TaskFormProps) {
  const styles = useStyles();
  const texts = useTexts(formTexts);
  const words = useTexts(uiTexts);
  const client = useQueryClient();
  const [draft, setDraft] = useState(first);
  const [problems, setProblems] = useState<Problems>({});
  const save = useMutation({
    mutationFn: (body: unknown) => send(draft, body),
    onSuccess: async (task) => {
      await Promise.all([keys.overview, keys.tasks].map((queryKey) => client.invalidateQueries({ queryKey })));
      onDone(task);
    },
    onError: (error) => {
      if (error instanceof ApiError && error.field !== null) setProblems({ [error.field]: error.message });
    },
  });
  const change = (some: Partial<TaskDraft>) => setDraft((before) => ({ ...before, ...some }));
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    // Where the first thing is wrong, whoever sent it goes on.
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problems]);
  const submit = () => {
    const { body, problems: found } = check(draft);
    setProblems(found ?? {});
    if (body) save.mutate(body);
  };
  const isOwn = draft.type !== 'monitored';
  return (
    <form
      className={styles.root}
      ref={form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <WhatFields draft={draft} isNew={isNew} problems={problems} onChange={change} />
      {isOwn && (
        <Panel title={texts.does}>
          <div className={styles.fields}>
            <ConfigFields
              type={draft.type}
              config={draft.config}
              problems={problems}
              onChange={(config) => change({ config: { ...draft.config, ...config } })}
            />
          </div>
        </Panel>
      )}
      <Panel title={isOwn ? texts.when : texts.expected}>
        <ScheduleBuilder
          value={draft.schedule}
          timeZone={draft.timeZone}
          isExpectation={!isOwn}
          problem={problems['schedule'] ?? problems['expectedSchedule']}
          onChange={(schedule) => change({ schedule })}
        />
      </Panel>
      <MoreFields draft={draft} problems={problems} onChange={change} />
      {(save.error !== null || Object.keys(problems).length > 0) && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{save.error?.message ?? texts.problems}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.actions}>
        <Button appearance="primary" type="submit" disabled={save.isPending}>
          {submitLabel(draft)}
        </Button>
        <Button onClick={onCancel}>{words.cancel}</Button>
      </div>
    </form>
  );
}
