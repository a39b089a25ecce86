import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { CreateTarget, TargetView } from '../../../contracts/targets.ts';
import { backupActions, scheduleActions, targetActions } from '../../api/backup-actions.ts';
import { keys } from '../../api/query-keys.ts';

export interface ProtectionWish {
  readonly target: CreateTarget;
  /** `manual`: nothing starts by itself. */
  readonly schedule: string;
}

export interface Protection {
  readonly target: TargetView;
  readonly backupId: string;
}

/** Makes a target and its schedule, and starts a first backup. What was made stays made when a later step fails. */
export function useProtect() {
  const client = useQueryClient();
  const made = useRef<{ target: TargetView | null; isScheduled: boolean }>({ target: null, isScheduled: false });
  return useMutation({
    mutationFn: async ({ target, schedule }: ProtectionWish): Promise<Protection> => {
      const { current } = made;
      current.target = current.target
        ? await targetActions.change(current.target.target_id, changeOf(target))
        : await targetActions.create(target);
      const { target_id: id, name } = current.target;
      if (schedule !== 'manual' && !current.isScheduled) {
        await scheduleActions.create({ name, schedule, targets: [id], type: 'incremental' });
        current.isScheduled = true;
      }
      const { backup_id: backupId } = await backupActions.start(id, 'full');
      return { target: current.target, backupId };
    },
    onSettled: () =>
      Promise.all(
        [keys.targets, keys.backups, keys.backupSchedules, keys.overview].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}

/** Somebody went back and changed it after it was made. */
function changeOf({ name, config, repository_id, retention }: CreateTarget) {
  return { name, config, repository_id, retention: retention ?? null };
}
