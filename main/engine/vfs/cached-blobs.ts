import type { BlobId } from '../base/ids.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { BlobReader } from '../repository/blob-reader.ts';
import { ByteCache } from './byte-cache.ts';

const DEFAULT_CACHE_BYTES = 64 * 1024 * 1024;
/** Blobs on their way ahead of a reader: enough to hide a network's latency. */
const MAX_AHEAD = 4;

/** Data blobs by their entry in the index, verified, the last ones kept. Shared by all open files of a snapshot. */
export class CachedBlobs {
  readonly index: RepositoryIndex;
  readonly #reader: BlobReader;
  readonly #cache: ByteCache<number, Buffer>;

  constructor(reader: BlobReader, cacheBytes = DEFAULT_CACHE_BYTES) {
    this.#reader = reader;
    this.index = reader.index;
    this.#cache = new ByteCache(cacheBytes, (blob) => blob.length);
  }

  get cachedBytes(): number {
    return this.#cache.usedBytes;
  }

  /** The number of a blob. Errors: `blob_not_found`. */
  entryOf(id: BlobId): number {
    // Asking for the length raises the error that names the blob and the way to repair.
    if (!this.#reader.has('data', id)) this.#reader.plainLength('data', id);
    return this.index.table.findHex('data', id);
  }

  /** Plaintext size in bytes. */
  lengthOf(entry: number): number {
    return this.index.table.plainLength(entry);
  }

  /** The plaintext, not to be changed: others get the same memory. Errors: those of BlobReader. */
  read(entry: number): Promise<Buffer> {
    return this.#cache.get(entry, () => this.#reader.read('data', this.index.table.idHex(entry)));
  }

  /** Starts to load a blob that will probably be wanted next, where there is room for it. */
  readAhead(entry: number): void {
    if (this.#cache.has(entry) || this.#cache.loadingCount >= MAX_AHEAD) return;
    if (this.lengthOf(entry) * 2 > this.#cache.capacityBytes) return;
    // A failure shows to whoever reads the blob.
    this.read(entry).catch(() => {});
  }
}
