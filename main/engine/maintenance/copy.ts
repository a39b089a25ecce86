import { throwIfAborted } from '../base/abort.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { SnapshotId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { listSnapshots, saveSnapshot } from '../snapshot/snapshot-store.ts';
import type { Snapshot, StoredSnapshot } from '../snapshot/snapshot.ts';
import { CopiedSnapshots } from './copied-snapshots.ts';
import { CopyPlanner } from './copy-plan.ts';
import { CopyRun } from './copy-run.ts';
import { underLock, type LockChoice } from './operation-lock.ts';
import { selectSnapshots, type SnapshotSelection } from './select-snapshots.ts';

/** Snapshots are copied together until they bring so many bytes: fewer half-empty packs, and some are there early. */
const BATCH_BYTES = 1024 ** 3;

export interface CopyOptions extends OperationOptions, SnapshotSelection {
  /** Refuse, instead of warning, when the two repositories cut files differently and so share no chunks later on. */
  readonly requireSameChunker?: boolean;
  readonly sourceLock?: LockChoice;
  readonly targetLock?: Exclude<LockChoice, 'none'>;
  /** Worker threads. Default: one a core, up to 8. */
  readonly workers?: number;
}

export interface CopiedSnapshot {
  readonly sourceId: SnapshotId;
  readonly targetId: SnapshotId;
}

export interface CopyResult {
  readonly copied: readonly CopiedSnapshot[];
  /** Were there already, under `targetId`. */
  readonly skipped: readonly CopiedSnapshot[];
  readonly blobs: number;
  /** Plaintext bytes of the blobs that were copied. */
  readonly bytes: number;
}

/**
 * Copies snapshots into another repository, blob by blob as far as it lacks them, sealed with its key. Blobs keep their ids
 * and trees their bytes. Packs are durable before an index names them, indexes before the snapshots: what broke off is
 * taken up by the next copy.
 *
 * Errors: `invalid_argument` for one repository with itself, `refused`, `snapshot_not_found`, `locked`, `corrupt` and
 * `blob_not_found` for an incomplete snapshot, which ends the copy.
 */
export function copySnapshots(source: Repository, target: Repository, options: CopyOptions = {}): Promise<CopyResult> {
  if (source.config.id === target.config.id) {
    throw new EngineError('invalid_argument', `${source.location} and ${target.location} are the same repository.`);
  }
  compareChunkers(source, target, options);
  return underLock(source, 'shared', options.sourceLock, options.signal, (sourceSignal) => {
    return underLock(target, 'shared', options.targetLock, sourceSignal, (signal) => {
      return copyUnderLocks(source, target, { ...options, ...(signal ? { signal } : {}) });
    });
  });
}

function compareChunkers(source: Repository, target: Repository, options: CopyOptions): void {
  if (source.config.chunkerPolynomial === target.config.chunkerPolynomial) return;
  const message =
    `${source.location} and ${target.location} cut files into chunks differently. Backups into both will not share data ` +
    'with what is copied. Make the target with the chunker parameters of the source to avoid that.';
  if (options.requireSameChunker === true) throw new EngineError('refused', message);
  options.onWarning?.({ item: target.location, message, during: 'copy' });
}

async function copyUnderLocks(source: Repository, target: Repository, options: CopyOptions): Promise<CopyResult> {
  const { signal } = options;
  const selected = await selectSnapshots(source, options, signal);
  const existing = new CopiedSnapshots(await listSnapshots(target, signal ? { signal } : {}));
  const sourceIndex = await loadIndex(source, options);
  const targetIndex = await loadIndex(target, options);
  const progress = new CopyProgress(options, selected.length);
  const planner = new CopyPlanner(source, sourceIndex, targetIndex);
  const { workers } = options;
  const run = await CopyRun.start({
    source,
    sourceIndex,
    target,
    targetIndex,
    workers,
    onCopied: (bytes) => progress.copied(bytes),
  });
  try {
    const session = new CopySession(target, planner, run, existing, progress);
    for (const snapshot of selected) await session.add(snapshot, signal);
    await session.flush(signal);
    return session.result;
  } finally {
    await run.close(!isEngineError(signal?.reason, 'lock_lost'));
    progress.end();
  }
}

