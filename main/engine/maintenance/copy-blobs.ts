import { hash } from 'node:crypto';
import { join } from 'node:path';
import { stagedFileName } from '../backend/staging.ts';
import { blobTypeOf, type BlobType } from '../base/blob-type.ts';
import { isEngineError } from '../base/errors.ts';
import { looksIncompressible } from '../compression/incompressible.ts';
import { ZstdCodec } from '../compression/zstd-codec.ts';
import { Sealer } from '../crypto/sealer.ts';
import { BlobTable } from '../index/blob-table.ts';
import { PackReader } from '../pack/pack-reader.ts';
import { PackWriter, type FinishedPack } from '../pack/pack-writer.ts';
import { COPY_FIELDS, type CopyReply, type CopyTask, type CopyWorkerData } from './copy-task.ts';
import { openPack } from './pack-source.ts';

/**
 * The worker's side of a copy: opens blobs with one repository's key, proves them, and seals them with the other's. What is
 * compressed stays so; plaintext is compressed where the target's version allows it and it pays.
 */
export class BlobCopier {
  readonly #data: CopyWorkerData;
  readonly #sourceSealer: Sealer;
  readonly #zstd = new ZstdCodec();
  readonly #blobs: BlobTable;
  readonly #reader = new PackReader();
  readonly #writers: Readonly<Record<BlobType, PackWriter>>;
  #finished: FinishedPack[] = [];

  constructor(data: CopyWorkerData) {
    this.#data = data;
    this.#sourceSealer = new Sealer(data.sourceKey);
    this.#blobs = BlobTable.attach(data.targetBlobs);
    const sealer = new Sealer(data.targetKey);
    const writer = (type: BlobType) =>
      new PackWriter({
        type,
        sealer,
        ids: this.#blobs,
        nextPath: () => join(data.stagingFolder, stagedFileName()),
        onPack: (pack) => this.#finished.push(pack),
      });
    this.#writers = { data: writer('data'), tree: writer('tree') };
  }

  run(task: CopyTask): CopyReply {
    if (task.kind === 'discard') {
      for (const writer of Object.values(this.#writers)) writer.discard();
      return this.#reply([], 0);
    }
    if (task.kind === 'finish') {
      for (const writer of Object.values(this.#writers)) writer.finish();
      return this.#reply([], 0);
    }
    if (task.kind === 'pack') return this.#copyPack(task);
    this.#add(task.entry, task.plaintext, undefined);
    return this.#reply([], task.plaintext.length);
  }

  #copyPack({ pack, source, blobs }: Extract<CopyTask, { kind: 'pack' }>): CopyReply {
    const count = blobs.length / COPY_FIELDS;
    const unreadable: number[] = [];
    let copiedBytes = 0;
    const opened = readable(() => openPack(this.#reader, source, pack));
    if (!opened)
      return this.#reply(
        Array.from({ length: count }, (_, at) => at),
        0,
      );
    try {
      for (let at = 0; at < count; at++) {
        const [entry = 0, offset = 0, length = 0, uncompressedLength = 0] = blobs.subarray(at * COPY_FIELDS);
        const content = readable(() => this.#open(opened.blobAt(offset, length), entry, uncompressedLength));
        if (!content) {
          unreadable.push(at);
          continue;
        }
        this.#add(entry, content.plaintext, content.compressed);
        copiedBytes += content.plaintext.length;
      }
    } finally {
      opened.close();
    }
    return this.#reply(unreadable, copiedBytes);
  }

  /** Undefined for bytes that open but are another blob's. */
  #open(sealed: Uint8Array, entry: number, uncompressedLength: number) {
    const payload = this.#sourceSealer.open(sealed);
    const compressed = uncompressedLength === 0 ? undefined : payload;
    const plaintext = compressed ? this.#zstd.decompress(payload, uncompressedLength) : payload;
    const matches = hash('sha256', plaintext, 'binary') === this.#blobs.idLatin1(entry);
    const hasLength = compressed === undefined || plaintext.length === uncompressedLength;
    return matches && hasLength ? { plaintext, compressed } : undefined;
  }

  #add(entry: number, plaintext: Uint8Array, compressed: Uint8Array | undefined): void {
    const type = blobTypeOf(this.#blobs.typeCode(entry));
    const writer = this.#writers[type];
    const mayCompress = this.#data.targetVersion >= 2 && plaintext.length > 0;
    if (mayCompress && compressed) return writer.addBlob(entry, compressed, plaintext.length);
    if (!mayCompress || (type === 'data' && looksIncompressible(plaintext))) return writer.addBlob(entry, plaintext, 0);
    return writer.addBlob(entry, this.#zstd.compress(plaintext), plaintext.length);
  }

  #reply(unreadable: readonly number[], copiedBytes: number): CopyReply {
    const packs = this.#finished;
    this.#finished = [];
    return { packs, unreadable, copiedBytes };
  }
}

/** Undefined where the source is damaged or gone: the caller knows where else to look. */
function readable<Result>(read: () => Result): Result | undefined {
  try {
    return read();
  } catch (error) {
    if (isEngineError(error, 'corrupt') || isEngineError(error, 'not_found')) return undefined;
    throw error;
  }
}
