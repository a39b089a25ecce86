import type { BackupDetails, ChangeBackup } from '../../../contracts/backups.ts';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { requireOperator } from '../tasks/task-rights.ts';
import { isActiveBackup, requireBackup, type BackupDeps } from './backup-deps.ts';
import { immutableTag } from './backup-id.ts';
import type { BackupRecord } from './ports.ts';
import { getBackup } from './read-backups.ts';
import { announceBackup } from './start-backups.ts';

const NO_REASON = 'pinned by hand';

/** Its description, whether it is pinned, and how long nobody may delete it: that only admins, and only longer. */
export async function changeBackup(
  deps: BackupDeps,
  caller: Caller,
  id: string,
  change: ChangeBackup,
  signal: AbortSignal,
): Promise<BackupDetails> {
  requireOperator(caller);
  if (change.immutable_until !== undefined)
    await protectLonger(deps, caller, id, new Date(change.immutable_until), signal);
  const changed = await deps.catalog.write(async (stores) => {
    const backup = await requireBackup(stores, caller, id);
    const next: BackupRecord = {
      ...backup,
      description: change.description === undefined ? backup.description : change.description,
      pinnedReason: pinOf(change, backup),
    };
    await stores.backups.update(next);
    const details = { fields: Object.keys(change), pinned: next.pinnedReason !== null };
    await deps.audit.record(stores, { caller, action: 'backup.changed', object: `backup:${id}`, details });
    return next;
  });
  announceBackup(deps, 'changed', changed, deps.clock.now());
  return getBackup(deps, caller, id);
}

function pinOf({ pinned, pinned_reason: reason }: ChangeBackup, backup: BackupRecord): string | null {
  if (pinned === false) return null;
  if (pinned === undefined && (reason === undefined || backup.pinnedReason === null)) return backup.pinnedReason;
  return reason ?? backup.pinnedReason ?? NO_REASON;
}

/** The snapshot's tag first: the catalog must not promise what the engine would not keep. */
async function protectLonger(
  deps: BackupDeps,
  caller: Caller,
  id: string,
  until: Date,
  signal: AbortSignal,
): Promise<void> {
  if (caller.role !== 'admin') throw new AppError('forbidden', 'Only an admin may make a backup immutable.');
  const { catalog, removals, engine, openAccess, audit } = deps;
  const { repositoryId } = await catalog.read((stores) =>
    requireProtectable(stores, caller, id, until, deps.clock.now()),
  );
  await removals.exclusive(repositoryId, async () => {
    const backup = await catalog.read((stores) => requireProtectable(stores, caller, id, until, deps.clock.now()));
    const access = await openAccess(repositoryId);
    const remove = backup.immutableUntil ? [immutableTag(backup.immutableUntil)] : [];
    const change = { add: [immutableTag(until)], remove };
    const snapshotId = await engine.tagSnapshot(access, backup.snapshotId, change, { signal });
    await catalog.write(async (stores) => {
      const now = await requireBackup(stores, caller, id);
      await stores.backups.update({ ...now, snapshotId, immutableUntil: until });
      const details = { immutable_until: until.toISOString(), snapshot_id: snapshotId };
      await audit.record(stores, { caller, action: 'backup.protected', object: `backup:${id}`, details });
    });
  });
}

async function requireProtectable(
  stores: Parameters<typeof requireBackup>[0],
  caller: Caller,
  id: string,
  until: Date,
  now: Date,
): Promise<BackupRecord & { readonly snapshotId: string }> {
  const backup = await requireBackup(stores, caller, id);
  const { snapshotId, immutableUntil } = backup;
  if (snapshotId === null) {
    const what = isActiveBackup(backup) ? 'is not there yet' : 'has no snapshot';
    throw new AppError('unprocessable', `The backup ${id} ${what}: there is nothing to protect.`, {
      code: 'no_snapshot',
    });
  }
  const floor = immutableUntil && immutableUntil > now ? immutableUntil : now;
  if (until > floor) return { ...backup, snapshotId };
  const details = { field: 'immutable_until', code: 'not_later', immutable_until: floor.toISOString() };
  if (floor === now) throw new AppError('invalid_request', 'immutable_until: must lie in the future', details);
  const message = `The backup ${id} is immutable until ${floor.toISOString()}, which can only be lengthened.`;
  throw new AppError('immutable', message, details);
}
