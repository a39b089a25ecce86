import type { Stores } from '../catalog/ports.ts';
import type { BackupFacts } from '../engine-jobs/ports/job-facts.ts';
import type { BackupItem, BackupRecord } from './ports.ts';

export interface BackupResult {
  readonly facts: BackupFacts;
  readonly items: readonly BackupItem[];
  readonly warningCount: number;
}

/** Within a write, and only after the snapshot was seen in the repository. */
export async function completeBackup(
  stores: Stores,
  id: string,
  { facts, items, warningCount }: BackupResult,
  at: Date,
): Promise<BackupRecord> {
  const backup = await requireRunning(stores, id);
  const parent = backup.parentId === null ? null : await stores.backups.find(backup.parentId);
  const completed: BackupRecord = {
    ...backup,
    // Somebody may have removed the parent meanwhile. The snapshot is whole all the same, and begins a chain then.
    ...(parent && !parent.removedAt ? {} : FULL(backup)),
    state: 'completed',
    snapshotId: facts.snapshotId,
    facts,
    items,
    warningCount,
    failure: null,
    completedAt: at,
  };
  await stores.backups.update(completed);
  return completed;
}

/** Within a write: what it was to be based on is gone. */
export async function withoutParent(stores: Stores, id: string): Promise<BackupRecord> {
  const backup = await requireRunning(stores, id);
  const full: BackupRecord = { ...backup, ...FULL(backup) };
  await stores.backups.update(full);
  return full;
}

const FULL = ({ id }: BackupRecord) => ({ type: 'full', parentId: null, chainId: id }) as const;

async function requireRunning(stores: Stores, id: string): Promise<BackupRecord> {
  const backup = await stores.backups.find(id);
  if (backup?.state !== 'running') throw new Error(`The backup ${id} does not run.`);
  return backup;
}
