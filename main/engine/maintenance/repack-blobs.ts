import { join } from 'node:path';
import { stagedFileName } from '../backend/staging.ts';
import { isEngineError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import { blobTypeOf, type BlobType } from '../base/blob-type.ts';
import { ZstdCodec } from '../compression/zstd-codec.ts';
import type { MasterKey } from '../crypto/master-key.ts';
import { Sealer } from '../crypto/sealer.ts';
import { BlobTable, type SharedBlobTable } from '../index/blob-table.ts';
import { PackReader } from '../pack/pack-reader.ts';
import { PackWriter, type FinishedPack } from '../pack/pack-writer.ts';
import { BlobOpener } from './blob-opener.ts';
import type { MarkTask } from './mark-task.ts';
import { sortedByOffset } from './pack-check.ts';
import { openPack, type OpenPack, type PackSource } from './pack-source.ts';

/** Comes with every task, so that threads can start before a password has opened the repository; it is always the same. */
export interface RepackSetting {
  readonly key: MasterKey;
  readonly table: SharedBlobTable;
  readonly stagingFolder: string;
  readonly packBytes?: number;
  /** Prove content by its hash, not only by its MAC. */
  readonly verify: boolean;
  readonly compress: { readonly data: boolean; readonly tree: boolean };
}

/** What the threads of a repack do. */
export type RepackTask = CopyingTask | MarkTask;

export type CopyingTask =
  | {
      readonly kind: 'pack';
      readonly setting: RepackSetting;
      readonly packId: PackId;
      readonly source: PackSource;
      /** Entries of the blob table that move, in any order. */
      readonly entries: Uint32Array<ArrayBuffer>;
    }
  /** A blob whose plaintext was found elsewhere. */
  | { readonly kind: 'blob'; readonly setting: RepackSetting; readonly entry: number; readonly plain: Uint8Array }
  /** Close unfinished packs. */
  | { readonly kind: 'finish' };

export interface RepackReply {
  readonly copiedBytes: number;
  /** Entries whose bytes here are damaged, and why the first one is. */
  readonly failed: readonly number[];
  readonly reason?: string;
}

/** Sent when a pack is finished: a staged file that the main thread makes durable. */
export type RepackNote = FinishedPack;

/** Small against what a reader reads ahead. */
const RUN_BYTES = 512 * 1024;

export const NOTHING_COPIED: RepackReply = { copiedBytes: 0, failed: [] };

/**
 * Moves blobs into new packs, as they are: sealed bytes whose MAC is right are copied without being decrypted, because the
 * key stays the same and a new seal would protect nothing that the old one did not.
 */
export class Repacker {
  readonly #table: BlobTable;
  readonly #data: RepackSetting;
  readonly #sealer: Sealer;
  readonly #zstd = new ZstdCodec();
  readonly #opener: BlobOpener;
  readonly #reader = new PackReader();
  readonly #onPack: (pack: FinishedPack) => void;
  readonly #writers = new Map<BlobType, PackWriter>();

  constructor(data: RepackSetting, onPack: (pack: FinishedPack) => void) {
    this.#data = data;
    this.#table = BlobTable.attach(data.table);
    this.#sealer = new Sealer(data.key);
    this.#opener = new BlobOpener(this.#sealer, this.#zstd);
    this.#onPack = onPack;
  }

  handle(task: CopyingTask): RepackReply {
    switch (task.kind) {
      case 'pack':
        return this.#copyPack(task);
      case 'blob':
        this.#encode(task.entry, task.plain);
        return { copiedBytes: task.plain.length, failed: [] };
      case 'finish':
        for (const writer of this.#writers.values()) writer.finish();
        return NOTHING_COPIED;
    }
  }

  #copyPack({ packId, source, entries }: Extract<CopyingTask, { kind: 'pack' }>): RepackReply {
    const failed: number[] = [];
    let reason: string | undefined;
    let copiedBytes = 0;
    const pack = openPack(this.#reader, source, packId);
    try {
      const sorted = sortedByOffset(entries, this.#table);
      for (let start = 0, end = 0; start < sorted.length; start = end) {
        end = this.#endOfRun(sorted, start);
        const run = sorted.subarray(start, end);
        const sound = this.#soundBytes(pack, run);
        run.forEach((entry, i) => {
          const defect = this.#copyBlob(pack, entry, sound[i]);
          if (defect === undefined) copiedBytes += this.#table.length(entry);
          else {
            failed.push(entry);
            reason ??= defect;
          }
        });
      }
    } finally {
      pack.close();
    }
    return { copiedBytes, failed, ...(reason === undefined ? {} : { reason }) };
  }

  #isCompressing(entry: number): boolean {
    return this.#table.uncompressedLength(entry) === 0 && this.#data.compress[this.#table.type(entry)];
  }

  /** Blobs that lie close together are looked at together; this is the place in `entries` behind the last of them. */
  #endOfRun(entries: Uint32Array, start: number): number {
    const table = this.#table;
    const limit = table.offset(entries[start] ?? 0) + RUN_BYTES;
    let end = start + 1;
    for (; end < entries.length; end++) {
      const entry = entries[end] ?? 0;
      if (table.offset(entry) + table.length(entry) > limit) break;
    }
    return end;
  }

  /**
   * The sealed bytes of those blobs whose MAC is right; the others are read by themselves. Valid until something is read that is
   * not in this run.
   */
  #soundBytes(pack: OpenPack, run: Uint32Array): (Uint8Array | undefined)[] {
    const table = this.#table;
    const [first = 0] = run;
    const last = run.at(-1) ?? 0;
    if (run.length < 2 || this.#data.verify || run.some((entry) => this.#isCompressing(entry))) return [];
    const start = table.offset(first);
    try {
      const bytes = pack.blobAt(start, table.offset(last) + table.length(last) - start);
      const sealed = Array.from(run, (entry) => {
        const at = table.offset(entry) - start;
        return bytes.subarray(at, at + table.length(entry));
      });
      const sound = this.#sealer.verifyEach(sealed);
      return sealed.map((blob, i) => (sound[i] === true ? blob : undefined));
    } catch (error) {
      if (isEngineError(error, 'corrupt')) return [];
      throw error;
    }
  }

  /** What is wrong with the blob, if anything. `sound` is what `#soundBytes` knows of it. */
  #copyBlob(pack: OpenPack, entry: number, sound?: Uint8Array): string | undefined {
    const table = this.#table;
    const uncompressedLength = table.uncompressedLength(entry);
    const isCompressing = this.#isCompressing(entry);
    try {
      if (sound) {
        this.#writer(table.typeCode(entry)).addSealed(table.primary(entry), sound, uncompressedLength);
        return undefined;
      }
      const sealed = pack.blobAt(table.offset(entry), table.length(entry));
      if (isCompressing || this.#data.verify) {
        const plain = this.#opener.open(sealed, table, entry);
        if (isCompressing) {
          this.#encode(entry, plain);
          return undefined;
        }
      } else if (!this.#sealer.verify(sealed)) return 'ciphertext verification failed';
      this.#writer(table.typeCode(entry)).addSealed(table.primary(entry), sealed, uncompressedLength);
      return undefined;
    } catch (error) {
      if (isEngineError(error, 'corrupt')) return error.message;
      throw error;
    }
  }

  /** Stores a plaintext as the repository's version wants it. An empty one is never marked compressed (section 7). */
  #encode(entry: number, plain: Uint8Array): void {
    const writer = this.#writer(this.#table.typeCode(entry));
    const primary = this.#table.primary(entry);
    // A table of version 1 has no compressed blob and none is made.
    const type = this.#table.type(entry);
    const isCompressed = plain.length > 0 && (this.#data.compress[type] || this.#table.uncompressedLength(entry) !== 0);
    if (isCompressed) writer.addBlob(primary, this.#zstd.compress(plain), plain.length);
    else writer.addBlob(primary, plain, 0);
  }

  #writer(typeCode: number): PackWriter {
    const type = blobTypeOf(typeCode);
    let writer = this.#writers.get(type);
    if (!writer) {
      const { stagingFolder, packBytes } = this.#data;
      writer = new PackWriter({
        type,
        sealer: this.#sealer,
        ids: this.#table,
        nextPath: () => join(stagingFolder, stagedFileName()),
        onPack: this.#onPack,
        ...(packBytes === undefined ? {} : { targetBytes: packBytes }),
      });
      this.#writers.set(type, writer);
    }
    return writer;
  }
}
