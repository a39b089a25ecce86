import type { PackId } from '../base/ids.ts';
import { ENTRY_FIELDS } from '../pack/pack-header.ts';
import type { BlobTable } from './blob-table.ts';
import { blobTexts, MAX_BLOB_TEXTS } from './blob-texts.ts';

/** An index with this many blobs is full; the pack that fills it is still listed whole (repository-format, section 8). */
export const MAX_BLOBS_PER_INDEX = 50000;

/** Text in front of blobs that may wait for them; with the next pack's own there is still room for it. */
const MAX_BEFORE = 256;

interface PackToList {
  readonly id: PackId;
  readonly entries: Uint32Array;
}

/** Builds the JSON of one index file, in pieces, exactly as restic writes it. */
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
    const texts = blobTexts();
    let before = '{"packs":[';
    for (const [number, { id, entries }] of packs.entries()) {
      before += `${number === 0 ? '' : ','}{"id":"${id}","blobs":[`;
      for (let first = 0; first * ENTRY_FIELDS < entries.length; first += MAX_BLOB_TEXTS) {
        yield texts.encode(before, this.#table, entries, first);
        before = '';
      }
      before += ']}';
      // Packs without blobs.
      if (before.length > MAX_BEFORE) {
        yield Buffer.from(before, 'latin1');
        before = '';
      }
    }
    yield Buffer.from(`${before}]}\n`, 'latin1');
  }
}
