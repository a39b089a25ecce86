import { hash } from 'node:crypto';
import { EngineError, isEngineError } from '../base/errors.ts';
import { freeBytes } from '../base/free-bytes.ts';
import type { ZstdCodec } from '../compression/zstd-codec.ts';
import type { Sealer } from '../crypto/sealer.ts';
import type { BlobTable } from '../index/blob-table.ts';

/**
 * Trees lie close together in packs of their own and are small, so whole blocks of those packs are read and kept for a
 * while: a folder's trees stand before its own, which is why blocks are aligned instead of reading ahead.
 */
const BLOCK_BYTES = 256 * 1024;
const MAX_BLOCKS = 16;
/** Larger trees are read by themselves, into memory of their own. */
const MAX_SEALED_BYTES = 2 * 1024 * 1024;
const MAX_PLAIN_BYTES = 16 * 1024 * 1024;
/** Block numbers of one pack are below this: packs end below 4 GiB. */
const BLOCKS_A_PACK = 2 ** 20;
const START_BYTES = 256 * 1024;

/** Where a thread's trees come from. */
export interface TreeSource {
  readonly table: BlobTable;
  readonly sealer: Sealer;
  readonly zstd: ZstdCodec;
  /** Where the blobs of a pack end. */
  packEnd(pack: number): number;
  /** Bytes of a pack, in a buffer that has no other owner. */
  readPack(pack: number, offset: number, length: number, signal?: AbortSignal): Promise<Buffer>;
}

/** Small tree blobs of a walk, read in blocks: verified plaintexts through buffers that are reused. */
export class TreeBlocks {
  readonly #source: TreeSource;
  readonly #table: BlobTable;
  /** In the order of last use, oldest first. */
  readonly #blocks = new Map<number, Buffer>();
  #sealed = Buffer.allocUnsafeSlow(START_BYTES);
  #payload = Buffer.allocUnsafeSlow(START_BYTES);
  #plain = Buffer.allocUnsafeSlow(START_BYTES);

  constructor(source: TreeSource) {
    this.#source = source;
    this.#table = source.table;
  }

  /** Fetches what the trees need, in parallel. What cannot be read shows when the tree is. */
  async prefetch(entries: readonly number[], signal?: AbortSignal): Promise<void> {
    const wanted = new Set<number>();
    for (const entry of entries) {
      if (this.#table.length(entry) > MAX_SEALED_BYTES) continue;
      for (const key of this.#blocksOf(entry)) wanted.add(key);
    }
    const missing: number[] = [];
    for (const key of wanted) {
      const block = this.#blocks.get(key);
      if (block === undefined) missing.push(key);
      else this.#touch(key, block);
    }
    if (missing.length === 0) return;
    await Promise.all(missing.map((key) => this.#fetch(key, signal)));
    for (const key of this.#blocks.keys()) {
      if (this.#blocks.size <= MAX_BLOCKS) break;
      if (!wanted.has(key)) this.#drop(key);
    }
  }

  /**
   * The tree's plaintext, valid until the next call; undefined when it is too large, not among what was
   * prefetched, or damaged there.
   */
  open(entry: number): Buffer | undefined {
    const table = this.#table;
    const plainLength = table.plainLength(entry);
    if (table.length(entry) > MAX_SEALED_BYTES || plainLength > MAX_PLAIN_BYTES) return undefined;
    const sealed = this.#sealedBytes(entry);
    if (sealed === undefined) return undefined;
    try {
      const plain = this.#decode(sealed, plainLength, table.uncompressedLength(entry) !== 0);
      const matches = plain !== undefined && hash('sha256', plain, 'binary') === table.idLatin1(entry);
      return matches ? plain : undefined;
    } catch (error) {
      if (isEngineError(error, 'corrupt')) return undefined;
      throw error;
    }
  }

  #decode(sealed: Buffer, plainLength: number, compressed: boolean): Buffer | undefined {
    const { sealer, zstd } = this.#source;
    if (this.#payload.length < sealed.length) this.#payload = Buffer.allocUnsafeSlow(sealed.length * 2);
    if (this.#plain.length < plainLength) this.#plain = Buffer.allocUnsafeSlow(plainLength * 2);
    const payload = this.#payload.subarray(0, sealer.openInto(sealed, this.#payload, 0));
    if (!compressed) return payload;
    const plain = this.#plain.subarray(0, plainLength);
    return zstd.decompressInto(payload, plain) === plainLength ? plain : undefined;
  }

  #sealedBytes(entry: number): Buffer | undefined {
    const table = this.#table;
    const length = table.length(entry);
    if (this.#sealed.length < length) this.#sealed = Buffer.allocUnsafeSlow(length * 2);
    let position = table.offset(entry) % BLOCK_BYTES;
    let filled = 0;
    for (const key of this.#blocksOf(entry)) {
      const block = this.#blocks.get(key);
      if (block === undefined) return undefined;
      if (filled === 0 && position + length <= block.length) return block.subarray(position, position + length);
      filled += block.copy(this.#sealed, filled, position, Math.min(block.length, position + length - filled));
      position = 0;
    }
    return filled === length ? this.#sealed.subarray(0, length) : undefined;
  }

  *#blocksOf(entry: number): Generator<number, void, undefined> {
    const table = this.#table;
    const pack = table.pack(entry) * BLOCKS_A_PACK;
    const offset = table.offset(entry);
    const last = Math.floor((offset + table.length(entry) - 1) / BLOCK_BYTES);
    for (let block = Math.floor(offset / BLOCK_BYTES); block <= last; block++) yield pack + block;
  }

  async #fetch(key: number, signal?: AbortSignal): Promise<void> {
    const pack = Math.floor(key / BLOCKS_A_PACK);
    const offset = (key % BLOCKS_A_PACK) * BLOCK_BYTES;
    const length = Math.min(BLOCK_BYTES, this.#source.packEnd(pack) - offset);
    try {
      this.#blocks.set(key, await this.#source.readPack(pack, offset, length, signal));
    } catch (error) {
      // A pack that is missing or cut short: its trees can't be opened.
      if (!(error instanceof EngineError) || error.code === 'cancelled') throw error;
    }
  }

  #drop(key: number): void {
    const block = this.#blocks.get(key);
    this.#blocks.delete(key);
    if (block) freeBytes(block);
  }

  #touch(key: number, block: Buffer): void {
    this.#blocks.delete(key);
    this.#blocks.set(key, block);
  }
}
