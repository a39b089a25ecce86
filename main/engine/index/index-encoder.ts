import type { PackId } from '../base/ids.ts';
import { ENTRY_FIELDS } from '../pack/pack-header.ts';
import type { BlobTable } from './blob-table.ts';

/** An index with this many blobs is full; the pack that fills it is still listed whole (repository-format, section 8). */
export const MAX_BLOBS_PER_INDEX = 50000;

/** Builds the JSON of one index file, in pieces of a pack each, exactly as restic writes it. */
export class IndexEncoder {
  readonly #table: BlobTable;
  #pieces: Buffer[] = [];
  #packs = 0;
  #blobs = 0;

  constructor(table: BlobTable) {
    this.#table = table;
  }

  get packCount(): number {
    return this.#packs;
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
    let text = `${this.#packs === 0 ? '{"packs":[' : ','}{"id":"${id}","blobs":[`;
    for (let at = 0; at < entries.length; at += ENTRY_FIELDS) {
      const entry = entries[at] ?? 0;
      const plain = entries[at + 3] ?? 0;
      const compressed = plain === 0 ? '' : `,"uncompressed_length":${plain}`;
      const key = `{"id":"${this.#table.idHex(entry)}","type":"${this.#table.type(entry)}"`;
      text += `${at === 0 ? '' : ','}${key},"offset":${entries[at + 1]},"length":${entries[at + 2]}${compressed}}`;
    }
    this.#pieces.push(Buffer.from(text + ']}', 'latin1'));
    this.#packs++;
    this.#blobs += entries.length / ENTRY_FIELDS;
  }

  /** The file's plaintext, in pieces. The encoder then starts an empty index. */
  finish(): Buffer[] {
    const pieces = [...this.#pieces, Buffer.from(this.#packs === 0 ? '{"packs":[]}\n' : ']}\n')];
    this.#pieces = [];
    this.#packs = 0;
    this.#blobs = 0;
    return pieces;
  }
}
