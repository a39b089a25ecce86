import type { Stores } from '../catalog/ports.ts';
import type { VerificationRecord } from './ports.ts';
import type { VerifyingParts } from './verification-deps.ts';

const MOST_TOLD = 20;

/** What a verification says of snapshots of its repository, beside its own record. */
export interface Verdicts {
  readonly damagedSnapshotIds: readonly string[];
  /** Every byte of these was read and found right. */
  readonly verifiedBackupIds: readonly string[];
}

/** Keeps a record and what follows from it for the backups, then tells whoever listens: `verification.failed` for one. */
export async function keepVerification(
  { catalog, events, clock }: Pick<VerifyingParts, 'catalog' | 'events' | 'clock'>,
  record: VerificationRecord,
  { damagedSnapshotIds, verifiedBackupIds }: Verdicts,
): Promise<void> {
  const damagedIds = await catalog.write(async (stores) => {
    await stores.verifications.insert(record);
    const damaged = new Set<string>();
    for (const snapshotId of damagedSnapshotIds) {
      const backup = await stores.backups.findBySnapshot(record.repositoryId, snapshotId);
      if (backup && !backup.removedAt) damaged.add(backup.id);
    }
    for (const id of damaged) await mark(stores, id, 'damaged', record.finishedAt);
    for (const id of verifiedBackupIds) {
      if (!damaged.has(id)) await mark(stores, id, 'verified', record.finishedAt);
    }
    return [...damaged];
  });
  const { id, kind, repositoryId, targetId, backupId, isSound, errorCount, report } = record;
  const errors = Array.isArray(report['errors']) ? report['errors'].slice(0, MOST_TOLD) : [];
  events.publish(isSound ? 'verification.completed' : 'verification.failed', clock.now(), {
    verification_id: id,
    kind,
    repository_id: repositoryId,
    target_id: targetId,
    backup_id: backupId,
    error_count: errorCount,
    errors,
    damaged_backup_ids: damagedIds,
  });
}

async function mark(stores: Stores, id: string, verifyState: 'verified' | 'damaged', verifiedAt: Date): Promise<void> {
  const backup = await stores.backups.find(id);
  if (backup && !backup.removedAt) await stores.backups.update({ ...backup, verifyState, verifiedAt });
}
