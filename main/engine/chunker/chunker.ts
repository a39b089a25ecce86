import { EngineError } from '../base/errors.ts';
import { ChunkScanner } from './chunk-scanner.ts';

/** Bytes; every chunk but the last of a file is at least this long (repository-format, section 6). */
export const MIN_CHUNK = 524288;
/** Bytes; no chunk is longer. */
export const MAX_CHUNK = 8388608;

const READ_BYTES = 1 << 20;
/** How much more is gathered (a pipe gives little at a time) before the search for a cut goes on. */
const SCAN_STEP_BYTES = 1 << 16;
/** Shorter holes are read like data: asking and probing costs as much. */
const SMALLEST_HOLE_BYTES = 1 << 16;

/** The chunk every run of zeros is cut into: the same view for all chunkers of a thread. Read-only by contract. */
const ZERO_CHUNK = new Uint8Array(MIN_CHUNK);

/**
 * Fills `into` from `offset` on with up to `length` bytes of the file from `position` on; returns how many, 0 at the end.
 * Short counts are fine. `position` grows without gaps unless holes are told, so a pipe may ignore it.
 */
export type ReadInto = (into: Uint8Array, offset: number, length: number, position: number) => number;

export interface ChunkerOptions {
  /** How many bytes from this position on are known to be zero (0: data). Needs a `read` that honours `position`. */
  readonly holeAt?: (position: number) => number;
  /**
   * The size the file had when it was opened. Saves the read that finds the end: a short read that stops exactly there is
   * believed. A file that has grown or shrunk since is read to its real end.
   */
  readonly sizeBytes?: number;
}

/**
 * Cuts files into content-defined chunks (repository-format, section 6). Owns about 9 MiB of address space, of which a file
 * touches what it needs; one per worker, used for one file after another.
 */
export class Chunker {
  readonly #scanner: ChunkScanner;
  readonly #window: Uint8Array<ArrayBuffer>;
  #read: ReadInto = () => 0;
  #holeAt: ((position: number) => number) | undefined;
  #sizeBytes = -1;
  /** The buffered bytes are window[#start, #end); #position is the place in the file of the byte that follows them. */
  #start = 0;
  #end = 0;
  #position = 0;
  /** Everything between #position and here is known to be zero. */
  #holeEnd = 0;
  #ended = true;
  #lastWasZero = false;

  constructor(polynomial: bigint) {
    this.#scanner = new ChunkScanner(polynomial, MAX_CHUNK + READ_BYTES);
    this.#window = this.#scanner.window;
  }

  /** Begins a file; whatever was left of the one before is dropped. */
  start(read: ReadInto, options: ChunkerOptions = {}): void {
    this.#read = read;
    this.#holeAt = options.holeAt;
    this.#sizeBytes = options.sizeBytes ?? -1;
    this.#start = 0;
    this.#end = 0;
    this.#position = 0;
    this.#holeEnd = 0;
    this.#ended = false;
    this.#lastWasZero = false;
  }

  /**
   * The next chunk, or null at the end of the file. A view that is valid until the following call; copy it before posting it
   * to another thread, which would clone all of the memory behind it. Errors of `read` pass through and end the file.
   */
  next(): Uint8Array | null {
    try {
      return this.#nextChunk();
    } catch (error) {
      this.#ended = true;
      this.#start = this.#end;
      throw error;
    }
  }

