import type { Caller } from '../access/caller.ts';
import type { BackupResponse } from '../../../contracts/backups.ts';
import { AppError } from '../errors/app-error.ts';
import { requireOperator } from '../tasks/task-rights.ts';
import { isActiveBackup, requireBackup, type BackupDeps } from './backup-deps.ts';
import { BackupViews } from './backup-view.ts';

/** Asks a backup to stop; one that waits is cancelled at once. What it has stored already is freed by the next prune. */
export async function cancelBackup(deps: BackupDeps, caller: Caller, id: string): Promise<BackupResponse> {
  requireOperator(caller);
  const backup = await deps.catalog.write(async (stores) => {
    const found = await requireBackup(stores, caller, id);
    if (!isActiveBackup(found)) {
      const message = `The backup is ${found.state} already.`;
      throw new AppError('conflict', message, { code: 'backup_finished', status: found.state });
    }
    await deps.audit.record(stores, { caller, action: 'backup.cancelled', object: `backup:${id}`, details: {} });
    return found;
  });
  const reason = { code: 'cancelled', reason: `Cancelled by ${caller.name}.` };
  if (backup.runId !== null) await deps.dispatcher.cancel(backup.runId, reason);
  return deps.catalog.read(async (stores) =>
    new BackupViews(stores, deps.dispatcher).response((await stores.backups.find(id)) ?? backup),
  );
}
