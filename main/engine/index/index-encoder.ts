import type { PackId } from '../base/ids.ts';
import { ENTRY_FIELDS } from '../pack/pack-header.ts';
import type { BlobTable } from './blob-table.ts';

/** An index with this many blobs is full; the pack that fills it is still listed whole (repository-format, section 8). */
export const MAX_BLOBS_PER_INDEX = 50000;

interface PackToList {
  readonly id: PackId;
  readonly entries: Uint32Array;
}

/** Builds the JSON of one index file, in pieces of a pack each, exactly as restic writes it. */
export class IndexEncoder {
  readonly #table: BlobTable;
  /** As numbers: the text takes ten times as much memory. */
  #packs: PackToList[] = [];
  #blobs = 0;

  constructor(table: BlobTable) {
    this.#table = table;
  }

  get packCount(): number {
    return this.#packs.length;
  }

  get blobCount(): number {
    return this.#blobs;
  }

  /** Time to `finish` and save. */
  get isFull(): boolean {
    return this.#blobs >= MAX_BLOBS_PER_INDEX;
  }

  /** `entries` holds `ENTRY_FIELDS` a blob: table entry, offset, sealed length, uncompressed length or 0. */
  addPack(id: PackId, entries: Uint32Array): void {
    this.#packs.push({ id, entries: entries.slice() });
    this.#blobs += entries.length / ENTRY_FIELDS;
  }

  /** The file's plaintext, in pieces. The encoder then starts an empty index. */
  finish(): Buffer[] {
    return [...this.drain()];
  }

  /** The same, piece by piece as they are asked for. The encoder starts an empty index at once. */
  drain(): Iterable<Buffer> {
    const packs = this.#packs;
    this.#packs = [];
    this.#blobs = 0;
    return this.#encode(packs);
  }

  *#encode(packs: readonly PackToList[]): Generator<Buffer, void, undefined> {
    let start = '{"packs":[';
    for (const { id, entries } of packs) {
      let text = `${start}{"id":"${id}","blobs":[`;
      for (let at = 0; at < entries.length; at += ENTRY_FIELDS)
        text += (at === 0 ? '' : ',') + this.#blobText(entries, at);
      yield Buffer.from(text + ']}', 'latin1');
      start = ',';
    }
    yield Buffer.from(packs.length === 0 ? '{"packs":[]}\n' : ']}\n');
  }

  #blobText(entries: Uint32Array, at: number): string {
    const entry = entries[at] ?? 0;
    const plain = entries[at + 3] ?? 0;
    const compressed = plain === 0 ? '' : `,"uncompressed_length":${plain}`;
    const key = `{"id":"${this.#table.idHex(entry)}","type":"${this.#table.type(entry)}"`;
    return `${key},"offset":${entries[at + 1]},"length":${entries[at + 2]}${compressed}}`;
  }
}
