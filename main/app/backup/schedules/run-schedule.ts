import { randomUUID } from 'node:crypto';
import type { Caller } from '../../access/caller.ts';
import type { BackupDeps } from '../backup-deps.ts';
import type { BackupRecord } from '../ports.ts';
import { startBackups, type BackupAsked } from '../start-backups.ts';
import { targetNotFound } from '../../targets/target-deps.ts';
import { requireSchedule } from './schedule-deps.ts';

/** Backs all its targets up now, whether it is enabled or not; its due times don't change. */
export async function runSchedule(
  deps: BackupDeps,
  caller: Caller,
  idOrName: string,
): Promise<{ readonly jobId: string; readonly backups: readonly BackupRecord[] }> {
  const jobId = randomUUID();
  const backups = await startBackups(deps, caller, async (stores) => {
    const schedule = await requireSchedule(stores, caller, idOrName);
    const asked: BackupAsked[] = [];
    for (const { targetId, task } of schedule.targets) {
      const target = await stores.targets.find(targetId);
      if (!target) throw targetNotFound(targetId);
      asked.push({
        ...{ target, task, type: schedule.type, repositoryId: target.repositoryId, jobId, scheduleId: schedule.id },
        ...{ description: null, immutableUntil: null, keepUntil: null },
      });
    }
    return asked;
  });
  return { jobId, backups };
}
