import { Button, makeStyles, Text, Toolbar, tokens } from '@fluentui/react-components';
import {
  DeleteRegular,
  PauseRegular,
  PlayRegular,
  PlugConnectedRegular,
  PlugDisconnectedRegular,
  SkipForwardTabRegular,
} from '@fluentui/react-icons';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import type { OverviewTask } from '../../../../contracts/overview.ts';
import { keys } from '../../../api/query-keys.ts';
import { taskActions } from '../../../api/task-actions.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../../ui/confirm-dialog.tsx';
import { useNotices } from '../../../ui/notices.tsx';
import { deleteConfirmation } from '../delete-confirmation.tsx';
import { taskTexts } from '../texts.ts';
import { atOnce } from './at-once.ts';

const useStyles = makeStyles({
  root: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    padding: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalM}`,
    backgroundColor: tokens.colorBrandBackground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
});

/** What can be done to all that are chosen. An act that does not fit a task (running one that its own script runs) leaves it out. */
export function BulkActions({
  tasks,
  onDone,
}: {
  readonly tasks: readonly OverviewTask[];
  readonly onDone: () => void;
}) {
  const styles = useStyles();
  const texts = useTexts(taskTexts);
  const client = useQueryClient();
  const notices = useNotices();
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);

  const apply = async (what: string, some: readonly OverviewTask[], act: (taskId: string) => Promise<unknown>) => {
    const { failures } = await atOnce(
      some.map(({ task_id }) => task_id),
      act,
    );
    const [failure] = failures;
    if (failure !== undefined) notices.failed(texts.notDone(what), failure);
    if (failures.length < some.length) notices.done(texts.done(what, some.length - failures.length));
    await client.invalidateQueries({ queryKey: keys.overview });
    onDone();
  };
  const own = tasks.filter(({ type }) => type !== null);
  const button = (
    icon: ReactElement,
    what: string,
    some: readonly OverviewTask[],
    act: (taskId: string) => Promise<unknown>,
  ) => (
    <Button
      appearance="subtle"
      size="small"
      icon={icon}
      disabled={some.length === 0}
      onClick={() => void apply(what, some, act)}
    >
      {what}
    </Button>
  );
  const remove = () =>
    setConfirmation(
      deleteConfirmation(
        tasks.map(({ name }) => name),
        texts,
        () => apply(texts.deleteAction(tasks.length), tasks, taskActions.delete),
      ),
    );
  return (
    <Toolbar className={styles.root} aria-label={texts.selected(tasks.length)}>
      <Text weight="semibold">{texts.selected(tasks.length)}</Text>
      {button(<PlayRegular />, texts.run, own, taskActions.run)}
      {button(<PauseRegular />, texts.pause, own, taskActions.pause)}
      {button(<SkipForwardTabRegular />, texts.resume, own, taskActions.resume)}
      {button(
        <PlugConnectedRegular />,
        texts.enable,
        tasks.filter(({ level }) => level === 'inactive'),
        (id) => taskActions.setActive(id, true),
      )}
      {button(
        <PlugDisconnectedRegular />,
        texts.disable,
        tasks.filter(({ level }) => level !== 'inactive'),
        (id) => taskActions.setActive(id, false),
      )}
      <Button appearance="subtle" size="small" icon={<DeleteRegular />} onClick={remove}>
        {texts.delete}
      </Button>
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </Toolbar>
  );
}
