import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { MoreHorizontalRegular } from '@fluentui/react-icons';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { BackupResponse } from '../../../contracts/backups.ts';
import type { TargetView } from '../../../contracts/targets.ts';
import { backupActions } from '../../api/backup-actions.ts';
import { backupSchedulesQuery } from '../../api/protection-queries.ts';
import { keys } from '../../api/query-keys.ts';
import { links } from '../../app/links.ts';
import { useMay } from '../../app/session/session-context.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { ConfirmDialog, type Confirmation } from '../../ui/confirm-dialog.tsx';
import { useNotices } from '../../ui/notices.tsx';
import { targetTexts } from './texts.ts';

interface Props {
  readonly target: TargetView;
  readonly backup: BackupResponse;
}

/** What can be done with one backup. */
export function BackupMenu({ target, backup }: Props) {
  const texts = useTexts(targetTexts);
  const formats = useFormats();
  const [, navigate] = useLocation();
  const isAdmin = useMay('admin');
  const mayRun = useMay('admin', 'operator');
  const taskId = useTaskOf(target, backup);
  const acts = useBackupActs(backup);
  const [confirmation, setConfirmation] = useState<Confirmation | null>(null);
  const when = formats.dateTime(backup.created_at);
  const isGood = backup.status === 'completed';
  const isOver = backup.status !== 'pending' && backup.status !== 'running';
  const askToDelete = () =>
    setConfirmation({
      title: texts.deleteTitle(when),
      content: texts.deleteLoses(target.name, formats.bytes(backup.total_bytes)),
      action: texts.deleteAction,
      act: acts.remove,
    });
  return (
    <>
      <Menu positioning="below-end">
        <MenuTrigger disableButtonEnhancement>
          <Button
            size="small"
            appearance="subtle"
            icon={<MoreHorizontalRegular />}
            aria-label={texts.actionsOf(when)}
          />
        </MenuTrigger>
        <MenuPopover>
          <MenuList>
            {isGood && (
              <MenuItem onClick={() => navigate(links.browse(backup.backup_id))}>{texts.restoreThis}</MenuItem>
            )}
            {isGood && mayRun && <MenuItem onClick={acts.verify}>{texts.verify}</MenuItem>}
            {isGood && mayRun && (
              <MenuItem onClick={acts.togglePin}>{backup.pinned ? texts.unpin : texts.pin}</MenuItem>
            )}
            {backup.run_id !== null && taskId !== null && (
              <MenuItem onClick={() => navigate(links.run(taskId, backup.run_id ?? ''))}>{texts.log}</MenuItem>
            )}
            {isOver && isAdmin && <MenuItem onClick={askToDelete}>{texts.delete}</MenuItem>}
          </MenuList>
        </MenuPopover>
      </Menu>
      {confirmation && <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(null)} />}
    </>
  );
}

function useBackupActs({ backup_id: id, pinned }: BackupResponse) {
  const texts = useTexts(targetTexts);
  const notices = useNotices();
  const client = useQueryClient();
  const refresh = () =>
    Promise.all([keys.backups, keys.targets].map((queryKey) => client.invalidateQueries({ queryKey })));
  const onError = (error: Error) => notices.failed(texts.failed, error);
  const verify = useMutation({
    mutationFn: () => backupActions.verify(id),
    onSuccess: () => notices.done(texts.verifyStarted),
    onError,
  });
  const pin = useMutation({ mutationFn: () => backupActions.setPinned(id, !pinned), onSuccess: refresh, onError });
  return {
    verify: () => verify.mutate(),
    togglePin: () => pin.mutate(),
    remove: async () => {
      await backupActions.delete(id);
      notices.done(texts.deleted);
      await refresh();
    },
  };
}

/** The task whose run has made it: its log stands there. */
function useTaskOf(target: TargetView, { schedule_id: scheduleId }: BackupResponse): string | null {
  const { data } = useQuery(backupSchedulesQuery);
  if (scheduleId === null) return target.task_id;
  const schedule = data?.schedules.find(({ schedule_id: id }) => id === scheduleId);
  return schedule?.targets.find(({ target_id: id }) => id === target.target_id)?.task_id ?? null;
}
