import { isEngineError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { Sealer } from '../crypto/sealer.ts';
import { BlobTable, type SharedBlobTable } from '../index/blob-table.ts';
import { decodePackHeader, entryBytes, openPackHeader, writeHeaderEntry } from '../pack/pack-header.ts';
import { PackReader } from '../pack/pack-reader.ts';
import { BlobOpener } from './blob-opener.ts';
import { wholePackSource, type PackSource } from './pack-source.ts';

export interface PackCheckTask {
  /** With every task, so that the threads can start before a password has opened the repository. */
  readonly key: MasterKey;
  readonly packId: PackId;
  readonly source: PackSource;
  readonly table: SharedBlobTable;
  /** The index's entries of this pack, in any order. */
  readonly entries: Uint32Array<ArrayBuffer>;
}

export interface PackCheckReply {
  readonly readBytes: number;
  /** What is wrong with the pack as a file. */
  readonly packDefects: readonly string[];
  /** Blobs that cannot be used, and why, one text for each entry. */
  readonly badEntries: readonly number[];
  readonly blobDefects: readonly string[];
}

interface Defects {
  readonly pack: string[];
  readonly entries: number[];
  readonly blobs: string[];
}

/** Reads packs front to back, once, and compares everything in them with their names and with the index (section 17). */
export class PackChecker {
  readonly #sealer: Sealer;
  readonly #opener: BlobOpener;
  readonly #reader = new PackReader();

  constructor(key: MasterKey) {
    this.#sealer = new Sealer(key);
    this.#opener = new BlobOpener(this.#sealer);
  }

  /** Damage is in the reply; only defects of the program and of the machine throw. */
  async check(task: PackCheckTask): Promise<PackCheckReply> {
    const defects: Defects = { pack: [], entries: [], blobs: [] };
    let readBytes = 0;
    try {
      const source = wholePackSource(task.source);
      try {
        this.#reader.open(source, { name: task.packId, hash: true });
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
      const message = this.#blobDefect(table, entry);
      if (message === undefined) continue;
      defects.entries.push(entry);
      defects.blobs.push(message);
    }
    if (!contiguous) defects.pack.push('the index has gaps or overlaps between its blobs');
    await this.#checkHeader(task, packBytes, entries, table, defects);
    if (this.#reader.digest() !== task.packId) defects.pack.push('its content does not match its name');
  }

  #blobDefect(table: BlobTable, entry: number): string | undefined {
    try {
      // In the reader's window: what has been hashed and read is not needed there again.
      this.#opener.open(this.#reader.blobAt(table.offset(entry), table.length(entry)), table, entry, true);
      return undefined;
    } catch (error) {
      if (isEngineError(error, 'corrupt')) return error.message;
      throw error;
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
