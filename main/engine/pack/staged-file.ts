import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { fromSystemError } from '../base/errors.ts';

/**
 * A new file that is written front to back, synchronously, and hashed on the way. Making it durable and giving it its
 * final name is the owner's business.
 */
export class StagedFile {
  readonly path: string;
  readonly #hash = createHash('sha256');
  #fd: number;
  #sizeBytes = 0;

  /** Creates the file, which must not exist. */
  constructor(path: string) {
    this.path = path;
    try {
      this.#fd = openSync(path, 'wx', 0o600);
    } catch (error) {
      throw stagingError(error, path, 'create');
    }
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  append(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.#fd, bytes, done, bytes.length - done);
    } catch (error) {
      throw stagingError(error, this.path, 'write');
    }
    this.#sizeBytes += done;
  }

  /** Closes the file and returns the SHA-256 of all of it, in hex. */
  finish(): string {
    const fd = this.#fd;
    this.#fd = -1;
    try {
      closeSync(fd);
    } catch (error) {
      throw stagingError(error, this.path, 'write');
    }
    return this.#hash.digest('hex');
  }

  /** Closes and deletes the file; what fails here is left to whoever clears the staging folder at the next start. */
  discard(): void {
    try {
      if (this.#fd >= 0) closeSync(this.#fd);
    } catch {
      // The descriptor is gone either way.
    }
    this.#fd = -1;
    try {
      rmSync(this.path, { force: true });
    } catch {
      // A leftover there is harmless: nothing names it.
    }
  }
}

function stagingError(error: unknown, path: string, verb: string): Error {
  const folder = dirname(path);
  const message = `Cannot ${verb} a pack in the staging folder ${folder}. Check that there is room and the right to write`;
  return fromSystemError(error, 'backend_failed', message, { folder });
}
