import type { Database } from 'better-sqlite3';
import type { Catalog, Stores } from '../../app/catalog/ports.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { kyselyOver } from './dialect.ts';
import { GroupCommit, type GroupCommitOptions } from './group-commit.ts';
import { isInsideWork, Lane } from './lane.ts';
import type { Schema } from './schema.ts';
import { SharedReads } from './shared-reads.ts';
import { sqliteCode } from './sqlite-failure.ts';
import { createStores } from './stores.ts';

export interface WorkQueuesOptions extends Omit<GroupCommitOptions, 'connection'> {
  readonly writer: Database;
  readonly reader: Database;
}

/** Reads and writes over two open connections, each with its queue. Whoever opened the connections closes them, after `stop()`. */
export class WorkQueues implements Catalog {
  readonly commits: GroupCommit;
  readonly #reads: SharedReads;
  readonly #writing: Stores;
  readonly #reading: Stores;
  #stopped = false;

  constructor({ writer, reader, ...options }: WorkQueuesOptions) {
    const writeLane = new Lane();
    const readLane = new Lane();
    this.commits = new GroupCommit({ ...options, connection: writer }, writeLane);
    this.#reads = new SharedReads(reader, readLane, (error) => {
      if (sqliteCode(error) !== 'SQLITE_READONLY') return options.translate(error);
      return new Error('A read of the catalog tried to change it.', { cause: error });
    });
    // A work that swallows the error which ended the transaction would go on outside of any.
    const beforeWriting = () => {
      writeLane.assertInTurn();
      if (!writer.inTransaction)
        throw new Error('The transaction has failed already: nothing more can be written in it.');
    };
    this.#writing = createStores(kyselyOver<Schema>(writer, beforeWriting));
    this.#reading = createStores(kyselyOver<Schema>(reader, () => readLane.assertInTurn()));
  }

  async read<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    this.#assertCallable();
    return this.#reads.run(() => work(this.#reading));
  }

  async write<T>(work: (stores: Stores) => Promise<T>): Promise<T> {
    this.#assertCallable();
    return this.commits.run(() => work(this.#writing));
  }

  /** Runs something while no transaction is open on either connection. */
  async betweenTransactions(task: () => Promise<void>): Promise<void> {
    await this.commits.pause(() => this.#reads.pause(task));
  }

  /** Refuses new works, and resolves when those that were asked for are done and durable. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.commits.whenIdle();
    await this.#reads.whenIdle();
  }

  #assertCallable(): void {
    if (this.#stopped) throw new AppError('unavailable', 'GuardIT is stopping.', { reason: 'stopping' });
    if (isInsideWork())
      throw new Error('A work of the catalog can not wait for another one: use the stores it was handed.');
  }
}
