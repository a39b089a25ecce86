import { availableParallelism } from 'node:os';
import type { OperationOptions } from '../base/progress.ts';
import { WorkerTasks } from '../base/worker-tasks.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { findSnapshot } from '../snapshot/snapshot-store.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { workerUrl } from '../workers/worker-url.ts';
import { findAffected, type AffectedSnapshot } from './check-affected.ts';
import { CheckReport, type CheckError } from './check-findings.ts';
import type { CheckWorkers } from './check-read-data.ts';
import { checkTrees } from './check-trees.ts';
import { underLock, type LockChoice } from './operation-lock.ts';
import { verifyBlobs, type BlobVerdicts, type WantedBlobs } from './verify-blobs.ts';

export interface VerifySnapshotOptions extends OperationOptions {
  readonly repository: Repository | Promise<Repository>;
  /** An id, the start of one, or `latest`. */
  readonly snapshot: string;
  /** Default: a shared lock, failing at once. */
  readonly lock?: LockChoice;
  readonly workers?: number;
  /** Findings that are kept; all are counted. */
  readonly maxFindings?: number;
}

export interface VerifySnapshotResult {
  /** Everything in the snapshot can be restored. */
  readonly ok: boolean;
  readonly snapshot: StoredSnapshot;
  readonly errors: readonly CheckError[];
  readonly errorCount: number;
  /** The paths that can't be restored whole; only when there are any. */
  readonly affected: AffectedSnapshot | undefined;
  readonly counts: {
    /** A folder that is there several times counts once, with its files. */
    readonly files: number;
    /** Blobs of the snapshot, and the packs that they lie in. */
    readonly packs: number;
    readonly blobs: number;
    /** Stored bytes that were read and proved against their ids. */
    readonly readBytes: number;
  };
}

const MAX_WORKERS = 8;
const MAX_FINDINGS = 1000;

/**
 * Proves that a snapshot can be restored: every folder and every chunk that it needs is read from the storage, its MAC checked,
 * decrypted, decompressed and hashed. A blob of which one copy is damaged and another one whole is a warning, since a restore
 * takes the whole one. Damage never throws: it is in the result. Errors: `locked`, `snapshot_not_found`, `cancelled`, and what
 * stops any operation.
 */
export async function verifySnapshot(options: VerifySnapshotOptions): Promise<VerifySnapshotResult> {
  const workers = startWorkers(Promise.resolve(options.repository), options.workers);
  try {
    const repository = await options.repository;
    return await underLock(repository, 'shared', options.lock, options.signal, (signal) =>
      verifyLocked(repository, { ...options, ...(signal ? { signal } : {}) }, workers),
    );
  } finally {
    await workers.terminate();
  }
}

function startWorkers(
  othersAfter: Promise<unknown>,
  count = Math.min(availableParallelism(), MAX_WORKERS),
): CheckWorkers {
  const url = workerUrl('check');
  return new WorkerTasks({ url, count: Math.max(1, count), workerData: () => undefined, othersAfter });
}

async function verifyLocked(
  repository: Repository,
  options: VerifySnapshotOptions,
  workers: CheckWorkers,
): Promise<VerifySnapshotResult> {
  const { signal } = options;
  const { snapshot } = await findSnapshot(repository, options.snapshot, {}, signal);
  const report = new CheckReport(options.maxFindings ?? MAX_FINDINGS);
  const index = await loadIndex(repository, {
    ...options,
    // Another one may name the same blobs; what is missed is found below.
    onDamaged: (id, error) => options.onWarning?.({ item: id, message: error.message, during: 'check' }),
  });
  // Trees are read and proved by the walk itself.
  const walk = await checkTrees(repository, index, [snapshot], report, options);
  const needed = neededBlobs(index, walk.marks);
  const verdicts = await verifyBlobs(repository, index, needed.data, workers, options);
  const copies = await verifyBlobs(repository, index, copiesOf(index, verdicts.bad.keys()), workers, {
    ...options,
    onProgress: noProgress,
  });
  reportDamage(index, verdicts, copies, report, options);
  const isSound = report.errors.count === 0;
  const affected = isSound ? [] : await findAffected(repository, index, [snapshot], report, signal);
  return {
    ok: isSound,
    snapshot,
    errors: report.errors.list,
    errorCount: report.errors.count,
    affected: affected[0],
    counts: {
      files: walk.fileCount,
      packs: needed.packs,
      blobs: needed.blobs,
      readBytes: needed.treeBytes + verdicts.readBytes + copies.readBytes,
    },
  };
}

const noProgress = () => undefined;

/** Data blobs by pack, in the order of packs; trees are only counted. */
function neededBlobs(index: RepositoryIndex, marks: Uint8Array) {
  const { table } = index;
  const data: WantedBlobs[] = [];
  let [packs, blobs, treeBytes] = [0, 0, 0];
  for (let pack = 0; pack < index.packCount; pack++) {
    const listed = index.packEntries(pack);
    const wanted: number[] = [];
    const blobsBefore = blobs;
    for (let i = 0; i < listed.count; i++) {
      const entry = listed.at(i);
      if (marks[entry] !== 1) continue;
      blobs++;
      if (table.type(entry) === 'data') wanted.push(entry);
      else treeBytes += table.length(entry);
    }
    if (blobs > blobsBefore) packs++;
    if (wanted.length > 0) data.push({ pack, entries: Uint32Array.from(wanted) });
  }
  return { data, packs, blobs, treeBytes };
}

/** Every other place where a damaged blob is stored too. */
function copiesOf({ table }: RepositoryIndex, entries: Iterable<number>): WantedBlobs[] {
  const byPack = new Map<number, number[]>();
  for (const entry of entries) {
    for (let copy = table.nextCopy(entry); copy >= 0; copy = table.nextCopy(copy)) {
      if (!table.isStored(copy)) continue;
      const pack = table.pack(copy);
      byPack.set(pack, [...(byPack.get(pack) ?? []), copy]);
    }
  }
  return [...byPack].map(([pack, found]) => ({ pack, entries: Uint32Array.from(found) }));
}

function reportDamage(
  index: RepositoryIndex,
  verdicts: BlobVerdicts,
  copies: BlobVerdicts,
  report: CheckReport,
  options: VerifySnapshotOptions,
): void {
  const { table } = index;
  for (const entry of copies.bad.keys()) report.badEntries.add(entry);
  for (const [entry, defect] of verdicts.bad) {
    report.badEntries.add(entry);
    const packId = index.packId(table.pack(entry));
    const blobId = table.idHex(entry);
    const message = `Pack ${packId}: the data blob ${blobId} is damaged: ${defect}`;
    if (hasWholeCopy(index, entry, copies)) {
      const more = 'Another copy of it is whole, which a restore takes.';
      options.onWarning?.({ item: packId, message: `${message}. ${more}`, during: 'check' });
    } else report.error('blob_damaged', message, { packId, blobId });
  }
}

function hasWholeCopy({ table }: RepositoryIndex, entry: number, copies: BlobVerdicts): boolean {
  for (let copy = table.nextCopy(entry); copy >= 0; copy = table.nextCopy(copy)) {
    if (table.isStored(copy) && !copies.bad.has(copy)) return true;
  }
  return false;
}
