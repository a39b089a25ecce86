import { hash } from 'node:crypto';
import { EngineError, isEngineError } from '../base/errors.ts';
import { freeBytes } from '../base/free-bytes.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import type { Repository } from '../repository/repository.ts';

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

/** Reads many tree blobs: verified plaintexts through buffers that are reused. For one walk over the trees. */
export class TreeBlobs {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #blobs: BlobReader;
  /** In the order of last use, oldest first. */
  readonly #blocks = new Map<number, Buffer>();
  /** Where the blobs of each pack end. */
  readonly #packEnds = new Map<number, number>();
  #sealed = Buffer.allocUnsafeSlow(START_BYTES);
  #payload = Buffer.allocUnsafeSlow(START_BYTES);
  #plain = Buffer.allocUnsafeSlow(START_BYTES);

  constructor(repository: Repository, index: RepositoryIndex) {
    this.#repository = repository;
    this.#index = index;
    this.#blobs = new BlobReader(repository, index);
  }

  /** Fetches what the trees need, in parallel. What cannot be read shows when the tree is. */
  async prefetch(entries: readonly number[], signal?: AbortSignal): Promise<void> {
    const wanted = new Set<number>();
    for (const entry of entries) {
      if (this.#index.table.length(entry) > MAX_SEALED_BYTES) continue;
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
   * The tree's plaintext, valid until the next call; undefined when it is not among what was prefetched, or is damaged
   * there: then `read` must be asked.
   */
  open(entry: number): Buffer | undefined {
    const { table } = this.#index;
    const plainLength = table.plainLength(entry);
    if (table.length(entry) > MAX_SEALED_BYTES || plainLength > MAX_PLAIN_BYTES) return undefined;
    const sealed = this.#sealedBytes(entry);
    if (sealed === undefined) return undefined;
    try {
      const plain = this.#decode(sealed, plainLength, table.uncompressedLength(entry) !== 0);
      const matches = plain !== undefined && hash('sha256', plain, 'buffer').equals(table.idBytes(entry));
      return matches ? plain : undefined;
    } catch (error) {
      if (isEngineError(error, 'corrupt')) return undefined;
      throw error;
    }
  }

  /** Tries every copy. Errors: those of BlobReader. */
  read(entry: number, signal?: AbortSignal): Promise<Buffer> {
    return this.#blobs.read('tree', this.#index.table.idHex(entry), signal);
  }

  #decode(sealed: Buffer, plainLength: number, compressed: boolean): Buffer | undefined {
    const { sealer, zstd } = this.#repository;
    if (this.#payload.length < sealed.length) this.#payload = Buffer.allocUnsafeSlow(sealed.length * 2);
    if (this.#plain.length < plainLength) this.#plain = Buffer.allocUnsafeSlow(plainLength * 2);
    const payload = this.#payload.subarray(0, sealer.openInto(sealed, this.#payload, 0));
    if (!compressed) return payload;
    const plain = this.#plain.subarray(0, plainLength);
    return zstd.decompressInto(payload, plain) === plainLength ? plain : undefined;
  }

  #sealedBytes(entry: number): Buffer | undefined {
    const { table } = this.#index;
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
    const { table } = this.#index;
    const pack = table.pack(entry) * BLOCKS_A_PACK;
    const offset = table.offset(entry);
    const last = Math.floor((offset + table.length(entry) - 1) / BLOCK_BYTES);
    for (let block = Math.floor(offset / BLOCK_BYTES); block <= last; block++) yield pack + block;
  }

  async #fetch(key: number, signal?: AbortSignal): Promise<void> {
    const pack = Math.floor(key / BLOCKS_A_PACK);
    const offset = (key % BLOCKS_A_PACK) * BLOCK_BYTES;
    const length = Math.min(BLOCK_BYTES, this.#packEnd(pack) - offset);
    try {
      const ref = this.#repository.packRef(this.#index.packId(pack));
      this.#blocks.set(key, await this.#repository.backend.read(ref, { offset, length }, signal));
    } catch (error) {
      // A pack that is missing or cut short; `read` finds other copies, or says what is wrong.
      if (!(error instanceof EngineError) || error.code === 'cancelled') throw error;
    }
  }

  #packEnd(pack: number): number {
    const known = this.#packEnds.get(pack);
    if (known !== undefined) return known;
    const { table } = this.#index;
    const entries = this.#index.packEntries(pack);
    let end = 0;
    for (let i = 0; i < entries.count; i++)
      end = Math.max(end, table.offset(entries.at(i)) + table.length(entries.at(i)));
    this.#packEnds.set(pack, end);
    return end;
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
