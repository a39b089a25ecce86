import type { BlobTable } from '../index/blob-table.ts';

/** Words of a work item as tasks carry it: blob entry, file, and the offset in the file as two words. */
export const ITEM_WORDS = 4;
const OFFSET_LOW = 2;
const OFFSET_HIGH = 3;
/** In the list also the next item of the same pack, plus 1. */
const LINKED_WORDS = 5;
const NEXT = 4;

/** Bounds a task: sorting keys fit into doubles, and a pack whose blobs occur a million times is written in portions. */
const MAX_TASK_ITEMS = 1 << 16;

export function itemOffset(items: Uint32Array, at: number): number {
  return (items[at + OFFSET_HIGH] ?? 0) * 2 ** 32 + (items[at + OFFSET_LOW] ?? 0);
}

/**
 * What has to be written from each pack: one chain of 20-byte items a pack, in one growing array. Packs become ready when
 * all their blobs are wanted, the rest when planning ends.
 */
export class WorkList {
  readonly #table: BlobTable;
  readonly #blobsInPack: (pack: number) => number;
  readonly #heads: Int32Array;
  readonly #wantedBlobs: Uint32Array;
  readonly #isWanted: Uint8Array;
  readonly #order: number[] = [];
  readonly #ready: number[] = [];
  #items = new Uint32Array(1024 * LINKED_WORDS);
  #used = 0;
  #packsLeft = 0;
  #free = 0;

  constructor(table: BlobTable, packCount: number, blobsInPack: (pack: number) => number) {
    this.#table = table;
    this.#blobsInPack = blobsInPack;
    this.#heads = new Int32Array(packCount);
    this.#wantedBlobs = new Uint32Array(packCount);
    this.#isWanted = new Uint8Array(table.entryCount);
  }

  add(entry: number, file: number, offset: number): void {
    const pack = this.#table.pack(entry);
    const item = this.#newItem();
    const at = item * LINKED_WORDS;
    this.#items[at] = entry;
    this.#items[at + 1] = file;
    this.#items[at + OFFSET_LOW] = offset % 2 ** 32;
    this.#items[at + OFFSET_HIGH] = Math.floor(offset / 2 ** 32);
    const head = this.#heads[pack] ?? 0;
    this.#items[at + NEXT] = head;
    if (head === 0) {
      this.#order.push(pack);
      this.#packsLeft++;
    }
    this.#heads[pack] = item + 1;
    this.#want(entry, pack);
  }

  /** Packs with work that nobody has taken. */
  get packsLeft(): number {
    return this.#packsLeft;
  }

  /** A pack all of whose blobs are wanted, if there is one: most likely nothing more will be asked of it. */
  takeReady(): Uint32Array | undefined {
    for (let pack = this.#ready.shift(); pack !== undefined; pack = this.#ready.shift()) {
      const items = this.#take(pack);
      if (items) return items;
    }
    return undefined;
  }

  /** Any pack with work: the first or the last in the order in which they were asked for. */
  takeAny(end: 'first' | 'last' = 'first'): Uint32Array | undefined {
    const at = end === 'first' ? 0 : -1;
    for (let pack = this.#order.at(at); pack !== undefined; pack = this.#order.at(at)) {
      const items = this.#take(pack);
      if (items) return items;
      if (end === 'first') this.#order.shift();
      else this.#order.pop();
    }
    return undefined;
  }

  #want(entry: number, pack: number): void {
    if (this.#isWanted[entry] === 1) return;
    this.#isWanted[entry] = 1;
    const wanted = (this.#wantedBlobs[pack] ?? 0) + 1;
    this.#wantedBlobs[pack] = wanted;
    if (wanted === this.#blobsInPack(pack)) this.#ready.push(pack);
  }

  /** Up to MAX_TASK_ITEMS of a pack's items, in the order of their place in the pack. */
  #take(pack: number): Uint32Array | undefined {
    const taken: number[] = [];
    let next = this.#heads[pack] ?? 0;
    while (next !== 0 && taken.length < MAX_TASK_ITEMS) {
      taken.push(next - 1);
      next = this.#items[(next - 1) * LINKED_WORDS + NEXT] ?? 0;
    }
    this.#heads[pack] = next;
    if (taken.length === 0) return undefined;
    if (next === 0) this.#packsLeft--;
    const result = new Uint32Array(taken.length * ITEM_WORDS);
    this.#sortByPlace(taken).forEach((place, i) => {
      const item = taken[place] ?? 0;
      const at = item * LINKED_WORDS;
      result.set(this.#items.subarray(at, at + ITEM_WORDS), i * ITEM_WORDS);
    });
    for (const item of taken) this.#release(item);
    return result;
  }

  /** Positions in `taken`; items of one blob stay in the order they were added (chains run backwards). */
  #sortByPlace(taken: readonly number[]): Float64Array {
    const keys = new Float64Array(taken.length);
    for (let i = 0; i < taken.length; i++) {
      const entry = this.#items[(taken[i] ?? 0) * LINKED_WORDS] ?? 0;
      keys[i] = this.#table.offset(entry) * MAX_TASK_ITEMS + (taken.length - 1 - i);
    }
    keys.sort();
    return keys.map((key) => taken.length - 1 - (key % MAX_TASK_ITEMS));
  }

  #newItem(): number {
    if (this.#free !== 0) {
      const item = this.#free - 1;
      this.#free = this.#items[item * LINKED_WORDS + NEXT] ?? 0;
      return item;
    }
    const item = this.#used++;
    if ((item + 1) * LINKED_WORDS > this.#items.length) {
      const larger = new Uint32Array(this.#items.length * 2);
      larger.set(this.#items);
      this.#items = larger;
    }
    return item;
  }

  #release(item: number): void {
    this.#items[item * LINKED_WORDS + NEXT] = this.#free;
    this.#free = item + 1;
  }
}
