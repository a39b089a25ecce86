import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fromSystemError, systemErrorCode } from '../base/errors.ts';

/** Bytes that can be read at any place, synchronously: for worker threads. */
export interface ByteSource {
  readonly sizeBytes: number;
  /** Reads up to `length` bytes at `position` into the buffer; returns how many, 0 at the end. */
  readInto(buffer: Uint8Array, bufferOffset: number, length: number, position: number): number;
}

/** A local file; close it when done. */
export class FileByteSource implements ByteSource {
  readonly sizeBytes: number;
  readonly #path: string;
  #fd: number;

  constructor(path: string) {
    this.#path = path;
    try {
      this.#fd = openSync(path, 'r');
    } catch (error) {
      const code = systemErrorCode(error) === 'ENOENT' ? 'not_found' : 'backend_failed';
      throw fromSystemError(error, code, `Cannot open ${path}`, { path });
    }
    try {
      this.sizeBytes = fstatSync(this.#fd).size;
    } catch (error) {
      this.close();
      throw fromSystemError(error, 'backend_failed', `Cannot read ${path}`, { path });
    }
  }

  readInto(buffer: Uint8Array, bufferOffset: number, length: number, position: number): number {
    try {
      return readSync(this.#fd, buffer, bufferOffset, length, position);
    } catch (error) {
      throw fromSystemError(error, 'backend_failed', `Cannot read ${this.#path}`, { path: this.#path });
    }
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Bytes in memory that lie at `baseOffset` of something larger, such as a range fetched from a remote backend. `sizeBytes`
 * counts from the beginning of that larger thing to the end of these bytes.
 */
export class BufferByteSource implements ByteSource {
  readonly sizeBytes: number;
  readonly #bytes: Uint8Array;
  readonly #baseOffset: number;

  constructor(bytes: Uint8Array, baseOffset = 0) {
    this.#bytes = bytes;
    this.#baseOffset = baseOffset;
    this.sizeBytes = baseOffset + bytes.length;
  }

  readInto(buffer: Uint8Array, bufferOffset: number, length: number, position: number): number {
    const start = position - this.#baseOffset;
    if (start < 0) return 0;
    const piece = this.#bytes.subarray(start, start + length);
    buffer.set(piece, bufferOffset);
    return piece.length;
  }
}
