import type { Database, Statement } from 'better-sqlite3';
import type { CatalogLog } from './catalog-log.ts';

/** Pages in the log, beyond what is in the database already, that are worth a checkpoint: 4 MiB. */
const CHECKPOINT_PAGES = 1_000;
/** Pages in the log at which it must start over: 64 MiB. */
const RESTART_PAGES = 16_384;
/** How many more checkpoints are tried to get near the end of the log before works wait for the last one. */
const MOST_ROUNDS = 3;
/** To ask for the log's length takes as long as a statement: not after each of the commits that follow each other under load. */
const MEASURE_EVERY_MS = 20;
/** After a checkpoint that failed (a full disk), or a log that could not start over. */
const RETRY_MS = 5_000;

/** Pages in the log, and how many of them are in the database by now. */
export interface LogState {
  readonly log: number;
  readonly checkpointed: number;
}

export interface CheckpointOptions {
  readonly writer: Database;
  /** A passive checkpoint, outside of this thread. */
  readonly checkpoint: () => Promise<LogState>;
  readonly log: CatalogLog;
  /** Resolves when all that was written to the database is on the disk. */
  readonly flushDatabase: () => Promise<void>;
  /** Runs something while no transaction is open on either connection. */
  readonly betweenTransactions: (task: () => Promise<void>) => Promise<void>;
  /** Whether somebody reads the whole database now: until then the log can't start over. */
  readonly isReadAtLength: () => boolean;
  /** Instead of MEASURE_EVERY_MS. */
  readonly measureEveryMs?: number;
}

/**
 * Moves what is in the write-ahead log into the database, in a thread of its own: it takes two flushes, which no commit
 * should wait for. SQLite starts the log over when all of it is in the database and nobody reads it at the next commit.
 * Under steady load that moment never comes by itself. So when the log is long, works wait once for a last small checkpoint.
 */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #measure: Statement<[], LogState>;
  #running: Promise<void> | null = null;
  #notBeforeMs = 0;
  #failure: string | null = null;
  #logPages = 0;
  #measuredMs = -Infinity;

  constructor(options: CheckpointOptions) {
    this.#options = options;
    // Tells the state of the log and does nothing: 3 to 30 µs.
    this.#measure = options.writer.prepare('PRAGMA wal_checkpoint(NOOP)');
  }

  /** Why the last one failed, null when it didn't. */
  get failure(): string | null {
    return this.#failure;
  }

  get logPages(): number {
    return this.#logPages;
  }

  /** To be called after each commit, while no transaction is open. */
  afterCommit(): void {
    const nowMs = performance.now();
    if (nowMs - this.#measuredMs < (this.#options.measureEveryMs ?? MEASURE_EVERY_MS)) return;
    this.#measuredMs = nowMs;
    const { log = 0, checkpointed = 0 } = this.#measure.get() ?? {};
    this.#logPages = log;
    if (this.#running || nowMs < this.#notBeforeMs) return;
    if (log - checkpointed < CHECKPOINT_PAGES && log < RESTART_PAGES) return;
    this.#running = this.#run().finally(() => (this.#running = null));
  }

  async whenIdle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log, betweenTransactions, isReadAtLength } = this.#options;
    try {
      let state = await this.#checkpoint();
      if (state.log >= RESTART_PAGES && !isReadAtLength()) {
        for (let round = 0; round < MOST_ROUNDS && state.log - state.checkpointed > CHECKPOINT_PAGES; round += 1) {
          state = await this.#checkpoint();
        }
        await betweenTransactions(async () => void (await this.#checkpoint()));
      }
      // Something holds the log: trying again at every commit would only cost.
      if (state.log >= 2 * RESTART_PAGES) this.#notBeforeMs = performance.now() + RETRY_MS;
      this.#failure = null;
    } catch (error) {
      this.#notBeforeMs = performance.now() + RETRY_MS;
      this.#failure = error instanceof Error ? error.message : String(error);
      log.error({ err: error }, "The catalog's write-ahead log could not be moved into the catalog. It keeps growing.");
    }
  }

  /**
   * SQLite flushes the database only after a checkpoint that got to the end of the log. Under load most don't, and the one that
   * works wait for would have to flush what all of them have written: so each is followed by a flush.
   */
  async #checkpoint(): Promise<LogState> {
    const { checkpoint, flushDatabase } = this.#options;
    const state = await checkpoint();
    if (state.checkpointed < state.log) await flushDatabase();
    return state;
  }
}
