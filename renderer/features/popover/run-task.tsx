import { Button, Combobox, makeStyles, Option, tokens } from '@fluentui/react-components';
import { PlayRegular } from '@fluentui/react-icons';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { OverviewTask } from '../../../contracts/overview.ts';
import { taskActions } from '../../api/task-actions.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { useNotices } from '../../ui/notices.tsx';
import { Part } from './part.tsx';
import { popoverTexts } from './texts.ts';

const MOST_OPTIONS = 50;

const useStyles = makeStyles({
  line: { display: 'flex', gap: tokens.spacingHorizontalS },
  combobox: { minWidth: 0, flexGrow: 1 },
});

/** Any task that GuardIT runs itself, found by its name. */
export function RunTask({ tasks }: { readonly tasks: readonly OverviewTask[] }) {
  const styles = useStyles();
  const texts = useTexts(popoverTexts);
  const notices = useNotices();
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState<OverviewTask | null>(null);
  const run = useMutation({
    mutationFn: (task: OverviewTask) => taskActions.run(task.task_id),
    onSuccess: (_, task) => {
      notices.done(texts.hasBegun(task.name));
      setTyped('');
      setChosen(null);
    },
    onError: (error) => notices.failed(texts.run, error),
  });
  const runnable = tasks.filter(
    ({ type, running, level }) => type !== null && running === null && level !== 'inactive',
  );
  if (runnable.length === 0) return null;
  const sought = chosen?.name === typed ? '' : typed.toLocaleLowerCase();
  const found = runnable.filter(({ name }) => name.toLocaleLowerCase().includes(sought)).slice(0, MOST_OPTIONS);
  return (
    <Part title={texts.runTask}>
      <div className={styles.line}>
        <Combobox
          className={styles.combobox}
          aria-label={texts.chooseTask}
          placeholder={texts.chooseTask}
          value={typed}
          selectedOptions={chosen ? [chosen.task_id] : []}
          onChange={(event) => {
            setTyped(event.target.value);
            setChosen(null);
          }}
          onOptionSelect={(_, { optionValue }) => {
            const task = runnable.find(({ task_id }) => task_id === optionValue) ?? null;
            setChosen(task);
            setTyped(task?.name ?? '');
          }}
        >
          {found.map(({ task_id, name }) => (
            <Option key={task_id} value={task_id}>
              {name}
            </Option>
          ))}
          {found.length === 0 && (
            <Option disabled value="">
              {texts.noSuchTask}
            </Option>
          )}
        </Combobox>
        <Button
          icon={<PlayRegular />}
          disabled={chosen === null || run.isPending}
          onClick={() => chosen && run.mutate(chosen)}
        >
          {texts.run}
        </Button>
      </div>
    </Part>
  );
}
