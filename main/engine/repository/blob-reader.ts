import { hash } from 'node:crypto';
import type { BlobType } from '../base/blob-type.ts';
import { EngineError, isEngineError } from '../base/errors.ts';
import { shortId, type BlobId } from '../base/ids.ts';
import { SEAL_OVERHEAD } from '../crypto/sealer.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from './repository.ts';

/**
 * Reads single blobs through the index: ranged read, MAC, decompression, hash. For whole snapshots the restorer and check
 * read pack by pack in workers instead.
 */
export class BlobReader {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;

  constructor(repository: Repository, index: RepositoryIndex) {
    this.#repository = repository;
    this.#index = index;
  }

  get index(): RepositoryIndex {
    return this.#index;
  }

  has(type: BlobType, id: BlobId): boolean {
    return this.#index.table.findHex(type, id) >= 0;
  }

  /** Plaintext size in bytes by the index. Errors: `blob_not_found`. */
  plainLength(type: BlobType, id: BlobId): number {
    return this.#index.table.plainLength(this.#find(type, id));
  }

  /**
   * The verified plaintext. A copy that cannot be read is passed over for the next one, as restic does (repository-format,
   * section 8). Errors: `blob_not_found` when no index names it, `corrupt` when every copy is damaged or gone.
   */
  async read(type: BlobType, id: BlobId, signal?: AbortSignal): Promise<Buffer> {
    const { table } = this.#index;
    let failure: unknown;
    for (let entry = this.#find(type, id); entry >= 0; entry = table.nextCopy(entry)) {
      if (!table.isStored(entry)) continue;
      try {
        return await this.#readCopy(entry, id, signal);
      } catch (error) {
        if (isEngineError(error, 'cancelled')) throw error;
        failure = error;
      }
    }
    if (isEngineError(failure) && failure.code !== 'corrupt' && failure.code !== 'not_found') throw failure;
    const reason = failure instanceof Error ? ` ${failure.message}` : '';
    throw new EngineError('corrupt', `The ${type} blob ${id} cannot be read from any pack.${reason}`, {
      cause: failure,
      context: { type, blobId: id },
    });
  }

  #find(type: BlobType, id: BlobId): number {
    const entry = this.#index.table.findHex(type, id);
    if (entry >= 0) return entry;
    throw new EngineError(
      'blob_not_found',
      `The ${type} blob ${id} is in no index of ${this.#repository.location}. "guardit repo repair index" may find it again.`,
      { context: { type, blobId: id } },
    );
  }

  async #readCopy(entry: number, id: BlobId, signal?: AbortSignal): Promise<Buffer> {
    const { table } = this.#index;
    const { backend, sealer, zstd } = this.#repository;
    const packId = this.#index.packId(table.pack(entry));
    const range = { offset: table.offset(entry), length: table.length(entry) };
    const sealed = await backend.read({ type: 'pack', id: packId }, range, signal);
    const where = `blob ${shortId(id)} in pack ${packId}`;
    const payload = sealer.open(sealed);
    const plainLength = table.plainLength(entry);
    const compressed = table.uncompressedLength(entry) !== 0;
    const plaintext = compressed ? zstd.decompress(payload, plainLength) : payload;
    if (plaintext.length !== plainLength || (!compressed && plainLength !== range.length - SEAL_OVERHEAD)) {
      throw new EngineError('corrupt', `${where} has ${plaintext.length} bytes where the index says ${plainLength}.`);
    }
    if (hash('sha256', plaintext, 'hex') !== id) {
      throw new EngineError('corrupt', `${where} does not match its id.`, { context: { packId, blobId: id } });
    }
    return plaintext;
  }
}
