import { randomInt } from 'node:crypto';
import { EngineError } from '../base/errors.ts';
import { ID_BYTES } from '../base/ids.ts';
import type { PackId } from '../base/ids.ts';
import { hashId } from './id-hash.ts';

const START_PACKS = 64;
/** No index file, for packs written in this session whose index is not saved yet. */
export const NO_INDEX = -1;

/**
 * The packs of a repository, numbered in the order they came: about 60 bytes each and no string. One thread's own.
 * A pack's entries are usually one run of the blob table; where they are not, the caller keeps the list.
 */
export class PackTable {
  #count = 0;
  #ids = new Uint8Array(START_PACKS * ID_BYTES);
  #firstEntries = new Uint32Array(START_PACKS);
  #entryCounts = new Uint32Array(START_PACKS);
  #indexes = new Int32Array(START_PACKS);
  /** Pack number + 1, 0 = empty; at most 60 % full. */
  #slots = new Int32Array(START_PACKS * 2);
  readonly #key0 = randomInt(2 ** 32);
  readonly #key1 = randomInt(2 ** 32);
  readonly #words = new Int32Array(ID_BYTES / 4);
  readonly #bytes = new Uint8Array(this.#words.buffer);

  get count(): number {
    return this.#count;
  }

  get memoryBytes(): number {
    return this.#ids.length + (this.#firstEntries.length * 3 + this.#slots.length) * 4;
  }

  /** The number of the pack with these 32 bytes as its id, or -1. */
  find(id: Uint8Array): number {
    return (this.#slots[this.#slotOf(id)] ?? 0) - 1;
  }

  /** The id must be new. */
  add(id: Uint8Array, index: number): number {
    if (id.length !== ID_BYTES) throw new EngineError('internal', `A pack id has 32 bytes, not ${id.length}.`);
    if (this.#count === this.#firstEntries.length) this.#growPacks();
    if ((this.#count + 1) / 0.6 > this.#slots.length) this.#rehash();
    const number = this.#count;
    this.#slots[this.#slotOf(id)] = number + 1;
    this.#ids.set(id, number * ID_BYTES);
    this.#indexes[number] = index;
    this.#count++;
    return number;
  }

  setEntries(pack: number, first: number, count: number): void {
    this.#check(pack);
    this.#firstEntries[pack] = first;
    this.#entryCounts[pack] = count;
  }

  setIndex(pack: number, index: number): void {
    this.#check(pack);
    this.#indexes[pack] = index;
  }

  /** A view, valid until the next `add`. */
  idBytes(pack: number): Buffer {
    this.#check(pack);
    return Buffer.from(this.#ids.buffer, pack * ID_BYTES, ID_BYTES);
  }

  idHex(pack: number): PackId {
    return this.idBytes(pack).toString('hex') as PackId;
  }

  firstEntry(pack: number): number {
    this.#check(pack);
    return this.#firstEntries[pack] ?? 0;
  }

  entryCount(pack: number): number {
    this.#check(pack);
    return this.#entryCounts[pack] ?? 0;
  }

  index(pack: number): number {
    this.#check(pack);
    return this.#indexes[pack] ?? NO_INDEX;
  }

  #check(pack: number): void {
    if (!(pack >= 0 && pack < this.#count)) throw new EngineError('internal', `No pack number ${pack} in the index.`);
  }

  /** The slot that holds the id, or the empty one where it belongs. */
  #slotOf(id: Uint8Array): number {
    this.#bytes.set(id);
    const mask = this.#slots.length - 1;
    let slot = hashId(this.#words, 0, this.#key0, this.#key1) & mask;
    for (;;) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0 || this.#bytes.every((byte, i) => byte === this.#ids[number * ID_BYTES + i])) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #growPacks(): void {
    const capacity = this.#firstEntries.length * 2;
    this.#ids = grown(this.#ids, new Uint8Array(capacity * ID_BYTES));
    this.#firstEntries = grown(this.#firstEntries, new Uint32Array(capacity));
    this.#entryCounts = grown(this.#entryCounts, new Uint32Array(capacity));
    this.#indexes = grown(this.#indexes, new Int32Array(capacity));
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (let pack = 0; pack < this.#count; pack++) this.#slots[this.#slotOf(this.idBytes(pack))] = pack + 1;
  }
}

function grown<T extends Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>>(
  old: T,
  larger: T,
): T {
  larger.set(old);
  return larger;
}
