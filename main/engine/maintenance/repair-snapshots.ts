import { isEngineError, type EngineError } from '../base/errors.ts';
import { shortId, type SnapshotId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { filterSnapshots, type SnapshotFilter } from '../snapshot/snapshot-filter.ts';
import { listSnapshots, removeSnapshot, saveSnapshot } from '../snapshot/snapshot-store.ts';
import { describeProtection, protectionOf } from '../snapshot/protection.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { BlobWriter } from './blob-writer.ts';
import { underLock, type LockChoice } from './operation-lock.ts';
import { selectSnapshots } from './select-snapshots.ts';
import { TreeRepair, type TreeChange } from './tree-repair.ts';

export interface RepairSnapshotsOptions extends OperationOptions {
  /** Exclusive by default; none for a dry run. */
  readonly lock?: LockChoice;
  /** Ids, starts of ids, `latest`; all that match the filter by default. */
  readonly snapshots?: readonly string[];
  readonly filter?: SnapshotFilter;
  /** Remove the damaged originals, and snapshot files that cannot be read at all. */
  readonly forget?: boolean;
  readonly dryRun?: boolean;
}

export interface RepairedSnapshot {
  readonly id: SnapshotId;
  /** `removed`: its root folder is lost, so that nothing is left. `unreadable`: the snapshot file itself is damaged. */
  readonly outcome: 'unchanged' | 'repaired' | 'removed' | 'unreadable';
  /** The snapshot that takes its place; not in a dry run. */
  readonly newId?: SnapshotId;
  /** What had to be changed; a folder that several snapshots share is told of once. */
  readonly changes: readonly TreeChange[];
}

export interface RepairSnapshotsResult {
  readonly dryRun: boolean;
  readonly snapshots: readonly RepairedSnapshot[];
}

/** The tag of a repaired snapshot that stands beside its original. */
const REPAIRED_TAG = 'repaired';

/**
 * Takes out of the snapshots what is lost (repository-format, section 18): files lose the missing parts of their content, folders that
 * cannot be read become empty, and a snapshot without a readable root is removed. Repair the index first: what it merely does not
 * list would be given up here. Trees that need no change are not touched. Errors: `locked`, `snapshot_not_found`, `cancelled`.
 */
export async function repairSnapshots(
  repository: Repository,
  options: RepairSnapshotsOptions = {},
): Promise<RepairSnapshotsResult> {
  const lock = options.lock ?? (options.dryRun === true ? 'none' : undefined);
  return underLock(repository, 'exclusive', lock, options.signal, (signal) =>
    repairLocked(repository, { ...options, signal }),
  );
}

interface Judged {
  readonly snapshot: StoredSnapshot;
  readonly tree: StoredSnapshot['tree'] | undefined;
  readonly changes: readonly TreeChange[];
}

async function repairLocked(repository: Repository, options: RepairSnapshotsOptions): Promise<RepairSnapshotsResult> {
  const { signal } = options;
  const dryRun = options.dryRun === true;
  const { snapshots, unreadable } = await selectDamaged(repository, options);
  const index = await loadIndex(repository, options);
  const writer = dryRun ? undefined : await BlobWriter.open(repository, index);
  const repair = new TreeRepair(repository, index, writer);
  const progress = new ProgressThrottle(options.onProgress);
  const judged: Judged[] = [];
  const event = () => ({
    phase: 'repair',
    filesDone: 0,
    bytesDone: 0,
    itemsDone: judged.length,
    totalItems: snapshots.length,
  });
  for (const snapshot of snapshots) {
    judged.push({ snapshot, ...(await repair.repair(snapshot.tree, signal)) });
    progress.update(event);
  }
  progress.flush(event());
  // All new trees are durable and indexed before the first snapshot that needs them.
  await writer?.flush();
  const results: RepairedSnapshot[] = [];
  for (const one of judged) results.push(await replace(repository, one, snapshots, options));
  for (const id of unreadable) {
    if (options.forget === true && !dryRun) await removeSnapshot(repository, id, signal);
    results.push({ id, outcome: 'unreadable', changes: [] });
  }
  return { dryRun, snapshots: results };
}

async function selectDamaged(repository: Repository, options: RepairSnapshotsOptions) {
  const { signal, filter = {}, snapshots: named = [] } = options;
  const unreadable: SnapshotId[] = [];
  if (named.length > 0) {
    return { snapshots: await selectSnapshots(repository, { snapshots: named, filter }, signal), unreadable };
  }
  const onDamaged = (id: SnapshotId, error: EngineError) => {
    unreadable.push(id);
    options.onWarning?.({ item: id, message: error.message, during: 'repair' });
  };
  const all = await listSnapshots(repository, { ...(signal ? { signal } : {}), onDamaged });
  return { snapshots: filterSnapshots(all, filter), unreadable };
}

async function replace(
  repository: Repository,
  { snapshot, tree, changes }: Judged,
  all: readonly StoredSnapshot[],
  options: RepairSnapshotsOptions,
): Promise<RepairedSnapshot> {
  const { signal, dryRun, forget } = options;
  const { id } = snapshot;
  if (tree === snapshot.tree) return { id, outcome: 'unchanged', changes };
  if (tree === undefined) {
    if (isKept(snapshot, options)) return { id, outcome: 'unchanged', changes };
    if (dryRun !== true) await removeSnapshot(repository, id, signal);
    return { id, outcome: 'removed', changes };
  }
  const known = all.find((other) => other.original === id && other.tree === tree);
  if (dryRun === true) return { id, outcome: known ? 'unchanged' : 'repaired', changes };
  // An earlier run repaired it and kept the original: nothing is to be added.
  if (known && forget !== true) return { id, outcome: 'unchanged', changes };
  const tags =
    forget === true || snapshot.tags.includes(REPAIRED_TAG) ? snapshot.tags : [...snapshot.tags, REPAIRED_TAG];
  const newId = known?.id ?? (await saveSnapshot(repository, { ...snapshot, tree, tags, original: id }, signal));
  if (forget === true) await removeOriginal(repository, id, options);
  return { id, outcome: 'repaired', newId, changes };
}

/** A repaired snapshot carries its protection on; one of which nothing can be read has nothing to hand it to. */
function isKept(snapshot: StoredSnapshot, { onWarning }: RepairSnapshotsOptions): boolean {
  const protection = protectionOf(snapshot);
  if (protection === undefined) return false;
  const why = describeProtection(protection);
  const message = `Snapshot ${shortId(snapshot.id)} has lost its root folder, but is not removed: it is ${why}.`;
  onWarning?.({ item: snapshot.id, message, during: 'repair' });
  return true;
}

async function removeOriginal(repository: Repository, id: SnapshotId, options: RepairSnapshotsOptions): Promise<void> {
  try {
    await removeSnapshot(repository, id, options.signal);
  } catch (error) {
    if (!isEngineError(error) || error.code === 'cancelled') throw error;
    const message = `The damaged snapshot ${shortId(id)} could not be removed: ${error.message}`;
    options.onWarning?.({ item: id, message, during: 'repair' });
  }
}
