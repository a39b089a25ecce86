import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { engineFailure } from '../errors/engine-face.ts';
import { isActiveBackup, requireBackup, type BackupDeps } from './backup-deps.ts';
import type { BackupRecord } from './ports.ts';
import { announceBackup } from './start-backups.ts';

/**
 * Removes a backup's snapshot from its repository, and the backup from the lists. What only it needed is freed by the next
 * prune. One that failed has no snapshot: only its record goes.
 */
export async function deleteBackup(deps: BackupDeps, caller: Caller, id: string, signal: AbortSignal): Promise<void> {
  const { catalog, clock, audit, removals } = deps;
  const backup = await catalog.read((stores) => requireDeletable(deps, stores, caller, id));
  const alongside = async (stores: Stores) => {
    // Again within the write: since the first look something may have been based on it.
    const { repositoryId, snapshotId, type } = await requireDeletable(deps, stores, caller, id, backup);
    const details = { repository_id: repositoryId, snapshot_id: snapshotId, backup_type: type };
    await audit.record(stores, { caller, action: 'backup.deleted', object: `backup:${id}`, details });
  };
  const reason = `deleted by ${caller.name}`;
  if (backup.snapshotId === null) {
    const removedAt = clock.now();
    await catalog.write(async (stores) => {
      await alongside(stores);
      await stores.backups.update({ ...backup, removedAt, removedReason: reason });
    });
  } else {
    const { repositoryId } = backup;
    try {
      await removals.remove({ repositoryId, backupIds: [id], reason, alongside }, { signal });
    } catch (error) {
      if (engineFailure(error)?.code !== 'refused') throw error;
      throw immutable(backup, backup.immutableUntil);
    }
  }
  announceBackup(deps, 'removed', backup, clock.now());
}

/** `seen`: what was decided on; it is not looked for among those that are not removed then. */
async function requireDeletable(
  { immutability }: BackupDeps,
  stores: Stores,
  caller: Caller,
  id: string,
  seen?: BackupRecord,
): Promise<BackupRecord> {
  const backup = seen ?? (await requireBackup(stores, caller, id));
  if (isActiveBackup(backup)) {
    const details = { backup_id: id, status: backup.state, code: 'backup_active' };
    throw new AppError('backup_active', `The backup ${id} waits or runs. Cancel it first.`, details);
  }
  const repository = await stores.repositories.find(backup.repositoryId);
  if (backup.snapshotId !== null) immutability.assertRemovable(backup, repository ?? { immutableDays: null });
  if (backup.pinnedReason !== null) {
    const message = `The backup ${id} is pinned (${backup.pinnedReason}). Unpin it first.`;
    throw new AppError('backup_pinned', message, { backup_id: id, code: 'pinned' });
  }
  const children = await childrenOf(stores, backup);
  if (children.length === 0) return backup;
  const message = `Other backups are based on ${id}: ${children.join(', ')}. Delete them first, or consolidate the chain.`;
  throw new AppError('backup_has_children', message, { backup_id: id, code: 'has_children', children });
}

/** Those that are complete, and those that are about to be. */
async function childrenOf(stores: Stores, { id, targetId }: BackupRecord): Promise<string[]> {
  const completed = await stores.backups.children(id);
  const active = (await stores.backups.active(targetId)).filter(
    ({ parentId, state }) => parentId === id && state === 'running',
  );
  return [...completed, ...active].map((child) => child.id);
}

function immutable({ id }: BackupRecord, until: Date | null): AppError {
  const when = until ? ` until ${until.toISOString()}` : '';
  const details = { backup_id: id, code: 'immutable', immutable_until: until?.toISOString() ?? null };
  return new AppError('immutable', `The backup ${id} is immutable${when}: nobody can delete it before.`, details);
}
