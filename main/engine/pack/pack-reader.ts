import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { EngineError } from '../base/errors.ts';
import type { ByteSource } from './byte-source.ts';

const READ_AHEAD_BYTES = 1024 * 1024;
/** Blobs from this size on are read by themselves: what was read ahead would be moved more often than used. */
const LARGE_BLOB_BYTES = 256 * 1024;
/** Holds the largest blob that the chunker cuts, sealed, and the read that follows it. */
const WINDOW_BYTES = 9 * 1024 * 1024;

export interface PackReaderOptions {
  /** Named in errors, e.g. the pack's id. */
  readonly name: string;
  /** Read and hash every byte, in file order, whatever is asked for: `digest` then tells whether the file is its name's. */
  readonly hash?: boolean;
}

/**
 * Gives the sealed blobs of one pack at a time through a window that is kept from pack to pack. Blobs asked for in the
 * order of their offsets are read in large pieces; others are read alone.
 */
export class PackReader {
  #window: Buffer<ArrayBuffer>;
  /** What of the file is in the window: `#filled` bytes from `#start` on. */
  #start = 0;
  #filled = 0;
  #source: ByteSource | undefined;
  #name = '';
  #hash: Hash | undefined;
  /** For what lies before the window while a hash forbids moving it back. */
  #aside: Buffer<ArrayBuffer> = Buffer.alloc(0);

  constructor(windowBytes = WINDOW_BYTES) {
    this.#window = Buffer.allocUnsafeSlow(windowBytes);
  }

  /** Starts on another pack. The source stays the caller's to close. */
  open(source: ByteSource, options: PackReaderOptions): void {
    this.#source = source;
    this.#name = options.name;
    this.#hash = options.hash === true ? createHash('sha256') : undefined;
    this.#start = 0;
    this.#filled = 0;
  }

  /** The bytes at `offset`, as a view that is valid until the next call. Throws `corrupt` when the file has not that many. */
  blobAt(offset: number, length: number): Uint8Array {
    const source = this.#opened();
    if (!(offset >= 0 && length >= 0 && offset + length <= source.sizeBytes)) {
      const range = `${length} bytes at ${offset}`;
      throw this.#damaged(`it has ${source.sizeBytes} bytes, and ${range} were asked for`);
    }
    if (offset < this.#start && this.#hash) return this.#readAside(offset, length);
    if (offset < this.#start || offset + length > this.#end()) this.#load(offset, length);
    return this.#window.subarray(offset - this.#start, offset - this.#start + length);
  }

  /** The SHA-256 of the whole file, in hex; only with `hash`. Reads what is left, and ends the work on this pack. */
  digest(): string {
    const source = this.#opened();
    const hash = this.#hash;
    if (!hash) throw new EngineError('internal', 'This pack is not being hashed.');
    while (this.#end() < source.sizeBytes) {
      this.#moveTo(this.#end());
      this.#read(Math.min(READ_AHEAD_BYTES, this.#window.length, source.sizeBytes - this.#start));
    }
    this.#hash = undefined;
    this.#source = undefined;
    return hash.digest('hex');
  }

  #load(offset: number, length: number): void {
    const source = this.#opened();
    const isSequential = offset >= this.#start && offset <= this.#end();
    // A hash needs the bytes in between too.
    while (this.#hash && offset > this.#end()) {
      this.#moveTo(this.#end());
      this.#read(Math.min(this.#window.length, offset - this.#start));
    }
    this.#moveTo(offset);
    // Bounded by the file's size, which the caller of this method checked.
    if (length > this.#window.length) this.#enlarge(length);
    const ahead = (isSequential && length < LARGE_BLOB_BYTES) || this.#hash ? READ_AHEAD_BYTES : 0;
    const wanted = Math.max(length, this.#filled + ahead);
    this.#read(Math.min(wanted, this.#window.length, source.sizeBytes - offset));
  }

  /** Drops what is before `offset`, which becomes the window's start. */
  #moveTo(offset: number): void {
    const keepFrom = offset - this.#start;
    if (keepFrom >= 0 && keepFrom < this.#filled) {
      this.#window.copyWithin(0, keepFrom, this.#filled);
      this.#filled -= keepFrom;
    } else {
      this.#filled = 0;
    }
    this.#start = offset;
  }

  /** Reads on until the window holds `total` bytes. */
  #read(total: number): void {
    const from = this.#filled;
    this.#readInto(this.#window, from, total - from, this.#start + from);
    this.#filled = total;
    this.#hash?.update(this.#window.subarray(from, total));
  }

  #readAside(offset: number, length: number): Uint8Array {
    if (this.#aside.length < length) this.#aside = this.#allocate(length);
    this.#readInto(this.#aside, 0, length, offset);
    return this.#aside.subarray(0, length);
  }

  #readInto(buffer: Buffer, bufferOffset: number, length: number, position: number): void {
    const source = this.#opened();
    for (let done = 0; done < length;) {
      const count = source.readInto(buffer, bufferOffset + done, length - done, position + done);
      if (count <= 0) throw this.#damaged(`it ends at ${position + done} of ${source.sizeBytes} bytes`);
      done += count;
    }
  }

  #enlarge(bytes: number): void {
    const larger = this.#allocate(bytes);
    this.#window.copy(larger, 0, 0, this.#filled);
    this.#window = larger;
  }

  /** A file may be as large as it claims and still hold a blob that no memory can. */
  #allocate(bytes: number): Buffer<ArrayBuffer> {
    try {
      return Buffer.allocUnsafeSlow(bytes);
    } catch (error) {
      const message = `Pack ${this.#name} lists a blob of ${bytes} bytes, for which there is not enough memory.`;
      throw new EngineError('corrupt', message, { cause: error, context: { pack: this.#name } });
    }
  }

  #end(): number {
    return this.#start + this.#filled;
  }

  #opened(): ByteSource {
    if (!this.#source) throw new EngineError('internal', 'The pack reader has no open pack.');
    return this.#source;
  }

  #damaged(what: string): EngineError {
    return new EngineError('corrupt', `Pack ${this.#name} is damaged: ${what}.`, { context: { pack: this.#name } });
  }
}
