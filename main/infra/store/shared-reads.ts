import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database, Statement } from 'better-sqlite3';
import type { Lane } from './lane.ts';

/** After so long the loop gets a turn, and the transaction ends: it keeps the write-ahead log from starting over. */
const SLICE_MS = 5;

interface Job {
  /** `work` runs in the transaction; it is ended before a `pause`, and none is open while that runs. */
  readonly kind: 'work' | 'pause';
  readonly work: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Runs read works one by one. Those that wait together share a read transaction, which begins after all of them were asked for. */
export class SharedReads {
  readonly #lane: Lane;
  readonly #translate: (error: unknown) => unknown;
  readonly #begin: Statement;
  readonly #commit: Statement;
  readonly #connection: Database;
  #queue: Job[] = [];
  #running = false;
  #idle: (() => void)[] = [];

  constructor(connection: Database, lane: Lane, translate: (error: unknown) => unknown) {
    this.#connection = connection;
    this.#lane = lane;
    this.#translate = translate;
    this.#begin = connection.prepare('BEGIN');
    this.#commit = connection.prepare('COMMIT');
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#add('work', work);
  }

  /** Runs something between two transactions: no work runs until it has ended. */
  pause(task: () => Promise<void>): Promise<void> {
    return this.#add('pause', task);
  }

  #add<T>(kind: Job['kind'], work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      // The queue holds works of every type; each value goes back to the promise of its own work.
      this.#queue.push({ kind, work, resolve: resolve as (value: unknown) => void, reject });
      if (!this.#running) void this.#drain();
    });
  }

  async whenIdle(): Promise<void> {
    while (this.#running) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  async #drain(): Promise<void> {
    this.#running = true;
    while (this.#queue.length > 0) {
      const startedMs = performance.now();
      const together = this.#queue;
      this.#queue = [];
      await this.#runTogether(together);
      if (performance.now() - startedMs > SLICE_MS) await nextTurn();
    }
    this.#running = false;
    const waiting = this.#idle;
    this.#idle = [];
    for (const resolve of waiting) resolve();
  }

  async #runTogether(jobs: readonly Job[]): Promise<void> {
    let sliceStartedMs = performance.now();
    for (const job of jobs) {
      try {
        if (job.kind === 'pause') {
          this.#end();
          job.resolve(await job.work());
          continue;
        }
        if (!this.#connection.inTransaction) this.#begin.run();
        job.resolve(await this.#lane.run(job.work));
      } catch (error) {
        job.reject(this.#translate(error));
      }
      if (performance.now() - sliceStartedMs < SLICE_MS) continue;
      this.#end();
      await nextTurn();
      sliceStartedMs = performance.now();
    }
    this.#end();
  }

  #end(): void {
    if (this.#connection.inTransaction) this.#commit.run();
  }
}
