import type { Database, Statement } from 'better-sqlite3';
import type { CatalogLog } from './catalog-log.ts';
import type { HousekeepingThread } from './housekeeping-thread.ts';

/** Pages in the log, beyond what is in the database already, that are worth a checkpoint: 4 MiB. */
const CHECKPOINT_PAGES = 1_000;
/** Pages in the log at which it must start over: 64 MiB. */
const RESTART_PAGES = 16_384;
/** After a checkpoint that failed (a full disk), or a log that could not start over. */
const RETRY_MS = 5_000;

export interface CheckpointOptions {
  readonly path: string;
  readonly writer: Database;
  readonly thread: HousekeepingThread;
  readonly log: CatalogLog;
  /** Runs something while no transaction is open on either connection. */
  readonly betweenTransactions: (task: () => Promise<void>) => Promise<void>;
  /** Whether somebody reads the whole database now: until then the log can't start over. */
  readonly isReadAtLength: () => boolean;
}

/**
 * Moves what is in the write-ahead log into the database, in a thread of its own: it takes two flushes, which no commit
 * should wait for. SQLite starts the log over when all of it is in the database and nobody reads it at the next commit.
 * Under steady load that moment never comes by itself. So when the log is long, works wait once for a last small checkpoint.
 */
export class Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #measure: Statement<[], { log: number; checkpointed: number }>;
  #running: Promise<void> | null = null;
  #notBeforeMs = 0;
  #failure: string | null = null;
  #logPages = 0;

  constructor(options: CheckpointOptions) {
    this.#options = options;
    // Tells the state of the log and does nothing: 3 µs.
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
    const { log = 0, checkpointed = 0 } = this.#measure.get() ?? {};
    this.#logPages = log;
    if (this.#running || performance.now() < this.#notBeforeMs) return;
    if (log - checkpointed < CHECKPOINT_PAGES && log < RESTART_PAGES) return;
    this.#running = this.#run().finally(() => (this.#running = null));
  }

  async whenIdle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    const { path, thread, log, betweenTransactions, isReadAtLength } = this.#options;
    try {
      const state = await thread.perform({ kind: 'checkpoint', path });
      if (state.log >= RESTART_PAGES && !isReadAtLength()) {
        await betweenTransactions(async () => {
          await thread.perform({ kind: 'checkpoint', path });
        });
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
}
