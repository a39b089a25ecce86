import { Readable } from 'node:stream';
import { throwIfAborted } from '../base/abort.ts';
import { EngineError } from '../base/errors.ts';
import type { Node } from '../snapshot/node.ts';
import { abortable } from './abortable.ts';
import type { CachedBlobs } from './cached-blobs.ts';

/** More is asked for piece by piece, or as a stream. */
const MAX_READ_BYTES = 1024 ** 3;
/** Blobs of one reader on their way at once. */
const PARALLEL_BLOBS = 4;
/** Blobs loaded beyond the end of a sequential read. */
const READ_AHEAD_BLOBS = 2;

export interface StreamRange {
  /** First byte; default 0. */
  readonly start?: number;
  /** One past the last byte; default: the end of the file. */
  readonly end?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The bytes of one file of a snapshot. Holds 12 bytes a chunk, so that a file of 100 GB costs about a megabyte; chunks
 * themselves lie in the shared cache. Every chunk is verified against its id before a byte of it is given out.
 */
export class FileContent {
  /** Bytes, by the index: what the chunks really hold, whatever the node's size says (repository-format, section 14). */
  readonly size: number;
  readonly #blobs: CachedBlobs;
  readonly #entries: Uint32Array;
  /** Where each chunk ends in the file. Doubles: exact far beyond any file, where 32 bits are not. */
  readonly #ends: Float64Array;
  #expectedOffset = 0;

  /** Errors: `corrupt` for a file without a list of chunks, `blob_not_found` for a chunk that no index names. */
  constructor(node: Node, blobs: CachedBlobs) {
    const { content } = node;
    if (content === null)
      throw new EngineError('corrupt', `The file ${JSON.stringify(node.name)} has no list of chunks.`);
    this.#blobs = blobs;
    this.#entries = new Uint32Array(content.length);
    this.#ends = new Float64Array(content.length);
    let end = 0;
    content.forEach((id, chunk) => {
      const entry = blobs.entryOf(id);
      end += blobs.lengthOf(entry);
      this.#entries[chunk] = entry;
      this.#ends[chunk] = end;
    });
    this.size = end;
  }

  get chunkCount(): number {
    return this.#entries.length;
  }

  /**
   * The bytes of a range; fewer only where the file ends. Reads that follow each other load ahead.
   * Errors: `invalid_argument`, `corrupt`, `cancelled` and those of the backend.
   */
  async readAt(offset: number, length: number, signal?: AbortSignal): Promise<Buffer> {
    checkRange(offset, length);
    const end = Math.min(this.size, offset + length);
    const wanted = Math.max(0, end - offset);
    if (wanted > MAX_READ_BYTES) {
      throw new EngineError('invalid_argument', `${wanted} bytes are too many for one read. Read them as a stream.`);
    }
    const isSequential = offset === this.#expectedOffset;
    this.#expectedOffset = offset + wanted;
    const out = Buffer.allocUnsafeSlow(wanted);
    let filled = 0;
    for await (const piece of this.#pieces(offset, offset + wanted, signal)) filled += piece.copy(out, filled);
    if (isSequential) this.#loadAhead(offset + wanted);
    return out;
  }

  /** The bytes from `start` to `end` as a stream that loads ahead of its reader. */
  stream(range: StreamRange = {}): Readable {
    const { start = 0, signal } = range;
    const end = Math.min(this.size, range.end ?? this.size);
    checkRange(start, Math.max(0, end - start));
    return Readable.from(this.#pieces(start, end, signal), { objectMode: false });
  }

  async *#pieces(start: number, end: number, signal: AbortSignal | undefined): AsyncGenerator<Buffer, void, undefined> {
    throwIfAborted(signal);
    if (start >= end) return;
    const coming: Promise<Buffer>[] = [];
    let next = this.#chunkAt(start);
    for (let chunk = next; chunk < this.chunkCount; chunk++) {
      const chunkStart = this.#startOf(chunk);
      if (chunkStart >= end) return;
      while (coming.length < PARALLEL_BLOBS && next < this.chunkCount && this.#startOf(next) < end) {
        const blob = this.#blobs.read(this.#entries[next++] ?? 0);
        // It may fail long before its turn comes, or the reader may be gone by then.
        blob.catch(() => {});
        coming.push(blob);
      }
      const blob = await abortable(coming.shift() ?? Promise.reject(new Error('no chunk was asked for')), signal);
      const piece = blob.subarray(Math.max(0, start - chunkStart), Math.min(blob.length, end - chunkStart));
      if (piece.length > 0) yield piece;
    }
  }

  #loadAhead(offset: number): void {
    const first = this.#chunkAt(offset);
    for (let chunk = first; chunk < Math.min(first + READ_AHEAD_BLOBS, this.chunkCount); chunk++) {
      this.#blobs.readAhead(this.#entries[chunk] ?? 0);
    }
  }

  #startOf(chunk: number): number {
    return chunk === 0 ? 0 : (this.#ends[chunk - 1] ?? 0);
  }

  /** The chunk that holds the byte at `offset`; the number of chunks when none does. */
  #chunkAt(offset: number): number {
    let low = 0;
    let high = this.chunkCount;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#ends[middle] ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

function checkRange(offset: number, length: number): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) return;
  throw new EngineError('invalid_argument', `Not a range of bytes: ${length} bytes at ${offset}.`);
}
