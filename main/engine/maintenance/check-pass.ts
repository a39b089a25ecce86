import type { FileInfo } from '../backend/backend.ts';
import { shortId, type PackId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { listSnapshots } from '../snapshot/snapshot-store.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { findAffected } from './check-affected.ts';
import { CheckReport } from './check-findings.ts';
import { readPacks, type PackReading } from './check-read-data.ts';
import { resultOf, type CheckResult } from './check-result.ts';
import { checkKeys, checkPackFiles, listPacks, numberPacks, type PackListing } from './check-structure.ts';
import { together } from './check-together.ts';
import { checkTrees } from './check-trees.ts';
import { haveSameIds } from './same-ids.ts';

export interface CheckPassOptions extends OperationOptions {
  readonly affectedSnapshots?: boolean;
  readonly checkUnused?: boolean;
  readonly maxFindings?: number;
  /** Pack files listed before the index is read, by a pass that lists them again afterwards: see `isTrue`. */
  readonly packFiles?: Promise<readonly FileInfo[]>;
  /** Without it no pack is read. */
  readonly reading?: PackReading;
}

/** What a pass works on: the repository as it was when this was listed. */
interface Seen {
  readonly snapshots: readonly StoredSnapshot[];
  readonly index: RepositoryIndex;
  readonly listing: PackListing;
}

const MAX_FINDINGS = 1000;

/** One pass through everything that a check looks at. It begins when it is made; damage is in its result. */
export class CheckPass {
  /** Rejects with what stops any operation. */
  readonly result: Promise<CheckResult>;
  readonly #repository: Repository;
  readonly #options: CheckPassOptions;
  readonly #report: CheckReport;
  readonly #seen: Promise<Seen>;
  /** While it is answered, this thread reads no packs: each would keep every step of the answer waiting. */
  #asked: Promise<unknown> = Promise.resolve();

  constructor(repository: Repository, options: CheckPassOptions) {
    this.#repository = repository;
    this.#options = options;
    this.#report = new CheckReport(options.maxFindings ?? MAX_FINDINGS);
    this.#seen = this.#look();
    this.result = this.#seen.then((seen) => this.#check(seen));
    // Whoever awaits it hears of a failure; a pass that is given up has nobody who does.
    this.result.catch(() => undefined);
  }

  /**
   * Whether what this pass has seen is what the repository holds, asked under a lock by a pass that began before it. False also
   * when anything was found so far: with the repository unlocked that may have been somebody's work in progress.
   */
  isTrue(signal: AbortSignal | undefined): Promise<boolean> {
    const answer = this.#compare(signal);
    this.#asked = answer.catch(() => undefined);
    return answer;
  }

  async #compare(signal: AbortSignal | undefined): Promise<boolean> {
    const { backend, unpacked } = this.#repository;
    let seen: Seen;
    try {
      seen = await this.#seen;
    } catch {
      return false;
    }
    const { index, listing } = seen;
    const snapshotIds = seen.snapshots.map(({ id }) => id);
    if (!haveSameIds(snapshotIds, await unpacked.listIds('snapshot', signal))) return false;
    if (!haveSameIds(index.indexIds, await unpacked.listIds('index', signal))) return false;
    const packs = await backend.list('pack', signal);
    const isListed = packs.every(
      ({ id, sizeBytes }) => listing.sizesBytes[index.packNumber(id as PackId)] === sizeBytes,
    );
    const { errors, hints } = this.#report;
    return isListed && packs.length === index.packCount && errors.count === 0 && hints.count === 0;
  }

  /** Snapshots before the index, so that without a lock nothing of a running backup is missed (section 1). */
  async #look(): Promise<Seen> {
    const repository = this.#repository;
    const { signal, packFiles } = this.#options;
    const snapshots = await this.#loadSnapshots();
    const index = await loadIndex(repository, {
      ...this.#options,
      onDamaged: (indexId, error) => this.#report.error('index_damaged', error.message, { indexId }),
    });
    const listing = packFiles ? numberPacks(index, await packFiles) : await listPacks(repository, index, signal);
    return { snapshots, index, listing };
  }

  async #check(seen: Seen): Promise<CheckResult> {
    const { snapshots, index, listing } = seen;
    const repository = this.#repository;
    const options = this.#options;
    const { signal, reading } = options;
    const report = this.#report;
    checkPackFiles(index, listing, report);
    const keys = await checkKeys(repository, report, signal);
    // Together: this thread walks the trees while the workers read packs, whose progress is the one to show.
    const walked = Promise.withResolvers<void>();
    const [walk, read] = await together(signal, [
      (both) =>
        checkTrees(
          repository,
          index,
          snapshots,
          report,
          reading ? { signal: both } : { ...options, signal: both },
        ).finally(walked.resolve),
      (both) => this.#readData(seen, walked.promise, both),
    ]);
    const unusedBlobs = countUnused(index, walk.marks);
    if (options.checkUnused === true && unusedBlobs > 0) {
      report.hint('blobs_unused', `${unusedBlobs} blobs are needed by no snapshot; prune removes them.`);
    }
    const result = resultOf(report, {
      indexes: index.indexIds.length,
      packs: index.packCount,
      blobs: index.blobCount,
      snapshots: snapshots.length,
      trees: walk.visitedTrees,
      keys,
      unusedBlobs,
      ...read,
    });
    if (options.affectedSnapshots !== true || result.ok) return result;
    return { ...result, affected: await findAffected(repository, index, snapshots, report, signal) };
  }

  async #readData(
    { index, listing }: Seen,
    walked: Promise<void>,
    signal: AbortSignal,
  ): Promise<{ readPacks: number; readBytes: number }> {
    const { reading } = this.#options;
    if (!reading) return { readPacks: 0, readBytes: 0 };
    const free = async () => {
      await walked;
      await this.#asked;
    };
    return readPacks(this.#repository, index, listing, reading, this.#report, free, { ...this.#options, signal });
  }

  #loadSnapshots(): Promise<StoredSnapshot[]> {
    const { signal } = this.#options;
    return listSnapshots(this.#repository, {
      ...(signal ? { signal } : {}),
      onDamaged: (snapshotId, error) => {
        const message = `Snapshot ${shortId(snapshotId)} cannot be read: ${error.message}`;
        this.#report.error('snapshot_damaged', message, { snapshotId });
      },
    });
  }
}

