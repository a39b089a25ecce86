import { createHash, hash } from 'node:crypto';
import { BLOB_TYPE_CODE } from '../base/blob-type.ts';
import { ID_BYTES, type BlobId } from '../base/ids.ts';
import { MAX_CHUNK } from '../chunker/chunker.ts';
import { looksIncompressible } from '../compression/incompressible.ts';
import { compressBound, type ZstdCodec } from '../compression/zstd-codec.ts';
import { compressPieces } from '../compression/zstd-stream.ts';
import { SEAL_OVERHEAD, type Sealer } from '../crypto/sealer.ts';
import type { BlobTable } from '../index/blob-table.ts';
import { entryBytes } from '../pack/pack-header.ts';
import { PackWriter, type FinishedPack } from '../pack/pack-writer.ts';
import type { RepositoryVersion } from '../repository/config.ts';
import type { ArchiveCounts } from './archive-messages.ts';
import type { CompressionMode } from './archive-options.ts';

/** Where nothing is to be written: counts what would have been. */
const DRY_WRITER = { addBlob: () => {}, finish: () => {}, discard: () => {} };
type BlobWriter = Pick<PackWriter, 'addBlob' | 'finish' | 'discard'>;

/** Trees are small: their packs need no large buffer. */
const TREE_BUFFER_BYTES = 256 * 1024;

export interface BlobSinkOptions {
  readonly table: BlobTable;
  readonly sealer: Sealer;
  readonly zstd: ZstdCodec;
  readonly version: RepositoryVersion;
  readonly compression: CompressionMode;
  /** A path for the next staged pack; undefined in a dry run. */
  readonly nextPath: (() => string) | undefined;
  readonly onPack: (pack: FinishedPack) => void;
  readonly counts: ArchiveCounts;
  /** Offers a large new chunk to others; true when one of them stores it. */
  readonly handOver?: (entry: number, chunk: Uint8Array) => boolean;
}

/**
 * The way of a blob into the repository, for one thread: hash, look up, compress, encrypt, pack. Whoever claims an id in the shared
 * table first stores the blob; everybody else relies on it, so a failure in here must end the whole backup.
 */
export class BlobSink {
  readonly #options: BlobSinkOptions;
  readonly #data: BlobWriter;
  readonly #trees: BlobWriter;
  #failed = false;
  readonly #idBytes = Buffer.allocUnsafeSlow(ID_BYTES);
  /** Touched only as far as the largest compressible chunk reaches. */
  readonly #scratch = Buffer.allocUnsafeSlow(compressBound(MAX_CHUNK));

  constructor(options: BlobSinkOptions) {
    this.#options = options;
    this.#data = this.#writer('data');
    this.#trees = this.#writer('tree');
  }

