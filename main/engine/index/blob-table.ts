import { BLOB_TYPE_CODE, blobTypeOf } from '../base/blob-type.ts';
import type { BlobType } from '../base/blob-type.ts';
import { EngineError } from '../base/errors.ts';
import { ID_BYTES } from '../base/ids.ts';
import type { BlobId } from '../base/ids.ts';
import { BlobEntries, COPY_BIT, ENTRY_ID_WORDS, LOCATION_WORDS, TYPE_BIT } from './blob-entries.ts';
import { decodeHexId, hashId } from './id-hash.ts';
import * as layout from './shared-blob-table.ts';
import type { SharedBlobTable } from './shared-blob-table.ts';
import { growTo, wholeView } from './shared-growth.ts';

export type { SharedBlobTable } from './shared-blob-table.ts';

/** A slot holds 5 bits of the hash above 27 bits of entry + 1, so neither 0 nor -1 is ever an entry. */
const ENTRY_BITS = 27;
const ENTRY_MASK = (1 << ENTRY_BITS) - 1;
const MAX_ENTRIES = ENTRY_MASK - 1;
const EMPTY = 0;
const SEALED = -1;
/** Longer runs do not happen at the load we allow; the bound ends every walk, whatever the table holds. */
const MAX_PROBES = 256;
/** Hashed in place of the blob's type: finds a blob's first copy by the number of its entry. */
const COPY_KEY = 2;
const SEAL_BYTES = 32;

/**
 * Every blob the repository has or is about to get, keyed by (type, id), in shared memory: 32 bytes of id, 16 of location
 * and 6.7 to 13.4 of hash slots a blob. All threads may claim and find at once, without locks; `setLocation` and `addCopy`
 * belong to one thread, the owner.
 *
 * Why a claim has exactly one winner: slots lie in levels, each twice the one before, and an id's walk through them is a
 * fixed path. A slot changes once in its life, from empty to an entry, or from empty to *sealed* when its level is full; a
 * sealed slot ends the walk in that level for all threads alike. So the part of an id's path before its first empty slot is
 * the same for all threads and never changes, all claimers of that id meet at that slot, and compareExchange lets one in.
 */
export class BlobTable {
  readonly shared: SharedBlobTable;
  readonly #control: Int32Array;
  readonly #entries: BlobEntries;
  readonly #level0Slots: number;
  readonly #maxEntries: number;
  readonly #key0: number;
  readonly #key1: number;
  #slots: Int32Array;
  /** The id being looked up, as words for comparing and as bytes for filling in. */
  readonly #words = new Int32Array(ENTRY_ID_WORDS);
  readonly #bytes = new Uint8Array(this.#words.buffer);
  /** An entry this thread reserved for a claim that another thread then won; used for the next one. */
  #spare = -1;

  /** `expectedBlobs` sizes the first level: more blobs are fine but slower. `maxBlobs` bounds the table, copies included. */
  static create(expectedBlobs = 0, maxBlobs = MAX_ENTRIES): BlobTable {
    return new BlobTable(layout.createSharedBlobTable(expectedBlobs, Math.max(1, Math.min(maxBlobs, MAX_ENTRIES))));
  }

  static attach(shared: SharedBlobTable): BlobTable {
    return new BlobTable(shared);
  }

  private constructor(shared: SharedBlobTable) {
    this.shared = shared;
    this.#control = new Int32Array(shared.control);
    this.#level0Slots = this.#control[layout.CONTROL_LEVEL0_SLOTS] ?? 0;
    this.#maxEntries = this.#control[layout.CONTROL_MAX_ENTRIES] ?? 0;
    this.#key0 = this.#control[layout.CONTROL_KEY0] ?? 0;
    this.#key1 = this.#control[layout.CONTROL_KEY1] ?? 0;
    this.#slots = wholeView(shared.slots);
    this.#entries = new BlobEntries(shared.ids, shared.locations, this.#maxEntries);
  }

  /**
   * The entry of a known blob (>= 0), or `~entry` when this caller is the first and must now store the blob. A claim that
   * cannot be kept must end the whole run: others already refer to the blob.
   */
  claim(type: 0 | 1, id: Uint8Array): number {
    this.#loadKey(id);
    return this.#walk(type, -1, true);
  }

  /** The same for an id that lies as eight words at `at` in memory. */
  claimWords(type: 0 | 1, words: Int32Array, at: number): number {
    if (!(at >= 0 && at + ENTRY_ID_WORDS <= words.length)) throw new EngineError('internal', 'A blob id is cut off.');
    for (let i = 0; i < ENTRY_ID_WORDS; i++) this.#words[i] = words[at + i] ?? 0;
    return this.#walk(type, -1, true);
  }

