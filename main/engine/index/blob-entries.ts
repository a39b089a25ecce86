import { EngineError } from '../base/errors.ts';
import { ID_BYTES } from '../base/ids.ts';
import { growTo, wholeView } from './shared-growth.ts';

export const ENTRY_ID_WORDS = ID_BYTES / 4;
export const LOCATION_WORDS = 4;

/** Bits of a location's first word; the pack number is above them. */
export const TYPE_BIT = 1;
export const COPY_BIT = 2;
const HAS_COPIES_BIT = 4;
const PACK_SHIFT = 3;
const MAX_PACKS = 2 ** (32 - PACK_SHIFT);

/** Entries by which the memory grows; untouched pages of it cost nothing. */
const GROWTH_ENTRIES = 1 << 16;

/**
 * The records behind the hash slots of a blob table, one thread's view of them: 32 bytes of id and 16 of location each.
 * A copy (the same blob in a further pack) needs no id: its first word is the entry of the blob it copies, the second the
 * next copy + 1.
 */
export class BlobEntries {
  readonly #idMemory: SharedArrayBuffer;
  readonly #locationMemory: SharedArrayBuffer;
  readonly #maxEntries: number;
  // Views of fixed length (those that follow a growing buffer are slow), made anew when an index lies beyond them.
  #ids: Int32Array;
  #locations: Int32Array;
  #capacity = 0;
  /** All ids, for `idText`: a view for each of them would cost more than the text. */
  #idView: Buffer = Buffer.alloc(0);

  constructor(ids: SharedArrayBuffer, locations: SharedArrayBuffer, maxEntries: number) {
    this.#idMemory = ids;
    this.#locationMemory = locations;
    this.#maxEntries = maxEntries;
    this.#ids = wholeView(ids);
    this.#locations = wholeView(locations);
    this.#capacity = this.#commonCapacity();
  }

