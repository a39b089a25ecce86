import { isEngineError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { MAX_BATCHED_BYTES, SealedBatch } from '../crypto/sealed-batch.ts';
import { Sealer } from '../crypto/sealer.ts';
import { BlobTable, type SharedBlobTable } from '../index/blob-table.ts';
import { decodePackHeader, entryBytes, openPackHeader, writeHeaderEntry } from '../pack/pack-header.ts';
import type { PackReader } from '../pack/pack-reader.ts';
import { BlobOpener } from './blob-opener.ts';
import { PackClaims } from './pack-claims.ts';
import type { PackHashTask } from './pack-hash.ts';
import { openPack, wholePackSource, type OpenPack, type PackSource } from './pack-source.ts';

export interface PackCheckTask {
  readonly kind: 'check';
  /** With every task, so that the threads can start before a password has opened the repository. */
  readonly key: MasterKey;
  readonly packId: PackId;
  readonly source: PackSource;
  readonly table: SharedBlobTable;
  /** The index's entries of this pack, in any order. */
  readonly entries: Uint32Array<ArrayBuffer>;
  /** Whether the file has been found to be its name's already. */
  readonly isHashed: boolean;
  /** Those of PackClaims, and the pack's place in them: whoever takes it first reads it. */
  readonly claims: SharedArrayBuffer;
  readonly place: number;
}

export interface PackCheckReply {
  readonly readBytes: number;
  /** What is wrong with the pack as a file. */
  readonly packDefects: readonly string[];
  /** Blobs that cannot be used, and why, one text for each entry. */
  readonly badEntries: readonly number[];
  readonly blobDefects: readonly string[];
  /** Somebody else had taken the pack. */
  readonly isSkipped?: boolean;
}

const SKIPPED: PackCheckReply = { readBytes: 0, packDefects: [], badEntries: [], blobDefects: [], isSkipped: true };

/** Some blobs of a pack: what a snapshot needs of it. */
export interface PackBlobsTask {
  readonly kind: 'blobs';
  readonly key: MasterKey;
  readonly packId: PackId;
  readonly source: PackSource;
  readonly table: SharedBlobTable;
  /** In any order. */
  readonly entries: Uint32Array<ArrayBuffer>;
}

export type CheckTask = PackCheckTask | PackBlobsTask | PackHashTask;

interface Defects {
  readonly pack: string[];
  readonly entries: number[];
  readonly blobs: string[];
}

/** Reads packs front to back, once, and compares everything in them with their names and with the index (section 17). */
export class PackChecker {
  readonly #sealer: Sealer;
  readonly #opener: BlobOpener;
  readonly #reader: PackReader;
  readonly #batch: SealedBatch;
  /** Entries of the blobs in the batch. */
  readonly #batched: number[] = [];
  /** Of the pack that is being checked. */
  #blobAt: OpenPack['blobAt'];

  /** `reader` brings the window that packs are read through. */
  constructor(key: MasterKey, reader: PackReader) {
    this.#reader = reader;
    this.#batch = new SealedBatch(key);
    this.#sealer = new Sealer(key);
    this.#opener = new BlobOpener(this.#sealer);
    this.#blobAt = (offset, length) => reader.blobAt(offset, length);
  }

  /** Looks at nothing but the blobs. A pack that can't be opened has no good ones; its defect is told with each of them. */
  checkBlobs(task: PackBlobsTask): PackCheckReply {
    const defects: Defects = { pack: [], entries: [], blobs: [] };
    const table = BlobTable.attach(task.table);
    const entries = sortedByOffset(task.entries, table);
    let readBytes = 0;
    try {
      const pack = openPack(this.#reader, task.source, task.packId);
      this.#blobAt = (offset, length) => pack.blobAt(offset, length);
      try {
        for (const entry of entries) {
          this.#checkBlob(table, entry, defects);
          readBytes += table.length(entry);
        }
        this.#checkBatch(table, defects);
      } finally {
        pack.close();
      }
    } catch (error) {
      if (!isEngineError(error) || error.code === 'internal') throw error;
      this.#batch.clear();
      this.#batched.length = 0;
      return { readBytes, packDefects: [], badEntries: [...entries], blobDefects: entriesOf(entries, error.message) };
    }
    return { readBytes, packDefects: [], badEntries: defects.entries, blobDefects: defects.blobs };
  }

  /** Damage is in the reply; only defects of the program and of the machine throw. */
  async check(task: PackCheckTask): Promise<PackCheckReply> {
    if (!new PackClaims(task.claims).take(task.place)) return SKIPPED;
    const defects: Defects = { pack: [], entries: [], blobs: [] };
    let readBytes = 0;
    try {
      const source = wholePackSource(task.source);
      try {
        this.#reader.open(source, { name: task.packId, hash: !task.isHashed });
        this.#blobAt = (offset, length) => this.#reader.blobAt(offset, length);
        await this.#checkContent(task, source.sizeBytes, defects);
        readBytes = source.sizeBytes;
      } finally {
        source.close();
      }
    } catch (error) {
      if (!isEngineError(error) || error.code === 'internal') throw error;
      defects.pack.push(error.message);
    }
    return { readBytes, packDefects: defects.pack, badEntries: defects.entries, blobDefects: defects.blobs };
  }

  async #checkContent(task: PackCheckTask, packBytes: number, defects: Defects): Promise<void> {
    const table = BlobTable.attach(task.table);
    const entries = sortedByOffset(task.entries, table);
    let end = 0;
    let contiguous = true;
    for (const entry of entries) {
      contiguous &&= table.offset(entry) === end;
      end = table.offset(entry) + table.length(entry);
      this.#checkBlob(table, entry, defects);
    }
    this.#checkBatch(table, defects);
    if (!contiguous) defects.pack.push('the index has gaps or overlaps between its blobs');
    await this.#checkHeader(task, packBytes, entries, table, defects);
    if (!task.isHashed && this.#reader.digest() !== task.packId)
      defects.pack.push('its content does not match its name');
  }

  /** Small blobs are collected and checked together, in the order of the pack like all others. */
  #checkBlob(table: BlobTable, entry: number, defects: Defects): void {
    if (table.length(entry) <= MAX_BATCHED_BYTES && this.#addToBatch(table, entry, defects)) return;
    this.#checkBatch(table, defects);
    this.#checkAlone(table, entry, defects);
  }

  #addToBatch(table: BlobTable, entry: number, defects: Defects): boolean {
    const sealed = this.#sealedBytes(table, entry);
    if (sealed === undefined) return false;
    if (!this.#batch.add(sealed)) {
      this.#checkBatch(table, defects);
      this.#batch.add(sealed);
    }
    this.#batched.push(entry);
    return true;
  }

  #checkBatch(table: BlobTable, defects: Defects): void {
    this.#batch.open();
    // What is not as it should be is looked at once more by itself, which finds the words for it.
    this.#batched.forEach((entry, i) => {
      const plain = this.#batch.plain(i);
      if (plain === undefined || !this.#isProven(plain, table, entry)) this.#checkAlone(table, entry, defects);
    });
    this.#batch.clear();
    this.#batched.length = 0;
  }

  #isProven(plain: Buffer, table: BlobTable, entry: number): boolean {
    try {
      this.#opener.prove(plain, table, entry);
      return true;
    } catch (error) {
      if (isEngineError(error, 'corrupt')) return false;
      throw error;
    }
  }

  #sealedBytes(table: BlobTable, entry: number): Uint8Array | undefined {
    try {
      return this.#blobAt(table.offset(entry), table.length(entry));
    } catch (error) {
      if (isEngineError(error, 'corrupt')) return undefined;
      throw error;
    }
  }

  #checkAlone(table: BlobTable, entry: number, defects: Defects): void {
    try {
      // In the reader's window: what has been hashed and read is not needed there again.
      this.#opener.open(this.#blobAt(table.offset(entry), table.length(entry)), table, entry, true);
    } catch (error) {
      if (!isEngineError(error, 'corrupt')) throw error;
      defects.entries.push(entry);
      defects.blobs.push(error.message);
    }
  }

  async #checkHeader(
    task: PackCheckTask,
    packBytes: number,
    entries: Uint32Array,
    table: BlobTable,
    defects: Defects,
  ): Promise<void> {
    try {
      const read = (offset: number, length: number) => this.#reader.blobAt(offset, length);
      const header = await openPackHeader(read, packBytes, this.#sealer, task.packId);
      if (header.equals(headerOf(entries, table))) return;
      const blobs = decodePackHeader(header, packBytes, task.packId);
      defects.pack.push(`its header lists ${blobs.length} blobs that are not quite the ${entries.length} of the index`);
    } catch (error) {
      if (!isEngineError(error, 'corrupt')) throw error;
      defects.pack.push(error.message);
    }
  }
}

function entriesOf(entries: Uint32Array, defect: string): string[] {
  return Array.from(entries, () => defect);
}

/** The header that a pack with these blobs has: one comparison instead of an object for each blob. */
function headerOf(entries: Uint32Array, table: BlobTable): Buffer {
  let bytes = 0;
  for (const entry of entries) bytes += entryBytes(table.uncompressedLength(entry) !== 0);
  const header = Buffer.allocUnsafe(bytes);
  let at = 0;
  for (const entry of entries) {
    const [length, plain] = [table.length(entry), table.uncompressedLength(entry)];
    at = writeHeaderEntry(header, at, table.typeCode(entry), length, plain, table.idBytes(entry));
  }
  return header;
}

/** In place; indexes list packs in this order already. */
export function sortedByOffset(entries: Uint32Array<ArrayBuffer>, table: BlobTable): Uint32Array<ArrayBuffer> {
  let last = -1;
  for (const entry of entries) {
    const offset = table.offset(entry);
    if (offset < last) return entries.sort((a, b) => table.offset(a) - table.offset(b));
    last = offset;
  }
  return entries;
}
