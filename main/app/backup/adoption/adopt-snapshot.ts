import type { Stores } from '../../catalog/ports.ts';
import type { BackupFacts, SnapshotFacts } from '../../engine-jobs/ports/job-facts.ts';
import type { TargetDeps } from '../../targets/target-deps.ts';
import { isActiveBackup } from '../backup-deps.ts';
import { newBackupId, readTags, type ReadTags } from '../backup-id.ts';
import type { BackupRecord } from '../ports.ts';
import { foundTarget } from './found-target.ts';

/**
 * Within a write: a snapshot that no listed backup has becomes one. Null for one that needs none: that of a backup which
 * is being made, of the settings, or one that is listed meanwhile.
 */
export async function adoptSnapshot(
  stores: Stores,
  snapshot: SnapshotFacts,
  repositoryId: string,
  defaults: Pick<TargetDeps, 'timeZone' | 'maxRetries'>,
  now: Date,
): Promise<BackupRecord | null> {
  const tags = readTags(snapshot.tags);
  if (tags.isSettings) return null;
  const known = await stores.backups.findBySnapshot(repositoryId, snapshot.id);
  if (known && !known.removedAt) return null;
  const named = tags.backupId === null ? null : await stores.backups.find(tags.backupId);
  if (named && named.repositoryId === repositoryId && isActiveBackup(named)) return null;
  // Its removal was cut off after the catalog had heard of it: nobody was told that it is gone.
  if (known) return listAgain(stores, known);
  const backup = await newRecord(stores, snapshot, tags, { repositoryId, isIdTaken: named !== null, defaults, now });
  await stores.backups.insert(backup);
  return backup;
}

async function listAgain(stores: Stores, backup: BackupRecord): Promise<BackupRecord> {
  const parent = backup.parentId === null ? null : await stores.backups.find(backup.parentId);
  const isOrphan = backup.parentId !== null && (!parent || parent.removedAt !== null);
  const listed: BackupRecord = {
    ...backup,
    ...(isOrphan && { type: 'full', parentId: null }),
    removedAt: null,
    removedReason: null,
  };
  await stores.backups.update(listed);
  return listed;
}

async function newRecord(
  stores: Stores,
  snapshot: SnapshotFacts,
  tags: ReadTags,
  about: {
    readonly repositoryId: string;
    readonly isIdTaken: boolean;
    readonly defaults: Pick<TargetDeps, 'timeZone' | 'maxRetries'>;
    readonly now: Date;
  },
): Promise<BackupRecord> {
  const { repositoryId, isIdTaken, defaults, now } = about;
  const target =
    (tags.targetId === null ? null : await stores.targets.find(tags.targetId)) ??
    (await foundTarget(stores, snapshot, repositoryId, defaults, now));
  const at = timeOf(snapshot, now);
  const usable = tags.backupId !== null && !isIdTaken && /^backup-[a-z0-9._-]{1,200}$/i.test(tags.backupId);
  const id = usable && tags.backupId !== null ? tags.backupId : await freeId(stores, target.id, at, snapshot.id);
  return {
    ...{ id, targetId: target.id, repositoryId, runId: null, jobId: null, scheduleId: null },
    description: 'Found in the repository',
    // Each snapshot is complete in itself; on what it was based is not ours to know.
    ...{ type: 'full', parentId: null, chainId: id, state: 'completed', snapshotId: snapshot.id },
    facts: factsOf(snapshot),
    ...{ items: [], warningCount: 0, failure: null },
    ...{ createdAt: at, startedAt: at, completedAt: at },
    immutableUntil: tags.immutableUntil,
    ...{ keepUntil: null, pinnedReason: null, verifiedAt: null, verifyState: null },
    ...{ removedAt: null, removedReason: null },
  };
}

async function freeId(stores: Stores, targetId: string, at: Date, snapshotId: string): Promise<string> {
  for (let length = 4; ; length += 4) {
    const id = newBackupId(targetId, 'full', at, snapshotId.slice(0, length));
    if (length >= snapshotId.length || !(await stores.backups.find(id))) return id;
  }
}

/** What others wrote is not to be believed: a time that is none, or later than now, is now. */
function timeOf({ time }: SnapshotFacts, now: Date): Date {
  const ms = Date.parse(time);
  return Number.isFinite(ms) && ms >= 0 && ms <= now.getTime() ? new Date(ms) : now;
}

/** The totals are all that a snapshot tells; null where not even those. What it added is not known, and counts as nothing. */
function factsOf({ id, totalFiles, totalBytes }: SnapshotFacts): BackupFacts | null {
  if (totalFiles === null || totalBytes === null) return null;
  return {
    snapshotId: id,
    ...{ filesNew: 0, filesChanged: 0, filesUnmodified: 0, foldersNew: 0, foldersChanged: 0, foldersUnmodified: 0 },
    ...{ totalFiles, totalBytes, addedBytes: 0, addedStoredBytes: 0, warningCount: 0, durationMs: 0 },
  };
}