  /**
   * The next `length` bytes of the file, at most MAX_CHUNK, or what is left of it; they stay where they are. `undefined` in a file
   * with holes, and with `atEnd` when more follows. A view that is valid until the following call. Errors of `read` pass through.
   */
  peek(length: number, atEnd: boolean): Uint8Array | undefined {
    if (this.#holeAt !== undefined) return undefined;
    const available = this.#gather(atEnd ? length + 1 : length);
    if (atEnd && available > length) return undefined;
    return this.#window.subarray(this.#start, this.#start + Math.min(length, available));
  }

  /** Passes bytes that `peek` has shown, because the caller knows that they are a chunk. */
  pass(length: number): void {
    if (length > this.#end - this.#start) throw new RangeError(`Chunker: ${length} bytes were not peeked at.`);
    this.#start += length;
    this.#lastWasZero = false;
  }

  /** Whether the last chunk was the MIN_CHUNK zeros that every run of zeros is cut into, whose id can be kept. */
  get lastWasZero(): boolean {
    return this.#lastWasZero;
  }

  #nextChunk(): Uint8Array | null {
    this.#lastWasZero = false;
    if (this.#start === this.#end && !this.#ended && this.#holeBytes() >= MIN_CHUNK) {
      this.#position += MIN_CHUNK;
      return this.#zeroChunk();
    }
    let length = this.#gather(MIN_CHUNK);
    if (length === 0) return null;
    // Zeros have fingerprint 0: a cut as soon as one is allowed.
    if (length >= MIN_CHUNK && this.#scanner.isZero(this.#start, MIN_CHUNK)) {
      this.#start += MIN_CHUNK;
      return this.#zeroChunk();
    }
    let scanned = MIN_CHUNK;
    while (length >= scanned) {
      const limit = Math.min(length, MAX_CHUNK);
      const cut = this.#scanner.firstCut(this.#start + scanned, this.#start + limit);
      if (cut >= 0) return this.#take(cut - this.#start);
      if (limit === MAX_CHUNK) return this.#take(MAX_CHUNK);
      scanned = limit + 1;
      length = this.#gather(Math.min(limit + SCAN_STEP_BYTES, MAX_CHUNK));
    }
    return this.#take(length);
  }

  #take(length: number): Uint8Array {
    const chunk = this.#window.subarray(this.#start, this.#start + length);
    this.#start += length;
    return chunk;
  }

  #zeroChunk(): Uint8Array {
    this.#lastWasZero = true;
    return ZERO_CHUNK;
  }

  /** Buffers until there are `target` bytes (at most MAX_CHUNK) or the file ends; returns how many there are. */
  #gather(target: number): number {
    while (this.#end - this.#start < target && !this.#ended) {
      this.#moveToFront();
      const missing = target - this.#end;
      const zeros = Math.min(this.#holeBytes(), missing);
      if (zeros > 0) {
        // No more than asked for: what remains of the hole may be worth whole chunks, which need no bytes at all.
        this.#window.fill(0, this.#end, this.#end + zeros);
        this.#advance(zeros);
      } else {
        this.#readMore();
      }
    }
    return this.#end - this.#start;
  }

  /** Keeps the window short, so that a file touches little more memory than its largest chunk. */
  #moveToFront(): void {
    if (this.#start === 0) return;
    this.#window.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
  }

  #readMore(): void {
    const count = this.#readAt(READ_BYTES, this.#position);
    this.#advance(count);
    if (count === 0 || (count < READ_BYTES && this.#position === this.#sizeBytes)) this.#ended = true;
  }

  /** Reads behind the buffered bytes. There is always room: less than MAX_CHUNK is buffered, at the window's front. */
  #readAt(length: number, position: number): number {
    const count = this.#read(this.#window, this.#end, length, position);
    if (!Number.isInteger(count) || count < 0 || count > length) {
      throw new EngineError('source_failed', `A read of ${length} bytes at ${position} answered ${count}`);
    }
    return count;
  }

  #advance(count: number): void {
    this.#end += count;
    this.#position += count;
  }

  /**
   * Zero bytes known to follow the buffered ones. A hole may have been cut off or written to since it was found, so its last
   * byte is read before it is believed; after the first lie the rest of the file is read plainly.
   */
  #holeBytes(): number {
    if (this.#position < this.#holeEnd) return this.#holeEnd - this.#position;
    if (this.#holeAt === undefined) return 0;
    const length = this.#holeAt(this.#position);
    const holeEnd = this.#position + length;
    if (!(length >= SMALLEST_HOLE_BYTES) || !Number.isSafeInteger(holeEnd)) return 0;
    if (this.#readAt(1, holeEnd - 1) !== 1 || this.#window[this.#end] !== 0) {
      this.#holeAt = undefined;
      return 0;
    }
    this.#holeEnd = holeEnd;
    return length;
  }
}
