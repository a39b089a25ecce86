import { open, type FileHandle } from 'node:fs/promises';

/**
 * Flushes the write-ahead log beside a database that is open. The file keeps its identity for as long as a connection is open:
 * it is overwritten or cut, never replaced. (The database and `-shm` must not be opened this way: on POSIX closing any
 * descriptor of a file drops the locks that SQLite holds on it.)
 */
export class WalFlush {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** SQLite has made the log by the first read of a database in WAL mode. */
  static async open(databasePath: string): Promise<WalFlush> {
    // Windows flushes only through a handle that may write.
    return new WalFlush(await open(`${databasePath}-wal`, 'r+'));
  }

  /** Resolves when all that was written to the log before this call is on the disk. */
  async flush(): Promise<void> {
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
