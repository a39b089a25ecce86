import type { MasterKey } from '../crypto/master-key.ts';
import { MAX_BATCHED_BYTES, SealedBatch } from '../crypto/sealed-batch.ts';
import type { BlobTable } from '../index/blob-table.ts';
import type { PackReader } from '../pack/pack-reader.ts';
import { BlobOpener } from './blob-opener.ts';
import { endOfBlob } from './lost-blobs.ts';

export interface BlobVisitor {
  /** Asked between blobs. */
  stopped(): boolean;
  /** The blob that the items from `start` to `end` want; `plain` is valid only during the call. */
  blob(plain: Uint8Array, start: number, end: number): void;
  /** That blob cannot be had from this pack. */
  lost(error: unknown, start: number, end: number): void;
}

/** Turns the blobs that a task wants from a pack into plaintext, in the order of the items, small ones many at a time. */
export class PackBlobs {
  readonly #table: BlobTable;
  readonly #opener: BlobOpener;
  readonly #batch: SealedBatch;
  /** Where the items of the blobs in the batch begin. */
  readonly #starts: number[] = [];

  constructor(table: BlobTable, masterKey: MasterKey) {
    this.#table = table;
    this.#opener = new BlobOpener(table, masterKey);
    this.#batch = new SealedBatch(masterKey);
  }

  visit(reader: PackReader, items: Uint32Array, visitor: BlobVisitor): void {
    this.#empty();
    for (let start = 0; start < items.length && !visitor.stopped(); start = endOfBlob(items, start)) {
      const isSmall = this.#table.length(items[start] ?? 0) <= MAX_BATCHED_BYTES;
      if (isSmall && this.#collect(reader, items, start, visitor)) continue;
      this.#flush(reader, items, visitor);
      if (!visitor.stopped()) this.#openAlone(reader, items, start, visitor);
    }
    this.#flush(reader, items, visitor);
  }

  close(): void {
    this.#opener.close();
  }

  /** False when the pack does not have these bytes. */
  #collect(reader: PackReader, items: Uint32Array, start: number, visitor: BlobVisitor): boolean {
    const entry = items[start] ?? 0;
    const sealed = this.#sealedBytes(reader, entry);
    if (!sealed) return false;
    if (!this.#batch.add(sealed)) {
      this.#flush(reader, items, visitor);
      // That may have moved the reader's window.
      const again = this.#sealedBytes(reader, entry);
      if (!again || !this.#batch.add(again)) return false;
    }
    this.#starts.push(start);
    return true;
  }

  #sealedBytes(reader: PackReader, entry: number): Uint8Array | undefined {
    try {
      return reader.blobAt(this.#table.offset(entry), this.#table.length(entry));
    } catch {
      return undefined;
    }
  }

  #flush(reader: PackReader, items: Uint32Array, visitor: BlobVisitor): void {
    this.#batch.open();
    for (let i = 0; i < this.#starts.length && !visitor.stopped(); i++) {
      const start = this.#starts[i] ?? 0;
      const payload = this.#batch.plain(i);
      const plain = payload && this.#opener.tryProve(payload, items[start] ?? 0);
      if (plain) visitor.blob(plain, start, endOfBlob(items, start));
      // Once more by itself, which finds the words for what is wrong.
      else this.#openAlone(reader, items, start, visitor);
    }
    this.#empty();
  }

  #openAlone(reader: PackReader, items: Uint32Array, start: number, visitor: BlobVisitor): void {
    let plain: Uint8Array;
    try {
      plain = this.#opener.open(reader, items[start] ?? 0);
    } catch (error) {
      visitor.lost(error, start, endOfBlob(items, start));
      return;
    }
    visitor.blob(plain, start, endOfBlob(items, start));
  }

  #empty(): void {
    this.#batch.clear();
    this.#starts.length = 0;
  }
}
