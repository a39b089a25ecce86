import type { BackupType } from '../../../contracts/backups.ts';
import type { Stores } from '../catalog/ports.ts';
import { chainBase, type ChainBase } from './chain-base.ts';
import type { BackupRecord } from './ports.ts';

export interface BackupWish {
  readonly id: string;
  readonly targetId: string;
  readonly repositoryId: string;
  readonly type: BackupType;
  readonly runId: string;
  readonly jobId: string | null;
  readonly scheduleId: string | null;
  readonly description: string | null;
  readonly immutableUntil: Date | null;
  readonly keepUntil: Date | null;
}

/** Within a write: the record of a backup that waits for its turn. What it is based on is decided again when it begins. */
export async function insertBackup(stores: Stores, wish: BackupWish, at: Date): Promise<BackupRecord> {
  const base = await baseOf(stores, wish);
  const backup: BackupRecord = {
    ...wish,
    ...placeOf(base),
    state: 'pending',
    snapshotId: null,
    facts: null,
    items: [],
    warningCount: 0,
    failure: null,
    createdAt: at,
    startedAt: null,
    completedAt: null,
    pinnedReason: null,
    verifiedAt: null,
    verifyState: null,
    removedAt: null,
    removedReason: null,
  };
  await stores.backups.insert(backup);
  return backup;
}

/** By the target's backups in the repository. */
export async function baseOf(
  stores: Pick<Stores, 'backups'>,
  { id, targetId, repositoryId, type }: Pick<BackupRecord, 'id' | 'targetId' | 'repositoryId' | 'type'>,
): Promise<ChainBase> {
  const completed = await stores.backups.completed(targetId);
  return chainBase(
    type,
    id,
    completed.filter((backup) => backup.repositoryId === repositoryId),
  );
}

export function placeOf({ type, parent, chainId }: ChainBase): Pick<BackupRecord, 'type' | 'parentId' | 'chainId'> {
  return { type, parentId: parent?.id ?? null, chainId };
}