/** Gathers snapshots until a batch is worth it, then copies their blobs and saves them. */
class CopySession {
  readonly #target: Repository;
  readonly #planner: CopyPlanner;
  readonly #run: CopyRun;
  readonly #existing: CopiedSnapshots;
  readonly #progress: CopyProgress;
  readonly #copied: CopiedSnapshot[] = [];
  readonly #skipped: CopiedSnapshot[] = [];
  readonly #packs: ReturnType<CopyPlanner['take']>['packs'][number][] = [];
  #snapshots: StoredSnapshot[] = [];
  #batchBytes = 0;
  #blobs = 0;
  #bytes = 0;

  constructor(
    target: Repository,
    planner: CopyPlanner,
    run: CopyRun,
    existing: CopiedSnapshots,
    progress: CopyProgress,
  ) {
    this.#target = target;
    this.#planner = planner;
    this.#run = run;
    this.#existing = existing;
    this.#progress = progress;
  }

  get result(): CopyResult {
    return { copied: this.#copied, skipped: this.#skipped, blobs: this.#blobs, bytes: this.#bytes };
  }

  async add(snapshot: StoredSnapshot, signal: AbortSignal | undefined): Promise<void> {
    throwIfAborted(signal);
    const there = this.#existing.find(snapshot);
    if (there) {
      this.#skipped.push({ sourceId: snapshot.id, targetId: there.id });
      this.#progress.snapshotDone();
      return;
    }
    await this.#planner.add(snapshot, signal);
    const { packs, blobs, bytes } = this.#planner.take();
    this.#packs.push(...packs);
    this.#snapshots.push(snapshot);
    this.#blobs += blobs;
    this.#bytes += bytes;
    this.#batchBytes += bytes;
    this.#progress.planned(bytes);
    if (this.#batchBytes >= BATCH_BYTES) await this.flush(signal);
  }

  async flush(signal: AbortSignal | undefined): Promise<void> {
    if (this.#packs.length > 0) await this.#run.copy(this.#packs.splice(0), signal);
    for (const snapshot of this.#snapshots) await this.#save(snapshot, signal);
    this.#snapshots = [];
    this.#batchBytes = 0;
  }

  async #save(snapshot: StoredSnapshot, signal: AbortSignal | undefined): Promise<void> {
    const { id: sourceId, parent: _parent, ...fields } = snapshot;
    const copy: Snapshot = { ...fields, original: snapshot.original ?? sourceId };
    const targetId = await saveSnapshot(this.#target, copy, signal);
    this.#copied.push({ sourceId, targetId });
    this.#existing.add({ ...copy, id: targetId });
    this.#progress.snapshotDone();
  }
}

class CopyProgress {
  readonly #throttle: ProgressThrottle;
  readonly #totalItems: number;
  #itemsDone = 0;
  #bytesDone = 0;
  #totalBytes = 0;

  constructor({ onProgress }: CopyOptions, snapshots: number) {
    this.#throttle = new ProgressThrottle(onProgress);
    this.#totalItems = snapshots;
  }

  planned(bytes: number): void {
    this.#totalBytes += bytes;
  }

  copied(bytes: number): void {
    this.#bytesDone += bytes;
    this.#throttle.update(() => this.#now());
  }

  snapshotDone(): void {
    this.#itemsDone++;
    this.#throttle.update(() => this.#now());
  }

  end(): void {
    this.#throttle.flush(this.#now());
  }

  #now() {
    return {
      phase: 'copy',
      filesDone: 0,
      bytesDone: this.#bytesDone,
      // Known only when every snapshot has been looked through.
      ...(this.#itemsDone === this.#totalItems ? { totalBytes: this.#totalBytes } : {}),
      itemsDone: this.#itemsDone,
      totalItems: this.#totalItems,
    };
  }
}
