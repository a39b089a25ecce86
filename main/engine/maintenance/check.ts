import { availableParallelism } from 'node:os';
import { shortId, type PackId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import { WorkerTasks } from '../base/worker-tasks.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { listSnapshots } from '../snapshot/snapshot-store.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { workerUrl } from '../workers/worker-url.ts';
import { findAffected, type AffectedSnapshot } from './check-affected.ts';
import { CheckReport, type CheckError, type CheckHint } from './check-findings.ts';
import { readPacks, type CheckWorkers } from './check-read-data.ts';
import { checkKeys, checkPackFiles, listPacks, type PackListing } from './check-structure.ts';
import { parseReadSubset, type ReadSubset } from './check-subset.ts';
import { checkTrees } from './check-trees.ts';
import { underLock, type LockChoice } from './operation-lock.ts';

export interface CheckOptions extends OperationOptions {
  readonly repository: Repository | Promise<Repository>;
  /** Exclusive by default, as in restic. */
  readonly lock?: LockChoice;
  /** Read and verify every byte of every pack. */
  readonly readData?: boolean;
  /** Only a part of it: `2/5`, `10%`, `50M` (section 17). */
  readonly readDataSubset?: string;
  /** Name the snapshots and paths that the damage concerns; walks the trees once more when there is any. */
  readonly affectedSnapshots?: boolean;
  /** Also hint at how much no snapshot needs. */
  readonly checkUnused?: boolean;
  readonly workers?: number;
  /** Findings of each kind of list that are kept; all are counted. */
  readonly maxFindings?: number;
}

export interface CheckCounts {
  readonly indexes: number;
  readonly packs: number;
  readonly blobs: number;
  readonly snapshots: number;
  readonly trees: number;
  readonly keys: number;
  readonly unusedBlobs: number;
  readonly readPacks: number;
  readonly readBytes: number;
}

export interface CheckResult {
  /** Nothing is broken; hints may be there. */
  readonly ok: boolean;
  readonly errors: readonly CheckError[];
  /** All of them, also those beyond the list. */
  readonly errorCount: number;
  readonly hints: readonly CheckHint[];
  readonly hintCount: number;
  readonly counts: CheckCounts;
  /** For `repair packs`. */
  readonly brokenPacks: readonly PackId[];
  readonly suggestRepairIndex: boolean;
  readonly suggestPrune: boolean;
  /** Only when asked for. */
  readonly affected?: readonly AffectedSnapshot[];
}

const MAX_FINDINGS = 1000;
const MAX_WORKERS = 8;

/**
 * Verifies the repository (repository-format, section 17). Damage never throws: it is in the result. Errors: `locked`,
 * `cancelled`, `invalid_argument` for a bad subset, and what stops any operation (a network that is gone).
 */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const subset = subsetOf(options);
  // Threads start while the password is checked and the lock is taken.
  const workers = subset === undefined ? undefined : startWorkers(options.repository, options.workers);
  try {
    const repository = await options.repository;
    return await underLock(repository, 'exclusive', options.lock, options.signal, (signal) =>
      checkLocked(repository, { ...options, signal }, subset, workers),
    );
  } finally {
    await workers?.terminate();
  }
}

function subsetOf({ readData, readDataSubset }: CheckOptions): ReadSubset | undefined {
  if (readDataSubset !== undefined) return parseReadSubset(readDataSubset);
  return readData === true ? { kind: 'all' } : undefined;
}

function startWorkers(
  repository: CheckOptions['repository'],
  count = Math.min(availableParallelism(), MAX_WORKERS),
): CheckWorkers {
  return new WorkerTasks({
    url: workerUrl('check'),
    count: Math.max(1, count),
    workerData: () => undefined,
    othersAfter: Promise.resolve(repository),
  });
}

