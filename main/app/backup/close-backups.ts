import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Run } from '../runs/ports.ts';
import { isActiveBackup } from './backup-deps.ts';
import type { BackupRecord } from './ports.ts';

const LOST = { code: 'run_lost', reason: 'Its run is not known any more.' };

/** Within the write that ends a run: its backup ends with it, for the same reason. */
export async function closeBackupOf(stores: Stores, run: Run): Promise<void> {
  if (run.type !== 'backup') return;
  const backup = await stores.backups.findByRun(run.id);
  if (!backup || !isActiveBackup(backup)) return;
  await stores.backups.update(closed(backup, run, run.finishedAt ?? new Date()));
}

/** Whether a run's backup was completed, although the run was cut off. */
export async function isBackupDone(catalog: Catalog, run: Run): Promise<boolean> {
  if (run.type !== 'backup') return false;
  const backup = await catalog.read(({ backups }) => backups.findByRun(run.id));
  return backup?.state === 'completed';
}

/** At a start, before anything runs: backups whose runs are over or gone. Gives how many there were. */
export async function closeLostBackups(catalog: Catalog, at: Date): Promise<number> {
  return catalog.write(async (stores) => {
    let count = 0;
    for (const backup of await stores.backups.active()) {
      const run = backup.runId === null ? null : await stores.runs.find(backup.runId);
      if (run && run.finishedAt === null) continue;
      await stores.backups.update(closed(backup, run, at));
      count++;
    }
    return count;
  });
}

/** A run that completed has completed its backup itself: whatever is left open then has not been made. */
function closed(backup: BackupRecord, run: Run | null, at: Date): BackupRecord {
  return {
    ...backup,
    state: run?.state === 'cancelled' ? 'cancelled' : 'failed',
    failure: run?.failure ?? LOST,
    completedAt: at,
  };
}
