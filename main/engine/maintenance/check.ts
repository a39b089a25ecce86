import { availableParallelism } from 'node:os';
import type { Backend } from '../backend/backend.ts';
import type { PackId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import { WorkerTasks } from '../base/worker-tasks.ts';
import type { Repository } from '../repository/repository.ts';
import { workerUrl } from '../workers/worker-url.ts';
import { CheckPass, PassAhead, type CheckPassOptions } from './check-pass.ts';
import type { CheckWorkers } from './check-read-data.ts';
import type { CheckResult } from './check-result.ts';
import { parseReadSubset, type ReadSubset } from './check-subset.ts';
import { HashedPacks } from './hashed-packs.ts';
import { underLock, type LockChoice } from './operation-lock.ts';

export interface CheckOptions extends OperationOptions {
  readonly repository: Repository | Promise<Repository>;
  /** The backend that `repository` is being opened on: packs are then compared with their names meanwhile. */
  readonly backend?: Backend;
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
  /** How many packs are read at once. */
  readonly workers?: number;
  /** Findings of each kind of list that are kept; all are counted. */
  readonly maxFindings?: number;
}

const MAX_WORKERS = 8;

/**
 * Verifies the repository (repository-format, section 17). Damage never throws: it is in the result. Errors: `locked`,
 * `cancelled`, `invalid_argument` for a bad subset, and what stops any operation (a network that is gone).
 */
export async function check(options: CheckOptions): Promise<CheckResult> {
  const subset = subsetOf(options);
  if (subset === undefined) return checkOpened(await options.repository, options);
  const hashed = new HashedPacks();
  const readers = Math.max(1, options.workers ?? Math.min(availableParallelism(), MAX_WORKERS));
  const readsHere = readers > 1 && options.backend !== undefined && hasFiles(options.backend);
  // The first thread starts while the password is checked, the others when that is done, or the first one has nothing to do.
  const othersAfter = Promise.race([options.repository, hashed.finished]);
  const workers = startWorkers(othersAfter, readsHere ? readers - 1 : readers);
  try {
    if (options.backend && subset.kind === 'all') hashed.start(options.backend, workers);
    return await checkOpened(await options.repository, { ...options, reading: { subset, workers, hashed, readsHere } });
  } finally {
    hashed.stop();
    await workers.terminate();
  }
}

/** Without a lock the pass is all there is. */
async function checkOpened(repository: Repository, options: CheckOptions & CheckPassOptions): Promise<CheckResult> {
  const { lock, signal } = options;
  if (lock === 'none') return new CheckPass(repository, options).result;
  // Who is ready to wait for somebody else's lock may wait for long, and that one is changing things.
  const ahead = lock?.retryForMs === undefined ? new PassAhead(repository, options) : undefined;
  try {
    return await underLock(repository, 'exclusive', lock, signal, async (locked) => {
      const result = await ahead?.resultIfTrue(locked);
      return result ?? new CheckPass(repository, { ...options, signal: locked }).result;
    });
  } finally {
    await ahead?.end();
  }
}

function subsetOf({ readData, readDataSubset }: CheckOptions): ReadSubset | undefined {
  if (readDataSubset !== undefined) return parseReadSubset(readDataSubset);
  return readData === true ? { kind: 'all' } : undefined;
}

function startWorkers(othersAfter: Promise<unknown>, count: number): CheckWorkers {
  return new WorkerTasks({ url: workerUrl('check'), count, workerData: () => undefined, othersAfter });
}

/** Whether threads can open packs by themselves. */
function hasFiles(backend: Backend): boolean {
  return backend.localPath({ type: 'pack', id: '0'.repeat(64) as PackId }) !== undefined;
}