async function checkLocked(
  repository: Repository,
  options: CheckOptions,
  subset: ReadSubset | undefined,
  workers: CheckWorkers | undefined,
): Promise<CheckResult> {
  const { signal } = options;
  const report = new CheckReport(options.maxFindings ?? MAX_FINDINGS);
  // Snapshots before the index, so that without a lock nothing of a running backup is missed (section 1).
  const snapshots = await loadSnapshots(repository, report, signal);
  const index = await loadIndex(repository, {
    ...options,
    onDamaged: (indexId, error) => report.error('index_damaged', error.message, { indexId }),
  });
  const listing = await listPacks(repository, index, signal);
  checkPackFiles(index, listing, report);
  const keys = await checkKeys(repository, report, signal);
  // Together: this thread walks the trees while the workers read packs.
  const [walk, read] = await together(signal, [
    (both) =>
      checkTrees(
        repository,
        index,
        snapshots,
        report,
        subset === undefined ? { ...options, signal: both } : { signal: both },
      ),
    (both) => readData(repository, index, listing, subset, workers, report, { ...options, signal: both }),
  ]);
  const unusedBlobs = countUnused(index, walk.marks);
  if (options.checkUnused === true && unusedBlobs > 0) {
    report.hint('blobs_unused', `${unusedBlobs} blobs are needed by no snapshot; prune removes them.`);
  }
  const counts: CheckCounts = {
    indexes: index.indexIds.length,
    packs: index.packCount,
    blobs: index.blobCount,
    snapshots: snapshots.length,
    trees: walk.visitedTrees,
    keys,
    unusedBlobs,
    ...read,
  };
  const result = resultOf(report, counts);
  if (options.affectedSnapshots !== true || result.ok) return result;
  return { ...result, affected: await findAffected(repository, index, snapshots, report, signal) };
}

/** When one fails the other is stopped; waits for both, so that nothing goes on behind the caller's back. */
async function together<A, B>(
  signal: AbortSignal | undefined,
  work: [(both: AbortSignal) => Promise<A>, (both: AbortSignal) => Promise<B>],
): Promise<[A, B]> {
  const stop = new AbortController();
  const both = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  let failure: { error: unknown } | undefined;
  const guarded = async <T>(run: (both: AbortSignal) => Promise<T>): Promise<T> => {
    try {
      return await run(both);
    } catch (error) {
      failure ??= { error };
      stop.abort();
      throw error;
    }
  };
  const [a, b] = await Promise.allSettled([guarded(work[0]), guarded(work[1])]);
  if (a.status === 'rejected' || b.status === 'rejected') throw failure?.error;
  return [a.value, b.value];
}

async function readData(
  repository: Repository,
  index: RepositoryIndex,
  listing: PackListing,
  subset: ReadSubset | undefined,
  workers: CheckWorkers | undefined,
  report: CheckReport,
  options: CheckOptions,
): Promise<{ readPacks: number; readBytes: number }> {
  if (subset === undefined || workers === undefined) return { readPacks: 0, readBytes: 0 };
  return readPacks(repository, index, listing, subset, workers, report, options);
}

async function loadSnapshots(
  repository: Repository,
  report: CheckReport,
  signal?: AbortSignal,
): Promise<StoredSnapshot[]> {
  return listSnapshots(repository, {
    ...(signal ? { signal } : {}),
    onDamaged: (snapshotId, error) =>
      report.error('snapshot_damaged', `Snapshot ${shortId(snapshotId)} cannot be read: ${error.message}`, {
        snapshotId,
      }),
  });
}

function countUnused(index: RepositoryIndex, marks: Uint8Array): number {
  const { table } = index;
  let unused = 0;
  for (let entry = 0; entry < marks.length; entry++) {
    if (marks[entry] === 0 && table.isStored(entry) && table.primary(entry) === entry) unused++;
  }
  return unused;
}

function resultOf(report: CheckReport, counts: CheckCounts): CheckResult {
  const { errors, hints } = report;
  return {
    ok: errors.count === 0,
    errors: errors.list,
    errorCount: errors.count,
    hints: hints.list,
    hintCount: hints.count,
    counts,
    brokenPacks: [...report.brokenPacks],
    suggestRepairIndex:
      errors.countOf('index_damaged') + errors.countOf('pack_missing') + errors.countOf('pack_size') > 0 ||
      hints.countOf('pack_duplicate') > 0,
    suggestPrune: hints.countOf('pack_orphan') + hints.countOf('pack_mixed') + hints.countOf('blobs_unused') > 0,
  };
}