  /** The entry of a blob that is stored or claimed, or -1. */
  find(type: 0 | 1, id: Uint8Array): number {
    this.#loadKey(id);
    return this.#walk(type, -1, false);
  }

  findHex(type: BlobType, id: BlobId): number {
    if (!decodeHexId(Buffer.from(id, 'latin1'), 0, this.#bytes, 0)) return -1;
    return this.#walk(BLOB_TYPE_CODE[type], -1, false);
  }

  /** Publishes where a claimed blob lies. Sealed length and offset in bytes; `uncompressedLength` 0 = stored uncompressed. */
  setLocation(entry: number, pack: number, offset: number, length: number, uncompressedLength: number): void {
    if (this.isStored(entry)) throw new EngineError('internal', `Blob ${this.idHex(entry)} already has a location.`);
    this.#entries.publish(entry, pack, offset, length, uncompressedLength);
  }

  /** Records one more place of a stored blob under an entry of its own, which is returned. */
  addCopy(entry: number, pack: number, offset: number, length: number, uncompressedLength: number): number {
    const primary = this.primary(entry);
    const copy = this.#reserveEntry();
    this.#entries.resetCopy(copy, primary);
    this.#entries.publish(copy, pack, offset, length, uncompressedLength);
    this.#loadCopyKey(primary);
    const first = this.#walk(COPY_KEY, copy, true);
    this.#spare = -1;
    Atomics.add(this.#control, layout.CONTROL_COPIES, 1);
    if (first >= 0) {
      // Later copies hang on the first one, so that a thousand copies of one blob do not lengthen anyone's walk.
      this.#entries.linkCopy(first, copy);
    } else {
      Atomics.add(this.#control, layout.CONTROL_FIRST_COPIES, 1);
      this.#entries.markCopied(primary);
    }
    return copy;
  }

  /** The next place of the same blob after `entry`, or -1; start with what `find` returned. */
  nextCopy(entry: number): number {
    if (this.#entries.isCopy(entry)) return this.#entries.nextCopy(entry);
    if (!this.#entries.hasCopies(entry)) return -1;
    this.#loadCopyKey(entry);
    return this.#walk(COPY_KEY, -1, false);
  }

  /** The entry that `find` returns for the same blob. */
  primary(entry: number): number {
    return this.#entries.isCopy(entry) ? this.#entries.primaryOf(entry) : entry;
  }

  /** False while a blob is only claimed. */
  isStored(entry: number): boolean {
    return this.#entries.length(entry) !== 0;
  }

  /** A view of the 32 bytes in shared memory; do not write to it. */
  idBytes(entry: number): Buffer {
    return this.#entries.idBytes(this.primary(entry));
  }

  /** Copies the eight words of the id to `to`. */
  copyId(entry: number, out: Int32Array, to: number): void {
    this.#entries.copyId(this.primary(entry), out, to);
  }

  idHex(entry: number): BlobId {
    return this.#entries.idText(this.primary(entry), 'hex') as BlobId;
  }

  /** The 32 bytes as characters, as `hash(…, 'binary')` gives them. */
  idLatin1(entry: number): string {
    return this.#entries.idText(this.primary(entry), 'latin1');
  }

  type(entry: number): BlobType {
    return blobTypeOf(this.typeCode(entry));
  }

  typeCode(entry: number): 0 | 1 {
    return (this.#entries.flags(entry) & TYPE_BIT) === 0 ? 0 : 1;
  }

  pack(entry: number): number {
    return this.#entries.pack(entry);
  }

  offset(entry: number): number {
    return this.#entries.offset(entry);
  }

  /** Sealed length: what lies in the pack. */
  length(entry: number): number {
    return this.#entries.length(entry);
  }

  /** 0 = stored uncompressed. */
  uncompressedLength(entry: number): number {
    return this.#entries.uncompressedLength(entry);
  }

  plainLength(entry: number): number {
    return this.uncompressedLength(entry) || Math.max(0, this.length(entry) - SEAL_BYTES);
  }

  /** Distinct blobs, stored or claimed. */
  get blobCount(): number {
    let filled = 0;
    for (let level = 0; level < layout.MAX_LEVELS; level++) filled += this.#fill(level);
    return filled - Atomics.load(this.#control, layout.CONTROL_FIRST_COPIES);
  }

  /** Places recorded beyond each blob's first. */
  get copyCount(): number {
    return Atomics.load(this.#control, layout.CONTROL_COPIES);
  }

  /** All entries are below this number. A few of those may be unused: `isStored` is false for them. */
  get entryCount(): number {
    return Math.min(Atomics.load(this.#control, layout.CONTROL_NEXT), this.#maxEntries);
  }

  /** Memory in use: written entries and all slots. */
  get memoryBytes(): number {
    const perEntry = (ENTRY_ID_WORDS + LOCATION_WORDS) * 4;
    return this.entryCount * perEntry + this.shared.slots.byteLength + this.shared.control.byteLength;
  }

  /**
   * Walks the path of the key in `#words`. With `insert` it takes the path's first empty slot for `own` (an entry that is
   * filled in already) or, when `own` is -1, for a new entry, and returns that entry's complement.
   */
  #walk(kind: number, own: number, insert: boolean): number {
    const hash = hashId(this.#words, kind, this.#key0, this.#key1);
    for (let level = 0; level < layout.MAX_LEVELS; level++) {
      const size = this.#level0Slots * 2 ** level;
      const start = this.#level0Slots * (2 ** level - 1);
      if (!this.#reachSlots(start + size, insert)) return -1;
      let position = Math.floor((hash / 2 ** 32) * size);
      for (let probes = 0; probes < MAX_PROBES; probes++) {
        let value = Atomics.load(this.#slots, start + position);
        if (value === EMPTY) {
          if (!insert) return -1;
          value = this.#takeSlot(start + position, this.#fill(level) >= size * layout.MAX_LOAD, hash, kind, own);
          if (value === EMPTY) {
            Atomics.add(this.#control, layout.CONTROL_FILL + level, 1);
            const taken = own >= 0 ? own : this.#spare;
            this.#spare = -1;
            return ~taken;
          }
        }
        if (value === SEALED) break;
        const entry = (value & ENTRY_MASK) - 1;
        if (value >>> ENTRY_BITS === (hash & 31) && this.#matches(entry, kind)) return entry;
        position = position + 1 === size ? 0 : position + 1;
      }
    }
    if (!insert) return -1;
    throw this.#full();
  }

  /** Returns EMPTY when the slot is now ours, else what it holds: SEALED by us or another, or another's entry. */
  #takeSlot(slot: number, seal: boolean, hash: number, kind: number, own: number): number {
    if (seal) return Atomics.compareExchange(this.#slots, slot, EMPTY, SEALED) || SEALED;
    let entry = own;
    if (entry < 0) {
      entry = this.#reserveEntry();
      this.#entries.resetBlob(entry, this.#words, kind);
    }
    return Atomics.compareExchange(this.#slots, slot, EMPTY, (hash << ENTRY_BITS) | (entry + 1));
  }

  #matches(entry: number, kind: number): boolean {
    if (kind === COPY_KEY) return this.#entries.isCopy(entry) && this.#entries.primaryOf(entry) === this.#words[0];
    return this.#entries.hasId(entry, this.#words) && (this.#entries.flags(entry) & (TYPE_BIT | COPY_BIT)) === kind;
  }

  /** The entry stays this thread's spare until a slot refers to it. */
  #reserveEntry(): number {
    if (this.#spare >= 0) return this.#spare;
    const entry = Atomics.add(this.#control, layout.CONTROL_NEXT, 1);
    if (entry >= this.#maxEntries) throw this.#full();
    this.#spare = entry;
    return entry;
  }

  #fill(level: number): number {
    return Atomics.load(this.#control, layout.CONTROL_FILL + level);
  }

  /** Whether this thread's view has the first `slots` slots. A level begins to exist by the buffer's growth alone. */
  #reachSlots(slots: number, grow: boolean): boolean {
    if (slots <= this.#slots.length) return true;
    if (grow) {
      if (slots * 4 > this.shared.slots.maxByteLength) throw this.#full();
      growTo(this.shared.slots, slots * 4);
    }
    this.#slots = wholeView(this.shared.slots);
    return slots <= this.#slots.length;
  }

  #loadKey(id: Uint8Array): void {
    if (id.length !== ID_BYTES) throw new EngineError('internal', `A blob id has 32 bytes, not ${id.length}.`);
    for (let i = 0; i < ID_BYTES; i++) this.#bytes[i] = id[i] ?? 0;
  }

  #loadCopyKey(primary: number): void {
    this.#words.fill(0);
    this.#words[0] = primary;
  }

  #full(): EngineError {
    const message = `The repository has more blobs than can be indexed at once (${this.#maxEntries}). Split it into several.`;
    return new EngineError('refused', message, { context: { maxBlobs: this.#maxEntries } });
  }
}
