import { createHash, hash } from 'node:crypto';
import { constants, fstatSync, readSync } from 'node:fs';
import { fileCalls } from '../base/native/file-calls.ts';
import type { BlobTable } from '../index/blob-table.ts';
import { ZERO_CHUNK, ZERO_CHUNK_BYTES, type FileTable } from './file-table.ts';
import type { FolderHandles } from './folder-handles.ts';

const READ = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const SCRATCH_BYTES = 1024 * 1024;

export interface CheckedContent {
  readonly sizeBytes: number;
  /** One byte a blob: 1 when the file has it at its place. */
  readonly matches: Uint8Array;
}

/** Compares files in the target with what the snapshot says they hold, blob by blob, in a worker thread. */
export class ContentChecker {
  readonly #files: FileTable;
  readonly #handles: FolderHandles;
  readonly #table: BlobTable;
  readonly #stopped: () => boolean;
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

  constructor(files: FileTable, handles: FolderHandles, table: BlobTable, stopped: () => boolean) {
    this.#files = files;
    this.#handles = handles;
    this.#table = table;
    this.#stopped = stopped;
  }

  /** Throws when the file cannot be read, or is none. */
  check(file: number): CheckedContent {
    const files = this.#files;
    const fd = fileCalls().openAt(this.#handles.get(files.parent(file)), files.name(file), READ, 0);
    try {
      const stat = fstatSync(fd);
      if (!stat.isFile()) throw new Error('not a regular file');
      const matches = new Uint8Array(files.blobCount(file));
      let offset = 0;
      for (let i = 0; i < matches.length && !this.#stopped(); i++) {
        const entry = files.blobEntry(file, i);
        const length = entry === ZERO_CHUNK ? ZERO_CHUNK_BYTES : this.#table.plainLength(entry);
        // Whatever lengths the index claims, no more is read than there is.
        if (offset + length <= stat.size && this.#has(fd, offset, length, entry)) matches[i] = 1;
        offset += length;
      }
      return { sizeBytes: stat.size, matches };
    } finally {
      fileCalls().close(fd);
    }
  }

  #has(fd: number, offset: number, length: number, entry: number): boolean {
    if (entry === ZERO_CHUNK) return this.#isZero(fd, offset, length);
    // As characters: a result in bytes would be a buffer of its own for each blob.
    const expected = this.#table.idLatin1(entry);
    if (length <= SCRATCH_BYTES) {
      const bytes = this.#read(fd, offset, length);
      return bytes.length === length && hash('sha256', bytes, 'binary') === expected;
    }
    const digest = createHash('sha256');
    for (let done = 0; done < length;) {
      const bytes = this.#read(fd, offset + done, Math.min(SCRATCH_BYTES, length - done));
      if (bytes.length === 0) return false;
      digest.update(bytes);
      done += bytes.length;
    }
    return digest.digest('binary') === expected;
  }

  #isZero(fd: number, offset: number, length: number): boolean {
    const bytes = this.#read(fd, offset, length);
    return bytes.length === length && bytes.every((byte) => byte === 0);
  }

  #read(fd: number, offset: number, length: number): Buffer {
    let done = 0;
    while (done < length) {
      const count = readSync(fd, this.#scratch, done, length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return this.#scratch.subarray(0, done);
  }
}
