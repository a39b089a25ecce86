import { open, type FileHandle } from 'node:fs/promises';

/**
 * A file of a database that is open, to flush it from outside of SQLite in the thread pool. SQLite keeps the files' identity for
 * as long as a connection is open: they are overwritten or cut, never replaced.
 *
 * On POSIX closing any descriptor of a file drops the locks that SQLite holds on it in this process. So `close` comes after
 * the last connection has been closed.
 */
export class FlushedFile {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<FlushedFile> {
    // Windows flushes only through a handle that may write.
    return new FlushedFile(await open(path, 'r+'));
  }

  /** Resolves when all that was written to the file before this call, by whomever, is on the disk. */
  async flush(): Promise<void> {
    await this.#file.datasync();
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