  /** Makes room for the entry, which is below the maximum. */
  grow(entry: number): void {
    if (entry < this.#capacity) return;
    const capacity = Math.min(this.#maxEntries, (Math.floor(entry / GROWTH_ENTRIES) + 1) * GROWTH_ENTRIES);
    growTo(this.#idMemory, capacity * ENTRY_ID_WORDS * 4);
    growTo(this.#locationMemory, capacity * LOCATION_WORDS * 4);
    this.#reach(entry);
  }

  /** Makes the entry a claimed blob without a location. No other thread may know the entry yet. */
  resetBlob(entry: number, id: Int32Array, typeCode: number): void {
    this.grow(entry);
    // Word by word: `set` and `fill` cost more than that for so few.
    for (let i = 0, at = entry * ENTRY_ID_WORDS; i < ENTRY_ID_WORDS; i++) this.#ids[at + i] = id[i] ?? 0;
    this.#resetLocation(entry, typeCode);
  }

  resetCopy(entry: number, primary: number): void {
    this.grow(entry);
    const at = entry * ENTRY_ID_WORDS;
    this.#ids[at] = primary;
    for (let i = 1; i < ENTRY_ID_WORDS; i++) this.#ids[at + i] = 0;
    this.#resetLocation(entry, (this.flags(primary) & TYPE_BIT) | COPY_BIT);
  }

  /** The length is written last: whoever sees it sees the rest. */
  publish(entry: number, pack: number, offset: number, length: number, uncompressedLength: number): void {
    if (!(pack >= 0 && pack < MAX_PACKS) || length === 0) {
      throw new EngineError('internal', `Impossible location of a blob: pack number ${pack}, length ${length}.`);
    }
    if (length !== length >>> 0 || offset !== offset >>> 0 || uncompressedLength !== uncompressedLength >>> 0) {
      throw new EngineError('internal', `Offset ${offset} or lengths ${length}, ${uncompressedLength} exceed 32 bits.`);
    }
    const at = this.#reach(entry) * LOCATION_WORDS;
    Atomics.or(this.#locations, at, pack << PACK_SHIFT);
    this.#locations[at + 1] = offset;
    this.#locations[at + 3] = uncompressedLength;
    Atomics.store(this.#locations, at + 2, length);
  }

  flags(entry: number): number {
    const at = this.#reach(entry) * LOCATION_WORDS;
    return Atomics.load(this.#locations, at);
  }

  pack(entry: number): number {
    return this.flags(entry) >>> PACK_SHIFT;
  }

  offset(entry: number): number {
    const at = this.#reach(entry) * LOCATION_WORDS;
    return Atomics.load(this.#locations, at + 1) >>> 0;
  }

  length(entry: number): number {
    const at = this.#reach(entry) * LOCATION_WORDS;
    return Atomics.load(this.#locations, at + 2) >>> 0;
  }

  uncompressedLength(entry: number): number {
    const at = this.#reach(entry) * LOCATION_WORDS;
    return Atomics.load(this.#locations, at + 3) >>> 0;
  }

  isCopy(entry: number): boolean {
    return (this.flags(entry) & COPY_BIT) !== 0;
  }

  hasCopies(entry: number): boolean {
    return (this.flags(entry) & HAS_COPIES_BIT) !== 0;
  }

  markCopied(entry: number): void {
    const at = this.#reach(entry) * LOCATION_WORDS;
    Atomics.or(this.#locations, at, HAS_COPIES_BIT);
  }

  /** The blob that a copy is a copy of. */
  primaryOf(copy: number): number {
    const at = this.#reach(copy) * ENTRY_ID_WORDS;
    return this.#ids[at] ?? -1;
  }

  nextCopy(copy: number): number {
    const at = this.#reach(copy) * ENTRY_ID_WORDS;
    return Atomics.load(this.#ids, at + 1) - 1;
  }

  /** Hangs `copy` on the chain behind `first`, in constant time and visible to readers only when it is complete. */
  linkCopy(first: number, copy: number): void {
    const next = this.nextCopy(first);
    const copyAt = this.#reach(copy) * ENTRY_ID_WORDS;
    Atomics.store(this.#ids, copyAt + 1, next + 1);
    const firstAt = this.#reach(first) * ENTRY_ID_WORDS;
    Atomics.store(this.#ids, firstAt + 1, copy + 1);
  }

  hasId(entry: number, id: Int32Array): boolean {
    const at = this.#reach(entry) * ENTRY_ID_WORDS;
    for (let i = 0; i < ENTRY_ID_WORDS; i++) if (this.#ids[at + i] !== id[i]) return false;
    return true;
  }

  /** Copies the id's words to `to`. */
  copyId(entry: number, out: Int32Array, to: number): void {
    const at = this.#reach(entry) * ENTRY_ID_WORDS;
    for (let i = 0; i < ENTRY_ID_WORDS; i++) out[to + i] = this.#ids[at + i] ?? 0;
  }

  /** A view of shared memory. */
  idBytes(entry: number): Buffer {
    return Buffer.from(this.#idMemory, this.#reach(entry) * ID_BYTES, ID_BYTES);
  }

  /** The 32 bytes as hex digits, or as characters. */
  idText(entry: number, encoding: 'hex' | 'latin1'): string {
    const start = this.#reach(entry) * ID_BYTES;
    const memory = this.#idMemory;
    if (start + ID_BYTES > this.#idView.length) this.#idView = Buffer.from(memory, 0, memory.byteLength);
    return this.#idView.toString(encoding, start, start + ID_BYTES);
  }

  #resetLocation(entry: number, flags: number): void {
    const at = entry * LOCATION_WORDS;
    this.#locations[at] = flags;
    for (let i = 1; i < LOCATION_WORDS; i++) this.#locations[at + i] = 0;
  }

  /** Returns the entry once this thread's views reach it. Call it before the views are named: it may replace them. */
  #reach(entry: number): number {
    if (entry >= 0 && entry < this.#capacity) return entry;
    this.#ids = wholeView(this.#idMemory);
    this.#locations = wholeView(this.#locationMemory);
    this.#capacity = this.#commonCapacity();
    if (!(entry >= 0 && entry < this.#capacity)) {
      throw new EngineError('internal', `There is no entry ${entry} in the table of blobs.`);
    }
    return entry;
  }

  #commonCapacity(): number {
    return Math.floor(Math.min(this.#ids.length / ENTRY_ID_WORDS, this.#locations.length / LOCATION_WORDS));
  }
}
