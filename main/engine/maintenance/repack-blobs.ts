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
import { sortedByOffset } from './pack-check.ts';
import { openPack, type OpenPack, type PackSource } from './pack-source.ts';

export interface RepackWorkerData {
  readonly key: MasterKey;
  readonly table: SharedBlobTable;
  readonly stagingFolder: string;
  readonly packBytes?: number;
  /** Prove content by its hash, not only by its MAC. */
  readonly verify: boolean;
  readonly compress: { readonly data: boolean; readonly tree: boolean };
}

export type RepackTask =
  | {
      readonly kind: 'pack';
      readonly packId: PackId;
      readonly source: PackSource;
      /** Entries of the blob table that move, in any order. */
      readonly entries: Uint32Array<ArrayBuffer>;
    }
  /** A blob whose plaintext was found elsewhere. */
  | { readonly kind: 'blob'; readonly entry: number; readonly plain: Uint8Array }
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

const NOTHING: RepackReply = { copiedBytes: 0, failed: [] };

/**
 * Moves blobs into new packs, as they are: sealed bytes whose MAC is right are copied without being decrypted, because the
 * key stays the same and a new seal would protect nothing that the old one did not.
 */
export class Repacker {
  readonly #table: BlobTable;
  readonly #data: RepackWorkerData;
  readonly #sealer: Sealer;
  readonly #zstd = new ZstdCodec();
  readonly #opener: BlobOpener;
  readonly #reader = new PackReader();
  readonly #onPack: (pack: FinishedPack) => void;
  readonly #writers = new Map<BlobType, PackWriter>();

  constructor(data: RepackWorkerData, onPack: (pack: FinishedPack) => void) {
    this.#data = data;
    this.#table = BlobTable.attach(data.table);
    this.#sealer = new Sealer(data.key);
    this.#opener = new BlobOpener(this.#sealer, this.#zstd);
    this.#onPack = onPack;
  }

  handle(task: RepackTask): RepackReply {
    switch (task.kind) {
      case 'pack':
        return this.#copyPack(task);
      case 'blob':
        this.#encode(task.entry, task.plain);
        return { copiedBytes: task.plain.length, failed: [] };
      case 'finish':
        for (const writer of this.#writers.values()) writer.finish();
        return NOTHING;
    }
  }

  #copyPack({ packId, source, entries }: Extract<RepackTask, { kind: 'pack' }>): RepackReply {
    const failed: number[] = [];
    let reason: string | undefined;
    let copiedBytes = 0;
    const pack = openPack(this.#reader, source, packId);
    try {
      for (const entry of sortedByOffset(entries, this.#table)) {
        const defect = this.#copyBlob(pack, entry);
        if (defect === undefined) copiedBytes += this.#table.length(entry);
        else {
          failed.push(entry);
          reason ??= defect;
        }
      }
    } finally {
      pack.close();
    }
    return { copiedBytes, failed, ...(reason === undefined ? {} : { reason }) };
  }

  /** What is wrong with the blob, if anything. */
  #copyBlob(pack: OpenPack, entry: number): string | undefined {
    const table = this.#table;
    const uncompressedLength = table.uncompressedLength(entry);
    const isCompressing = uncompressedLength === 0 && this.#data.compress[table.type(entry)];
    try {
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
