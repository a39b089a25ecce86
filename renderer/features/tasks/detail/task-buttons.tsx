import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { DismissRegular, EditRegular, MoreHorizontalRegular, PlayRegular } from '@fluentui/react-icons';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { TaskView } from '../../../../contracts/tasks.ts';
import { keys } from '../../../api/query-keys.ts';
import { taskActions } from '../../../api/task-actions.ts';
import { links } from '../../../app/links.ts';
import { useMay } from '../../../app/session/session-context.ts';
import { useTexts } from '../../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../../ui/confirm-dialog.tsx';
import { useNotices } from '../../../ui/notices.tsx';
import { deleteConfirmation } from '../delete-confirmation.tsx';
import { taskTexts } from '../texts.ts';

/** What can be done to a task, as far as this role may. */
export function TaskButtons({ task, isRunning }: { readonly task: TaskView; readonly isRunning: boolean }) {
  const texts = useTexts(taskTexts);
  const [, navigate] = useLocation();
  const client = useQueryClient();
  const notices = useNotices();
  const mayOperate = useMay('admin', 'operator');
  const mayReport = useMay('admin', 'operator', 'reporter');
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const { task_id: taskId, display_name: name } = task;
  const act = useMutation({
    mutationFn: ({ work }: { what: string; work: () => Promise<unknown> }) => work(),
    onSuccess: () =>
      Promise.all([keys.overview, keys.tasks, keys.runs].map((queryKey) => client.invalidateQueries({ queryKey }))),
    onError: (error, { what }) => notices.failed(what, error),
  });
  const item = (what: string, work: () => Promise<unknown>) => (
    <MenuItem onClick={() => act.mutate({ what, work })}>{what}</MenuItem>
  );
  const isOwn = 'config' in task;
  if (isOwn ? !mayOperate : !mayReport) return null;
  const remove = async () => {
    await taskActions.delete(taskId);
    await client.invalidateQueries({ queryKey: keys.overview });
    navigate('/tasks');
  };
  return (
    <>
      <Menu positioning="below-end">
        <MenuTrigger disableButtonEnhancement>
          <Button icon={<MoreHorizontalRegular />} aria-label={texts.more} title={texts.more} />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {isOwn && item(texts.pause, () => taskActions.pause(taskId))}
            {isOwn && item(texts.resume, () => taskActions.resume(taskId))}
            {isOwn && task.next_run !== null && item(texts.skipNext, () => taskActions.skipNext(taskId))}
            {item(task.is_active ? texts.disable : texts.enable, () => taskActions.setActive(taskId, !task.is_active))}
            <MenuItem onClick={() => setConfirmation(deleteConfirmation([name], texts, remove))}>
              {texts.delete}
            </MenuItem>
          </MenuList>
        </MenuPopover>
      </Menu>
      <Button icon={<EditRegular />} onClick={() => navigate(links.editTask(taskId))}>
        {texts.edit}
      </Button>
      {isOwn && isRunning && (
        <Button
          icon={<DismissRegular />}
          onClick={() => act.mutate({ what: texts.cancel, work: () => taskActions.cancel(taskId) })}
        >
          {texts.cancel}
        </Button>
      )}
      {isOwn && !isRunning && (
        <Button
          appearance="primary"
          icon={<PlayRegular />}
          disabled={act.isPending || !task.is_active}
          onClick={() => act.mutate({ what: texts.run, work: () => taskActions.run(taskId) })}
        >
          {texts.run}
        </Button>
      )}
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </>
  );
}
