import { cancelledError } from '../base/abort.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import { ProgressThrottle, type Progress } from '../base/progress.ts';
import { localNow } from '../base/rfc3339.ts';
import { WorkerPool } from '../base/worker-pool.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { loadIndex, refreshIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { saveSnapshot } from '../snapshot/snapshot-store.ts';
import type { SnapshotSummary, StoredSnapshot } from '../snapshot/snapshot.ts';
import { workerUrl } from '../workers/worker-url.ts';
import { ArchiveControl, createArchiveState } from './archive-control.ts';
import { workerDataOf, type ArchiveInputs } from './archive-inputs.ts';
import { addCounts, noCounts, type FromArchiveWorker, type ToArchiveWorker } from './archive-messages.ts';
import type { ArchiveOptions, ArchiveResult } from './archive-options.ts';
import { ArchiveSession } from './archive-session.ts';
import { ListedAhead } from './listed-ahead.ts';
import { chooseParent, makeSnapshot, planSnapshot, type SnapshotPlan } from './snapshot-record.ts';
import { createListingMemory } from './shared-listing.ts';
import type { StreamSource } from './stream-archive.ts';
import { newStagedPrefix, removeStaged } from './staged-names.ts';
import { createRing, fillRing } from './stream-ring.ts';

/** A worker that hangs in a system call (a dead network share) cannot be stopped; nobody waits longer for it. */
const STOP_TIMEOUT_MS = 5000;
const PROGRESS_MS = 250;

/** The index that was read ahead of the lock is out of date: pack files may be gone. The backup must start again. */
export class IndexReplaced extends Error {}

interface Loaded {
  readonly index: RepositoryIndex;
  readonly parent: StoredSnapshot | undefined;
  readonly session: ArchiveSession;
}

/**
 * One backup from start to end. The workers start before the repository is open; then index and parent are read, and files already
 * stored, while the lock is still being acquired. Nothing becomes visible in the repository before the lock is held.
 */
export class ArchiveRun {
  readonly #options: ArchiveOptions;
  readonly #inputs: ArchiveInputs;
  readonly #plan: SnapshotPlan;
  readonly #startedAt = localNow();
  readonly #startedMs = performance.now();
  readonly #control: ArchiveControl;
  readonly #pool: WorkerPool<ToArchiveWorker, FromArchiveWorker>;
  readonly #stagedPrefixes: readonly string[];
  readonly #counts = noCounts();
  readonly #abort = new AbortController();
  readonly #failed = Promise.withResolvers<never>();
  readonly #finished = Promise.withResolvers<void>();
  readonly #progress: ProgressThrottle;
  readonly #listed = new ListedAhead();
  readonly #onAbort = () => this.#fail(cancelledError());
  #session: ArchiveSession | undefined;
  #failure: unknown;
  #stagingFolder: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #totals: Pick<Progress, 'totalFiles' | 'totalBytes'> = {};
  #warnings = 0;
  #workersFinished = 0;

