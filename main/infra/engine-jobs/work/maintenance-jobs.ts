import type { ForgetFacts, PruneFacts, StorageFacts } from '../../../app/engine-jobs/ports/job-facts.ts';
import {
  EngineError,
  forget as forgetSnapshots,
  measureStored,
  prune as pruneRepository,
  storageSpace,
  tagSnapshots,
  type Repository,
  type SnapshotId,
} from '../../../engine/index.ts';
import type { JobInput } from '../job-messages.ts';
import type { JobDesk } from './job-desk.ts';

/** Backups and restores hold shared locks for as long as they run; whoever needs a repository alone waits for them. */
const LOCK = { retryForMs: 5 * 60_000 } as const;

/**
 * For whoever needs the repository alone: locks whose process is gone, or that nobody has refreshed for half an hour, are taken away
 * first, as `restic unlock` does. A service that was killed would else stand in its own way after its restart.
 */
async function openWithoutStaleLocks(desk: JobDesk): Promise<Repository> {
  const repository = await desk.open();
  const { signal } = desk.operation;
  await repository.unlock(signal ? { signal } : {});
  return repository;
}

export async function forget(desk: JobDesk, { snapshotIds }: JobInput<'forget'>): Promise<ForgetFacts> {
  // Naming none would mean a policy.
  if (snapshotIds.length === 0) return { removedIds: [], failedIds: [] };
  const { removed, failed } = await forgetSnapshots(await openWithoutStaleLocks(desk), {
    ...desk.operation,
    snapshots: snapshotIds,
    lock: LOCK,
  });
  return { removedIds: removed, failedIds: failed };
}

export async function prune(desk: JobDesk, { dryRun, ignoring }: JobInput<'prune'>): Promise<PruneFacts> {
  const startedMs = performance.now();
  // Ids of snapshots that are not there leave nothing out.
  const ignored = new Set(ignoring as readonly SnapshotId[]);
  const { statistics } = await pruneRepository(dryRun ? desk.open() : openWithoutStaleLocks(desk), {
    ...desk.operation,
    dryRun,
    ...(ignored.size === 0 ? {} : { ignoreSnapshots: ignored }),
    lock: dryRun ? 'none' : LOCK,
  });
  return {
    removedPacks: statistics.packs.remove + statistics.packs.unindexed,
    repackedPacks: statistics.packs.repack,
    freedBytes: statistics.total.bytes,
    keptBytes: statistics.remaining.bytes,
    durationMs: Math.round(performance.now() - startedMs),
  };
}

export async function storage(desk: JobDesk, { countUnused }: JobInput<'storage'>): Promise<StorageFacts> {
  const repository = await desk.open();
  const stored = await measureStored(repository, desk.operation);
  const space = await storageSpace(desk.backend);
  return {
    ...stored,
    unusedBytes: countUnused ? await unusedBytes(desk) : null,
    freeBytes: space?.freeBytes ?? null,
    capacityBytes: space?.totalBytes ?? null,
  };
}

async function unusedBytes(desk: JobDesk): Promise<number> {
  const { statistics } = await pruneRepository(desk.open(), { ...desk.operation, dryRun: true });
  return statistics.unused.bytes + statistics.unindexedBytes;
}

export async function tagSnapshot(desk: JobDesk, input: JobInput<'tagSnapshot'>): Promise<string> {
  const { snapshotId, add, remove } = input;
  if (add.length + remove.length === 0) return snapshotId;
  const repository = await desk.open();
  const { changed } = await tagSnapshots(repository, {
    ...desk.operation,
    snapshots: [snapshotId],
    add,
    remove,
    lock: LOCK,
  });
  const [first] = changed;
  if (first === undefined) return snapshotId;
  if (first.newId === undefined) throw new EngineError('internal', 'The snapshot was not saved with its new tags.');
  return first.newId;
}
