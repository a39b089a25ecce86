import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, Statement } from 'better-sqlite3';
import { AppError } from '../../app/errors/app-error.ts';
import type { Lane } from './lane.ts';

/** After so long the loop gets a turn: whoever has asked for something else must not wait for a long queue. */
const SLICE_MS = 5;
/** So many works share a commit at most. Bounds what is lost together when a disk turns out to be full. */
const MOST_IN_BATCH = 1_000;

export interface GroupCommitOptions {
  readonly connection: Database;
  /** Resolves when all commits before the call are on the disk. It is never called again once it has rejected. */
  readonly flush: () => Promise<void>;
  /** An error of SQLite in the app's words. */
  readonly translate: (error: unknown) => unknown;
  /** After each commit, while no transaction is open. */
  readonly onCommit?: () => void;
  /** A whole commit was lost, for this reason: a full disk above all. */
  readonly onLoss?: (reason: unknown) => void;
  /** Called once, when commits can no longer be made durable. */
  readonly onFailure?: (error: AppError) => void;
  /** Instead of SLICE_MS. */
  readonly sliceMs?: number;
}

interface Job {
  /** `work` runs in the transaction. Before a `pause` it is committed, and none is open while that runs. */
  readonly kind: 'work' | 'pause';
  readonly work: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A work that is done within the open transaction. */
interface Done {
  readonly job: Job;
  readonly value: unknown;
}

/**
 * Runs works in the order in which they come: BEGIN IMMEDIATE, one savepoint a work, COMMIT, flush, and only then they
 * resolve. While a flush is under way the next works run already, in a transaction that is committed when it ends. So a
 * work waits for two flushes at most, however many come, and there is always one flush under way under load.
 *
 * A flush that fails is the end: the system may have dropped what it couldn't write, and would report the next flush as a
 * success. Everything is refused then, until the catalog is opened anew and SQLite's checksums tell what is there.
 */
export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #lane: Lane;
  readonly #statements: Record<'begin' | 'commit' | 'rollback' | 'mark' | 'keep' | 'undo', Statement>;
  #queue: Job[] = [];
  #batch: Done[] = [];
  #running = false;
  #flushing: Promise<void> | null = null;
  #failure: AppError | null = null;
  #idle: (() => void)[] = [];
  #workStartedMs: number | null = null;

  constructor(options: GroupCommitOptions, lane: Lane) {
    this.#options = options;
    this.#lane = lane;
    const prepare = (sql: string) => options.connection.prepare(sql);
    this.#statements = {
      begin: prepare('BEGIN IMMEDIATE'),
      commit: prepare('COMMIT'),
      rollback: prepare('ROLLBACK'),
      mark: prepare('SAVEPOINT work'),
      keep: prepare('RELEASE work'),
      undo: prepare('ROLLBACK TO work'),
    };
  }

  get queued(): number {
    return this.#queue.length;
  }

  get failure(): AppError | null {
    return this.#failure;
  }

  /** For how long the work that runs now has kept the others waiting. */
  get workRunsForMs(): number {
    return this.#workStartedMs === null ? 0 : performance.now() - this.#workStartedMs;
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#add('work', work);
  }

  /** Runs something between two transactions: no work runs until it has ended. */
  pause(task: () => Promise<void>): Promise<void> {
    return this.#add('pause', task);
  }

  #add<T>(kind: Job['kind'], work: () => Promise<T>): Promise<T> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise<T>((resolve, reject) => {
      // The queue holds works of every type; each value goes back to the promise of its own work.
      this.#queue.push({ kind, work, resolve: resolve as (value: unknown) => void, reject });
      if (this.#running) return;
      this.#running = true;
      // All requests that arrived in this turn of the loop share the commit.
      setImmediate(() => void this.#drain());
    });
  }

  /** Resolves when nothing is queued, running or waiting for the disk. */
  async whenIdle(): Promise<void> {
    while (this.#running || this.#flushing) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #drain(): Promise<void> {
    const { sliceMs = SLICE_MS } = this.#options;
    let sliceStartedMs = performance.now();
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) {
      await (job.kind === 'pause' ? this.#pause(job) : this.#execute(job));
      const full = this.#batch.length >= MOST_IN_BATCH;
      if (!full && performance.now() - sliceStartedMs < sliceMs) continue;
      if (full && this.#flushing) await this.#flushing;
      this.#commit();
      await nextTurn();
      sliceStartedMs = performance.now();
    }
    this.#running = false;
    this.#commit();
    this.#tellIdle();
  }

  async #pause(job: Job): Promise<void> {
    await this.#flushing;
    this.#commit();
    // Its transaction may have failed, and with it every commit to come.
    if (this.#failure) return job.reject(this.#failure);
    await job.work().then(job.resolve, job.reject);
  }

  async #execute(job: Job): Promise<void> {
    const { connection } = this.#options;
    try {
      if (this.#failure) throw this.#failure;
      if (!connection.inTransaction) this.#statements.begin.run();
      this.#statements.mark.run();
    } catch (error) {
      this.#loseTransaction(error);
      job.reject(this.#options.translate(error));
      return;
    }
    try {
      this.#workStartedMs = performance.now();
      const value = await this.#lane.run(job.work);
      this.#workStartedMs = null;
      this.#statements.keep.run();
      this.#batch.push({ job, value });
    } catch (error) {
      this.#workStartedMs = null;
      this.#undo(error);
      // When the flush before has failed meanwhile, that is the reason.
      job.reject(this.#failure ?? this.#options.translate(error));
    }
  }

  /** Undoes the work that threw. Some errors (a full disk) make SQLite undo the whole transaction. */
  #undo(error: unknown): void {
    try {
      this.#statements.undo.run();
      this.#statements.keep.run();
    } catch {
      this.#loseTransaction(error);
    }
  }

  /** Commits what is done and starts its flush, unless one is under way: at its end this is called again. */
  #commit(): void {
    if (this.#flushing || !this.#options.connection.inTransaction) return;
    try {
      this.#statements.commit.run();
    } catch (error) {
      this.#loseTransaction(error);
      return;
    }
    const batch = this.#batch;
    this.#batch = [];
    this.#options.onCommit?.();
    if (batch.length > 0) this.#flushing = this.#flush(batch);
  }

  async #flush(batch: readonly Done[]): Promise<void> {
    try {
      await this.#options.flush();
      for (const { job, value } of batch) job.resolve(value);
    } catch (error) {
      this.#fail(error);
      for (const { job } of batch) job.reject(this.#failure);
    }
    this.#flushing = null;
    if (!this.#running) this.#commit();
    this.#tellIdle();
  }

  #loseTransaction(error: unknown): void {
    if (this.#options.connection.inTransaction) this.#statements.rollback.run();
    const lost = this.#batch;
    this.#batch = [];
    const reason = this.#options.translate(error);
    for (const { job } of lost) job.reject(reason);
    if (lost.length > 0) this.#options.onLoss?.(reason);
  }

  #fail(cause: unknown): void {
    const message =
      'The disk failed to store the last changes of the catalog. Check the disk, then restart GuardIT: it finds out what is there.';
    this.#failure = new AppError('unavailable', message, { reason: 'flush_failed' }, { cause });
    this.#loseTransaction(this.#failure);
    this.#options.onFailure?.(this.#failure);
  }

  #tellIdle(): void {
    if (this.#running || this.#flushing) return;
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }
}