  constructor(options: ArchiveOptions, inputs: ArchiveInputs) {
    this.#options = options;
    this.#inputs = inputs;
    this.#plan = planSnapshot(options, inputs.targets.snapshotPaths);
    const state = createArchiveState(inputs.workers);
    const shared = { state, listings: createListingMemory() };
    this.#control = new ArchiveControl(state);
    this.#stagedPrefixes = Array.from({ length: inputs.workers + 1 }, newStagedPrefix);
    this.#progress = new ProgressThrottle(options.onProgress);
    this.#failed.promise.catch(() => {});
    this.#pool = new WorkerPool(
      {
        url: workerUrl('archive'),
        count: inputs.workers,
        workerData: (worker) => workerDataOf(options, inputs, worker, shared, this.#stagedPrefixes[worker] ?? ''),
        othersAfter: Promise.resolve(options.repository),
      },
      { onMessage: (worker, message) => this.#receive(worker, message), onFailure: (error) => this.#fail(error) },
    );
    const { signal } = options;
    if (signal?.aborted) this.#fail(cancelledError());
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** `ahead`: do not wait for the lock before the work that nobody sees. Throws IndexReplaced when that did not go well. */
  async run(ahead: boolean): Promise<ArchiveResult> {
    try {
      this.#reportMissing();
      const repository = await this.#until(Promise.resolve(this.#options.repository));
      if (this.#options.dryRun === true)
        return await this.#complete(repository, await this.#until(this.#load(repository)));
      return await this.#runLocked(repository, ahead);
    } catch (error) {
      this.#fail(error);
      throw this.#failure;
    } finally {
      await this.#close();
    }
  }

  async #runLocked(repository: Repository, ahead: boolean): Promise<ArchiveResult> {
    const lockWritten = Promise.withResolvers<void>();
    const early = ahead ? this.#load(repository, lockWritten.promise) : undefined;
    early?.catch((error: unknown) => this.#fail(isEngineError(error, 'not_found') ? new IndexReplaced() : error));
    const { signal } = this.#abort;
    const lock = { ...this.#options.lock, signal, onClaimed: lockWritten.resolve };
    return repository.withLock('shared', lock, async (lockSignal) => {
      lockSignal.addEventListener('abort', () => this.#fail(lockSignal.reason), { once: true });
      try {
        const loaded = await this.#until(early ?? this.#load(repository));
        if (early && !(await this.#until(refreshIndex(repository, loaded.index)))) throw new IndexReplaced();
        loaded.session.publish();
        return await this.#complete(repository, loaded);
      } catch (error) {
        this.#fail(error);
        await this.#salvage();
        throw this.#failure;
      }
    });
  }

  /**
   * Everything up to the first files. Snapshots before indexes (repository-format, section 1). Decoding the index keeps this thread
   * busy, so it begins only after `beforeIndex`: the lock's wait should run meanwhile, not afterwards.
   */
  async #load(repository: Repository, beforeIndex?: Promise<void>): Promise<Loaded> {
    const { signal } = this.#abort;
    const { dryRun } = this.#options;
    const parent = await chooseParent(repository, this.#options, this.#plan, signal);
    await beforeIndex;
    const index = await loadIndex(repository, {
      signal,
      ...(this.#options.onProgress ? { onProgress: this.#options.onProgress } : {}),
    });
    this.#stagingFolder = dryRun === true ? undefined : await repository.backend.stagingFolder();
    const session = new ArchiveSession({
      repository,
      index,
      stagingFolder: this.#stagingFolder,
      stagedPrefix: this.#stagedPrefixes.at(-1) ?? '',
      compression: this.#options.compression ?? 'auto',
      workers: this.#inputs.workers,
      counts: this.#counts,
      control: this.#control,
      post: (worker, message) => this.#pool.post(worker, message),
      listed: (folder) => this.#listed.take(folder),
      onItem: this.#options.onItem,
      onWarning: (item, message) => this.#warn(item, message),
      onFailure: (error) => this.#fail(error),
    });
    this.#session = session;
    this.#timer = setInterval(() => this.#progress.update(() => this.#progressNow()), PROGRESS_MS);
    this.#timer.unref();
    this.#pool.broadcast({ kind: 'session', session: session.forWorkers() });
    if (this.#inputs.stream) this.#startStream(this.#inputs.stream, session);
    else session.startFolders(this.#inputs.targets.plan, parent?.tree);
    return { index, parent, session };
  }

  #startStream(source: StreamSource, session: ArchiveSession): void {
    const ring = createRing();
    session.expectStream(source, this.#plan.time);
    this.#pool.post(0, { kind: 'stream', ring });
    fillRing(ring, source.stream, this.#abort.signal).catch((error: unknown) => this.#fail(error));
  }

  async #complete(repository: Repository, { parent, session }: Loaded): Promise<ArchiveResult> {
    const tree = await this.#until(session.root);
    this.#pool.broadcast({ kind: 'finish' });
    await this.#until(this.#finished.promise);
    // They take some milliseconds to end; nobody waits for that before the end.
    void this.#stopWorkers();
    await this.#until(session.finish());
    const summary = this.#summary(session);
    const { dryRun, skipIfUnchanged } = this.#options;
    const unchanged = skipIfUnchanged === true && parent?.tree === tree;
    const snapshot = makeSnapshot(this.#options, this.#plan, { tree, parent: parent?.id, summary });
    const snapshotId =
      dryRun === true || unchanged
        ? undefined
        : await this.#until(saveSnapshot(repository, snapshot, this.#abort.signal));
    // A short backup may be over before everything was counted.
    if (this.#options.scan === true)
      this.#totals = { totalFiles: this.#control.filesDone, totalBytes: this.#control.bytesDone };
    this.#progress.flush(this.#progressNow());
    return this.#result(summary, tree, parent, snapshotId);
  }

  #receive(worker: number, message: FromArchiveWorker): void {
    if (this.#failure !== undefined && message.kind !== 'pack') return;
    if (message.kind === 'found') {
      this.#listed.add(message.folders);
      return;
    }
    if (message.kind === 'totals') {
      if (this.#options.scan === true) this.#totals = { totalFiles: message.files, totalBytes: message.bytes };
      return;
    }
    const session = this.#session;
    if (session === undefined) throw new EngineError('internal', 'A worker answered before it was asked.');
    switch (message.kind) {
      case 'outcomes':
        for (const { item, message: text } of message.warnings) this.#warn(item, text);
        for (const item of message.items) this.#options.onItem?.(item);
        for (const outcome of message.outcomes) session.add(outcome);
        if (message.last) session.messageDone(worker);
        this.#progress.update(() => this.#progressNow());
        return;
      case 'pack':
        session.addPack(message.pack);
        return;
      case 'stream':
        this.#counts.filesNew++;
        this.#counts.bytesProcessed += message.outcome.sizeBytes;
        session.streamDone(message.outcome);
        return;
      case 'finished':
        addCounts(this.#counts, message.counts);
        if (++this.#workersFinished === this.#pool.size) this.#finished.resolve();
    }
  }

  /** The first failure is the one that counts; what follows are consequences. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    this.#control.stop();
    this.#abort.abort(error);
    this.#failed.reject(error);
  }

  #until<Value>(promise: Promise<Value>): Promise<Value> {
    return Promise.race([promise, this.#failed.promise]);
  }

  /** Keeps what is durable already: indexed, a later run finds it. Without a lock nothing may be written any more. */
  async #salvage(): Promise<void> {
    await this.#stopWorkers();
    await this.#session?.salvage(isEngineError(this.#failure, 'lock_lost')).catch(() => {});
  }

  async #stopWorkers(): Promise<void> {
    const { promise: timeout, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, STOP_TIMEOUT_MS);
    await Promise.race([this.#pool.terminate().catch(() => {}), timeout]);
    clearTimeout(timer);
  }

  async #close(): Promise<void> {
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    clearInterval(this.#timer);
    await this.#stopWorkers();
    if (this.#failure !== undefined && this.#stagingFolder !== undefined) {
      await removeStaged(this.#stagingFolder, this.#stagedPrefixes);
    }
  }

  #reportMissing(): void {
    for (const target of this.#inputs.targets.missing) this.#warn(target, 'Does not exist; it was skipped.');
  }

  #warn(item: string, message: string): void {
    this.#warnings++;
    this.#options.onWarning?.({ item, message, during: 'archival' });
  }

  #progressNow(): Progress {
    return {
      phase: 'backup',
      filesDone: this.#control.filesDone,
      bytesDone: this.#control.bytesDone,
      errors: this.#warnings,
      currentPaths: this.#session?.currentPaths ?? [],
      ...this.#totals,
    };
  }

  #summary(session: ArchiveSession): SnapshotSummary {
    const { filesNew, filesChanged, filesUnmodified, bytesProcessed, ...blobs } = this.#counts;
    return {
      backupStart: this.#startedAt,
      backupEnd: localNow(),
      filesNew,
      filesChanged,
      filesUnmodified,
      ...session.folderCounts,
      ...blobs,
      totalFilesProcessed: filesNew + filesChanged + filesUnmodified,
      totalBytesProcessed: bytesProcessed,
    };
  }

  #result(
    summary: SnapshotSummary,
    treeId: BlobId,
    parent: StoredSnapshot | undefined,
    snapshotId: ArchiveResult['snapshotId'],
  ): ArchiveResult {
    const { backupStart: _start, backupEnd: _end, ...counts } = summary;
    const durationMs = performance.now() - this.#startedMs;
    return { ...counts, snapshotId, parentId: parent?.id, treeId, warnings: this.#warnings, durationMs };
  }
}