  /** The chunk's id. `chunk` may be a view that changes after the call; `id` is given if it is known. */
  storeChunk(chunk: Uint8Array, id = hash('sha256', chunk, 'hex') as BlobId): BlobId {
    const claimed = this.#options.table.claim(BLOB_TYPE_CODE.data, this.#bytesOf(id));
    if (claimed < 0) {
      this.#options.counts.dataBlobs++;
      this.#options.counts.dataAdded += chunk.length;
      if (!this.#options.handOver?.(~claimed, chunk)) this.storeClaimedChunk(~claimed, chunk);
    }
    return id;
  }

  /** A chunk that is counted and claimed already, by this thread or another. */
  storeClaimedChunk(entry: number, chunk: Uint8Array): void {
    const { version, compression, zstd } = this.#options;
    if (version === 2 && compression !== 'off' && !looksIncompressible(chunk)) {
      const size = zstd.compressInto(chunk, this.#scratch);
      if (size > 0 && size < chunk.length) {
        this.#add(this.#data, entry, this.#scratch.subarray(0, size), chunk.length);
        return;
      }
    }
    this.#add(this.#data, entry, chunk, 0);
  }

  storeTree(tree: Uint8Array): BlobId {
    const id = hash('sha256', tree, 'hex') as BlobId;
    const entry = this.#claimTree(id);
    if (entry >= 0) this.#storeClaimedTree(entry, tree);
    return id;
  }

  /**
   * The same for a tree that is too large to be copied around: compressed on another thread, while `pieces`, which is
   * emptied, gets shorter.
   */
  async storeLargeTree(pieces: Uint8Array[]): Promise<BlobId> {
    const digest = createHash('sha256');
    let plainBytes = 0;
    for (const piece of pieces) {
      digest.update(piece);
      plainBytes += piece.length;
    }
    const id = digest.digest('hex') as BlobId;
    const entry = this.#claimTree(id);
    if (entry >= 0) {
      const stored = this.#options.version === 1 ? [...pieces.splice(0)] : await compressPieces(takeEach(pieces));
      this.#storeEncodedTree(entry, stored.length === 1 && stored[0] ? stored[0] : Buffer.concat(stored), plainBytes);
    }
    return id;
  }

  /**
   * Valid until the next call. The text is what a hash is asked for: bytes would be a buffer of their own for each blob, which
   * costs as much as hashing some kilobytes.
   */
  #bytesOf(id: BlobId): Uint8Array {
    this.#idBytes.write(id, 'hex');
    return this.#idBytes;
  }

  /** The table entry when the tree is new, and must now be stored; else -1. */
  #claimTree(id: BlobId): number {
    const claimed = this.#options.table.claim(BLOB_TYPE_CODE.tree, this.#bytesOf(id));
    return claimed < 0 ? ~claimed : -1;
  }

  /** A tree that was compressed (version 2) or left as it is (version 1). */
  #storeEncodedTree(entry: number, payload: Uint8Array, plainBytes: number): void {
    this.#options.counts.treeBlobs++;
    this.#options.counts.dataAdded += plainBytes;
    this.#add(this.#trees, entry, payload, this.#options.version === 2 ? plainBytes : 0);
  }

  /** A claimed blob was lost: whatever the error looked like, it was not the source's fault. */
  get failed(): boolean {
    return this.#failed;
  }

  /** Closes the packs that are open. */
  finish(): void {
    this.#data.finish();
    this.#trees.finish();
  }

  /** Deletes unfinished packs. */
  discard(): void {
    this.#data.discard();
    this.#trees.discard();
  }

  /** Version 2 always compresses trees, whatever the mode is for files (repository-format, section 7). */
  #storeClaimedTree(entry: number, tree: Uint8Array): void {
    const { version, zstd } = this.#options;
    if (version === 1) {
      this.#storeEncodedTree(entry, tree, tree.length);
      return;
    }
    const size = tree.length <= MAX_CHUNK ? zstd.compressInto(tree, this.#scratch) : -1;
    const payload = size > 0 ? this.#scratch.subarray(0, size) : zstd.compress(tree);
    this.#storeEncodedTree(entry, payload, tree.length);
  }

  #add(writer: BlobWriter, entry: number, payload: Uint8Array, uncompressedLength: number): void {
    try {
      writer.addBlob(entry, payload, uncompressedLength);
    } catch (error) {
      this.#failed = true;
      throw error;
    }
    // As restic counts it: with the seal and the entry in the pack's header.
    this.#options.counts.dataAddedPacked += payload.length + SEAL_OVERHEAD + entryBytes(uncompressedLength !== 0);
  }

  #writer(type: 'data' | 'tree'): BlobWriter {
    const { nextPath, sealer, table, onPack } = this.#options;
    if (!nextPath) return DRY_WRITER;
    const bufferBytes = type === 'tree' ? { bufferBytes: TREE_BUFFER_BYTES } : {};
    return new PackWriter({ type, sealer, ids: table, nextPath, onPack, ...bufferBytes });
  }
}

/** Lets go of each piece once the next one is asked for. */
function* takeEach(pieces: Uint8Array[]): Generator<Uint8Array, void, undefined> {
  pieces.reverse();
  for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) yield piece;
}

/** zstd level by mode: restic's size at `auto`; `max` is about restic's own maximum. */
export function compressionLevel(mode: CompressionMode): number {
  return mode === 'max' ? 12 : 2;
}
