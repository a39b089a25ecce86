import { EngineError } from './errors.ts';

/**
 * Records of 32-bit words in shared memory that one thread appends and all threads read: millions of small things without an
 * object each. Only address space is reserved in advance.
 */
export class SharedRecords {
  readonly shared: SharedArrayBuffer;
  readonly #stride: number;
  #words: Int32Array;
  #count = 0;

  static create(wordsPerRecord: number, maxRecords: number): SharedRecords {
    return new SharedRecords(reserve(wordsPerRecord * 4 * 1024, wordsPerRecord * 4 * maxRecords), wordsPerRecord);
  }

  constructor(shared: SharedArrayBuffer, wordsPerRecord: number) {
    this.shared = shared;
    this.#stride = wordsPerRecord;
    this.#words = wholeView(shared);
  }

  /** Records appended by this thread. */
  get count(): number {
    return this.#count;
  }

  /** A new record of zeros; returns its number. */
  append(): number {
    const record = this.#count++;
    if ((record + 1) * this.#stride > this.#words.length) {
      grow(this.shared, (record + 1) * this.#stride * 4);
      this.#words = wholeView(this.shared);
    }
    return record;
  }

  get(record: number, word: number): number {
    const at = this.#at(record, word);
    return this.#words[at] ?? 0;
  }

  set(record: number, word: number, value: number): void {
    const at = this.#at(record, word);
    this.#words[at] = value;
  }

  /** Two words as an integer: exact up to 2^53, the high word signed. */
  getWide(record: number, word: number): number {
    return this.get(record, word + 1) * 2 ** 32 + (this.get(record, word) >>> 0);
  }

  setWide(record: number, word: number, value: number): void {
    const high = Math.floor(value / 2 ** 32);
    this.set(record, word, value - high * 2 ** 32);
    this.set(record, word + 1, high);
  }

  /** For Atomics: the view to use with `position`. */
  atomics(record: number, word: number): { readonly words: Int32Array; readonly position: number } {
    const position = this.#at(record, word);
    return { words: this.#words, position };
  }

  /** Another thread may have appended since this thread's view was made. */
  #at(record: number, word: number): number {
    const at = record * this.#stride + word;
    if (at < this.#words.length) return at;
    this.#words = wholeView(this.shared);
    if (!(at < this.#words.length)) throw new EngineError('internal', `There is no record ${record} in this table.`);
    return at;
  }
}

/** Bytes in shared memory that one thread appends and all threads read. */
export class SharedBytes {
  readonly shared: SharedArrayBuffer;
  #bytes: Buffer;
  #length = 0;

  static create(maxBytes: number): SharedBytes {
    return new SharedBytes(reserve(64 * 1024, maxBytes));
  }

  constructor(shared: SharedArrayBuffer) {
    this.shared = shared;
    this.#bytes = Buffer.from(shared, 0, shared.byteLength);
  }

  /** Where the next bytes will begin. */
  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): number {
    this.#ensure(this.#length + bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return bytes.length;
  }

  /** As UTF-8; returns the number of bytes. */
  appendText(text: string): number {
    this.#ensure(this.#length + text.length * 3);
    const bytes = this.#bytes.write(text, this.#length, 'utf8');
    this.#length += bytes;
    return bytes;
  }

  /** A view of shared memory. */
  view(start: number, length: number): Buffer {
    this.#reach(start + length);
    return this.#bytes.subarray(start, start + length);
  }

  text(start: number, length: number): string {
    this.#reach(start + length);
    return this.#bytes.toString('utf8', start, start + length);
  }

  #ensure(bytes: number): void {
    if (bytes <= this.#bytes.length) return;
    grow(this.shared, bytes);
    this.#bytes = Buffer.from(this.shared, 0, this.shared.byteLength);
  }

  #reach(end: number): void {
    if (end > this.#bytes.length) this.#bytes = Buffer.from(this.shared, 0, this.shared.byteLength);
    if (end > this.#bytes.length) throw new EngineError('internal', 'These bytes are not in the shared table.');
  }
}

function wholeView(shared: SharedArrayBuffer): Int32Array {
  return new Int32Array(shared, 0, Math.floor(shared.byteLength / 4));
}

/** A process limited in address space (ulimit -v) cannot reserve it all; then the bound is lower. */
function reserve(bytes: number, maxBytes: number): SharedArrayBuffer {
  for (let max = Math.max(bytes, maxBytes); ; max = Math.max(bytes, Math.floor(max / 8) * 4)) {
    try {
      return new SharedArrayBuffer(bytes, { maxByteLength: max });
    } catch (error) {
      if (max > bytes) continue;
      throw new EngineError('internal', `Not enough memory for a table of ${bytes} bytes.`, { cause: error });
    }
  }
}

/** At least to `bytes`, by half its size or 32 MiB at once, so that growing stays rare. */
function grow(shared: SharedArrayBuffer, bytes: number): void {
  const step = Math.min(shared.byteLength, 32 * 1024 * 1024);
  const wanted = Math.min(shared.maxByteLength, Math.ceil(Math.max(bytes, shared.byteLength + step) / 64) * 64);
  try {
    shared.grow(Math.max(bytes, wanted));
  } catch (error) {
    const message = `There are more entries than can be worked on at once (${shared.maxByteLength} bytes). Work on a part of them.`;
    throw new EngineError('refused', message, { cause: error });
  }
}
