import { EngineError } from '../base/errors.ts';
import { idToBytes } from '../base/ids.ts';
import type { IndexId, PackId } from '../base/ids.ts';
import { ENTRY_FIELDS, entryBytes, headerSize } from '../pack/pack-header.ts';
import { ENTRY_ID_WORDS } from './blob-entries.ts';
import { BlobTable } from './blob-table.ts';
import { NO_INDEX, PackTable } from './pack-table.ts';

/** One pack as an index file lists it, in flat arrays; `ids` and `fields` may hold more packs, `first` is where this begins. */
export interface ListedPack {
  readonly id: Uint8Array;
  readonly count: number;
  readonly first: number;
  /** 32 bytes a blob. */
  readonly ids: Uint8Array;
  /** `ENTRY_FIELDS` a blob: type code (0 data, 1 tree), offset, sealed length, uncompressed length or 0. */
  readonly fields: Uint32Array;
}

/** A pack that more than one index file lists. Harmless when the lists agree; `check` reports it. */
export interface DuplicatePack {
  readonly pack: number;
  readonly indexes: readonly number[];
  /** False when a later index listed blobs, or places, that the first did not. */
  readonly identical: boolean;
}

/** The entries of one pack, in the order its index lists them. */
export class PackEntries {
  readonly count: number;
  readonly #first: number;
  readonly #list: Uint32Array | undefined;

  constructor(first: number, count: number, list?: Uint32Array) {
    this.#first = first;
    this.count = count;
    this.#list = list;
  }

  /** The number in the blob table of the pack's i-th blob, 0 <= i < count. */
  at(i: number): number {
    return this.#list ? (this.#list[i] ?? -1) : this.#first + i;
  }
}

/** Takes the entries of a pack one by one; a list is only made when they are no run. */
class EntryRun {
  readonly count: number;
  first = 0;
  list: Uint32Array | undefined;

  constructor(count: number) {
    this.count = count;
  }

  /** `i` counts from 0. */
  set(i: number, entry: number): void {
    if (i === 0) this.first = entry;
    else if (this.list) this.list[i] = entry;
    else if (entry !== this.first + i) {
      this.list = Uint32Array.from({ length: this.count }, (_, k) => this.first + k);
      this.list[i] = entry;
    }
  }
}

/** Everything the index files say, and what was stored since: the blob table and the packs. Owned by the main thread. */
export class RepositoryIndex {
  readonly table: BlobTable;
  readonly #packs = new PackTable();
  readonly #indexIds: IndexId[] = [];
  /** Entries of packs that are no run of the table: written in this session, or listed twice with differences. */
  readonly #lists = new Map<number, Uint32Array>();
  readonly #duplicates = new Map<number, { indexes: number[]; identical: boolean }>();

  constructor(table: BlobTable = BlobTable.create()) {
    this.table = table;
  }

  get packCount(): number {
    return this.#packs.count;
  }

  get blobCount(): number {
    return this.table.blobCount;
  }

