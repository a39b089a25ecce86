import { open } from 'node:fs/promises';
import { systemErrorCode } from '../base/errors.ts';

/** Network file systems that cannot fsync a folder say so with one of these; nothing more can be done there. */
const NOT_POSSIBLE: ReadonlySet<string> = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOTTY', 'ENOSYS', 'EACCES']);

/**
 * Makes names durable: after a rename, a link or a deletion its folder needs an fsync of its own.
 * Calls for one folder that arrive while an fsync of it is running share the following one: a running fsync may have
 * begun before their rename, so they cannot share that. Many packs a second then cost two fsyncs, not one each.
 */
export class DirectorySync {
  readonly #running = new Map<string, Promise<void>>();
  readonly #waiting = new Map<string, Promise<void>>();
  readonly #syncFolder: (folder: string) => Promise<void>;

  constructor(syncFolder: (folder: string) => Promise<void> = fsyncFolder) {
    this.#syncFolder = syncFolder;
  }

  /** Resolves when every change of the folder made before the call is durable. */
  sync(folder: string): Promise<void> {
    const waiting = this.#waiting.get(folder);
    if (waiting) return waiting;
    const running = this.#running.get(folder);
    if (!running) return this.#start(folder);
    const startNext = () => {
      this.#waiting.delete(folder);
      return this.#start(folder);
    };
    const next = running.then(startNext, startNext);
    this.#waiting.set(folder, next);
    return next;
  }

  #start(folder: string): Promise<void> {
    const running = this.#syncFolder(folder).finally(() => this.#running.delete(folder));
    this.#running.set(folder, running);
    return running;
  }
}

async function fsyncFolder(folder: string): Promise<void> {
  // Windows has no handle of a folder that could be flushed; NTFS journals names by itself.
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    if (!NOT_POSSIBLE.has(systemErrorCode(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}
