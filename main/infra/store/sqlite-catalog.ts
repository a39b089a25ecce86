import { writeFileSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import type { Stores } from '../../app/catalog/ports.ts';
import type { Clock } from '../../app/clock/ports.ts';
import { syncFolder } from '../files/durable-file.ts';
import { CatalogCopies } from './catalog-copies.ts';
import { healthOf, type CatalogHealth } from './catalog-health.ts';
import type { CatalogLog } from './catalog-log.ts';
import type { CatalogPaths } from './catalog-paths.ts';
import { Checkpoints } from './checkpoints.ts';
import { openReader, openWriter } from './connections.ts';
import type { Durability } from './durability.ts';
import { FlushedFile } from './flushed-file.ts';
import { HousekeepingThread } from './housekeeping-thread.ts';
import type { CheckDepth } from './integrity.ts';
import type { OpenCatalog } from './open-catalog.ts';
import type { Recovery } from './recovery.ts';
import { inAppWords, isDamage } from './sqlite-failure.ts';
import { WorkQueues } from './work-queues.ts';

export interface SqliteCatalogOptions {
  readonly paths: CatalogPaths;
  readonly clock: Clock;
  readonly log: CatalogLog;
  readonly durability: Durability;
  readonly recovered: Recovery | null;
  readonly flush: (() => Promise<void>) | undefined;
}

interface OpenFiles {
  readonly writer: Database;
  readonly reader: Database;
  readonly wal: FlushedFile;
  readonly database: FlushedFile;
}

/** The catalog in a file that has been prepared. */
export class SqliteCatalog implements OpenCatalog {
  readonly recovered: Recovery | null;
  readonly copies: CatalogCopies;
  readonly #options: SqliteCatalogOptions;
  readonly #files: OpenFiles;
  readonly #queues: WorkQueues;
  readonly #checkpoints: Checkpoints;
  readonly #checkpointing = new HousekeepingThread();
  /** Copies and checks take their time; checkpoints must not wait for them. */
  readonly #reading = new HousekeepingThread();
  #damage: readonly string[] = [];
  #lossReason: string | null = null;
  #closing: Promise<void> | null = null;

  static async open(options: SqliteCatalogOptions): Promise<SqliteCatalog> {
    const path = options.paths.catalog;
    const writer = openWriter(path, options.durability);
    try {
      // Only the first read makes SQLite open the log.
      writer.prepare('SELECT count(*) FROM sqlite_schema').get();
      // The log's name has to be on the disk too, once.
      await syncFolder(options.paths.folder);
      const wal = await FlushedFile.open(`${path}-wal`);
      const database = await FlushedFile.open(path);
      return new SqliteCatalog(options, { writer, reader: openReader(path), wal, database });
    } catch (error) {
      writer.close();
      throw error;
    }
  }

  private constructor(options: SqliteCatalogOptions, files: OpenFiles) {
    const { paths, clock, log, durability, recovered } = options;
    this.recovered = recovered;
    this.#options = options;
    this.#files = files;
    const flushed = Promise.resolve();
    this.#queues = new WorkQueues({
      ...files,
      flush: options.flush ?? (durability === 'full' ? () => flushed : () => files.wal.flush()),
      translate: (error) => this.#inAppWords(error),
      onCommit: () => this.#committed(),
      onLoss: (reason) => this.#lost(reason),
      onFailure: (error) => log.error({ err: error.cause }, error.message),
    });
    this.#checkpoints = new Checkpoints({
      writer: files.writer,
      checkpoint: () => this.#checkpointing.perform({ kind: 'checkpoint', path: paths.catalog }),
      log,
      flushDatabase: () => files.database.flush(),
      betweenTransactions: (task) => this.#queues.betweenTransactions(task),
      isReadAtLength: () => this.#reading.pending > 0,
    });
    const copyTo = (destination: string) => this.#reading.perform({ kind: 'copy', path: paths.catalog, destination });
    this.copies = new CatalogCopies({ paths, clock, copyTo });
  }

  read<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.#queues.read(work);
  }

  write<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    return this.#queues.write(work);
  }

  async backupTo(path: string): Promise<void> {
    await this.copies.copyTo(path);
  }

  async checkIntegrity(depth: CheckDepth = 'full'): Promise<readonly string[]> {
    const { paths } = this.#options;
    const { findings } = await this.#reading
      .perform({ kind: 'check', path: paths.catalog, depth })
      .catch((error: unknown) => {
        throw inAppWords(error, paths.catalog);
      });
    if (findings.length > 0) this.#suspect(findings);
    else this.#damage = [];
    return findings;
  }

  /** Its findings are in `health` and in the log. */
  checkInBackground(): void {
    this.checkIntegrity().catch((error: unknown) => {
      this.#options.log.warn({ err: error }, 'The catalog could not be checked.');
    });
  }

  async optimize(): Promise<void> {
    await this.#queues.betweenTransactions(async () => {
      // Samples so many rows of an index: enough to tell a good plan from a bad one, in milliseconds.
      this.#files.writer.pragma('analysis_limit = 400');
      // 0x10000: looks at tables that this connection has not queried, too.
      this.#files.writer.pragma('optimize = 0x10002');
    });
  }

  health(): CatalogHealth {
    const { commits } = this.#queues;
    return healthOf({
      flushFailure: commits.failure?.message ?? null,
      damage: this.#damage,
      lossReason: this.#lossReason,
      checkpointFailure: this.#checkpoints.failure,
      recovered: this.recovered !== null,
      workRunsForMs: commits.workRunsForMs,
      queuedWrites: commits.queued,
      walPages: this.#checkpoints.logPages,
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await this.#queues.stop();
    await this.#checkpoints.whenIdle();
    await this.#checkpointing.close();
    await this.#reading.close();
    this.#files.reader.close();
    // The last one to close moves the log into the database and removes it: the next start knows that all was well.
    this.#files.writer.close();
    await this.#files.wal.close();
    await this.#files.database.close();
  }

  #inAppWords(error: unknown): unknown {
    if (isDamage(error) && this.#damage.length === 0) this.#suspect([error instanceof Error ? error.message : '']);
    return inAppWords(error, this.#options.paths.catalog);
  }

  /** The file is not touched while it is in use: the next start checks every page and acts. */
  #suspect(findings: readonly string[]): void {
    const { paths, log } = this.#options;
    this.#damage = findings;
    log.error({ findings }, 'The catalog is damaged. Restart GuardIT: it falls back to the last good copy.');
    try {
      writeFileSync(paths.suspect, `${findings.join('\n')}\n`, { mode: 0o600 });
    } catch (error) {
      log.error({ err: error }, 'The next start will not know that the catalog is to be checked.');
    }
  }

  #committed(): void {
    this.#lossReason = null;
    this.#checkpoints.afterCommit();
  }

  #lost(reason: unknown): void {
    this.#lossReason = reason instanceof Error ? reason.message : String(reason);
    this.#options.log.error({ err: reason }, 'Changes of the catalog were refused, because they could not be stored.');
  }
}