/**
 * A pass that begins while the lock is taken, whose protocol is mostly waiting. What it has done before the lock is there counts
 * only if nothing has changed then. Must be ended.
 */
export class PassAhead {
  readonly #stop = new AbortController();
  readonly #pass: CheckPass;

  constructor(repository: Repository, options: CheckPassOptions) {
    const stop = this.#stop.signal;
    const signal = options.signal ? AbortSignal.any([options.signal, stop]) : stop;
    const packFiles = options.reading?.hashed.listed ?? repository.backend.list('pack', signal);
    // It is awaited late, and not at all when something else fails first.
    packFiles.catch(() => undefined);
    this.#pass = new CheckPass(repository, { ...options, signal, packFiles });
  }

  /** To be called under the lock, with its signal; undefined when everything has to be done anew. */
  async resultIfTrue(locked: AbortSignal | undefined): Promise<CheckResult | undefined> {
    locked?.addEventListener('abort', () => this.#stop.abort(), { once: true });
    if (await this.#pass.isTrue(locked)) return this.#pass.result;
    await this.end();
    return undefined;
  }

  async end(): Promise<void> {
    this.#stop.abort();
    await this.#pass.result.catch(() => undefined);
  }
}

function countUnused(index: RepositoryIndex, marks: Uint8Array): number {
  const { table } = index;
  let unused = 0;
  for (let entry = 0; entry < marks.length; entry++) {
    if (marks[entry] === 0 && table.isStored(entry) && table.primary(entry) === entry) unused++;
  }
  return unused;
}