  get memoryBytes(): number {
    let lists = 0;
    for (const list of this.#lists.values()) lists += list.byteLength;
    return this.table.memoryBytes + this.#packs.memoryBytes + lists;
  }

  /** Registers an index file and returns its number. */
  addIndex(id: IndexId): number {
    return this.#indexIds.push(id) - 1;
  }

  get indexIds(): readonly IndexId[] {
    return this.#indexIds;
  }

  /** The numbers of all index files that list the pack; none while its index is not saved yet. */
  indexesOf(pack: number): readonly number[] {
    const several = this.#duplicates.get(pack)?.indexes;
    if (several) return several;
    const index = this.#packs.index(pack);
    return index === NO_INDEX ? [] : [index];
  }

  /** Says which index file now lists a pack that `addPack` brought. */
  setPackIndex(pack: number, index: number): void {
    this.#packs.setIndex(pack, index);
  }

  get duplicatePacks(): DuplicatePack[] {
    return Array.from(this.#duplicates, ([pack, { indexes, identical }]) => ({ pack, indexes, identical }));
  }

  packId(pack: number): PackId {
    return this.#packs.idHex(pack);
  }

  /** The number of a pack, or -1. */
  packNumber(id: PackId | Uint8Array): number {
    return this.#packs.find(typeof id === 'string' ? idToBytes(id) : id);
  }

  packEntries(pack: number): PackEntries {
    const list = this.#lists.get(pack);
    return new PackEntries(this.#packs.firstEntry(pack), this.#packs.entryCount(pack), list);
  }

  /** In the shape that pack writers and the index encoder use: `ENTRY_FIELDS` a blob. */
  packEntryFields(pack: number): Uint32Array {
    const entries = this.packEntries(pack);
    const fields = new Uint32Array(entries.count * ENTRY_FIELDS);
    const { table } = this;
    for (let i = 0, at = 0; i < entries.count; i++, at += ENTRY_FIELDS) {
      const entry = entries.at(i);
      fields[at] = entry;
      fields[at + 1] = table.offset(entry);
      fields[at + 2] = table.length(entry);
      fields[at + 3] = table.uncompressedLength(entry);
    }
    return fields;
  }

  /** What the pack file's size must be, by its listed blobs (repository-format, section 7). */
  packSizeBytes(pack: number): number {
    const entries = this.packEntries(pack);
    let size = headerSize(0);
    for (let i = 0; i < entries.count; i++) {
      const entry = entries.at(i);
      size += this.table.length(entry) + entryBytes(this.table.uncompressedLength(entry) !== 0);
    }
    return size;
  }

  /** Adds a pack from an index file. Blobs stored elsewhere too become copies; a pack known already is merged. */
  addListedPack(listed: ListedPack, index: number): number {
    const known = this.#packs.find(listed.id);
    if (known >= 0) {
      this.#merge(known, listed, index);
      return known;
    }
    const pack = this.#packs.add(listed.id, index);
    const words = idWords(listed);
    const entries = new EntryRun(listed.count);
    for (let i = 0; i < listed.count; i++) entries.set(i, this.#addListedBlob(pack, listed, words, listed.first + i));
    this.#setEntries(pack, entries);
    return pack;
  }

  /**
   * Adds a pack written in this session. `entries` holds `ENTRY_FIELDS` a blob: table entry, offset, sealed length,
   * uncompressed length or 0. Claimed blobs get their location; those stored before (repacked) get a copy.
   */
  addPack(id: PackId, entries: Uint32Array, index = NO_INDEX): number {
    const idBytes = idToBytes(id);
    if (this.#packs.find(idBytes) >= 0) throw new EngineError('internal', `Pack ${id} is in the index already.`);
    const pack = this.#packs.add(idBytes, index);
    const run = new EntryRun(entries.length / ENTRY_FIELDS);
    for (let i = 0, at = 0; at < entries.length; i++, at += ENTRY_FIELDS) {
      const entry = entries[at] ?? 0;
      const [offset, length, plain] = [entries[at + 1] ?? 0, entries[at + 2] ?? 0, entries[at + 3] ?? 0];
      run.set(i, this.#locate(entry, pack, offset, length, plain));
    }
    this.#setEntries(pack, run);
    return pack;
  }

  #setEntries(pack: number, entries: EntryRun): void {
    this.#packs.setEntries(pack, entries.first, entries.count);
    if (entries.list) this.#lists.set(pack, entries.list);
  }

  #addListedBlob(pack: number, listed: ListedPack, words: Int32Array, at: number): number {
    const { fields } = listed;
    const field = at * ENTRY_FIELDS;
    const claimed = this.table.claimWords(fields[field] === 1 ? 1 : 0, words, at * ENTRY_ID_WORDS);
    const entry = claimed < 0 ? ~claimed : claimed;
    return this.#locate(entry, pack, fields[field + 1] ?? 0, fields[field + 2] ?? 0, fields[field + 3] ?? 0);
  }

  #locate(entry: number, pack: number, offset: number, length: number, uncompressedLength: number): number {
    if (this.table.isStored(entry)) return this.table.addCopy(entry, pack, offset, length, uncompressedLength);
    this.table.setLocation(entry, pack, offset, length, uncompressedLength);
    return entry;
  }

  #merge(pack: number, listed: ListedPack, index: number): void {
    const duplicate = this.#duplicates.get(pack) ?? { indexes: [...this.indexesOf(pack)], identical: true };
    this.#duplicates.set(pack, duplicate);
    if (!duplicate.indexes.includes(index)) duplicate.indexes.push(index);
    const known = this.packEntries(pack);
    const entries = Array.from({ length: known.count }, (_, i) => known.at(i));
    if (known.count !== listed.count) duplicate.identical = false;
    // By offset: a pack has one blob at an offset, and asking the table would walk all copies of a blob.
    const byOffset = new Map(entries.map((entry) => [this.table.offset(entry), entry]));
    const words = idWords(listed);
    for (let i = 0; i < listed.count; i++) {
      const at = listed.first + i;
      const same = byOffset.get(listed.fields[at * ENTRY_FIELDS + 1] ?? 0);
      if (same !== undefined && this.#isListedAs(same, listed, at)) continue;
      duplicate.identical = false;
      entries.push(this.#addListedBlob(pack, listed, words, at));
    }
    if (entries.length === known.count) return;
    this.#packs.setEntries(pack, entries[0] ?? 0, entries.length);
    this.#lists.set(pack, Uint32Array.from(entries));
  }

  #isListedAs(entry: number, listed: ListedPack, at: number): boolean {
    const { table } = this;
    const { fields } = listed;
    const field = at * ENTRY_FIELDS;
    return (
      table.typeCode(entry) === fields[field] &&
      table.length(entry) === fields[field + 2] &&
      table.uncompressedLength(entry) === fields[field + 3] &&
      table.idBytes(entry).equals(listed.ids.subarray(at * 32, at * 32 + 32))
    );
  }
}

/** The ids as words: without a copy where they lie at a multiple of four, as those of index files do. */
function idWords({ ids }: ListedPack): Int32Array {
  const { buffer, byteOffset, byteLength } = ids.byteOffset % 4 === 0 ? ids : new Uint8Array(ids);
  return new Int32Array(buffer, byteOffset, Math.floor(byteLength / 4));
}
