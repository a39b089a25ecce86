import { hash } from 'node:crypto';
import { join } from 'node:path';
import { stagedFileName } from '../backend/staging.ts';
import { BLOB_TYPE_CODE, type BlobType } from '../base/blob-type.ts';
import { idToBytes, type BlobId } from '../base/ids.ts';
import { looksIncompressible } from '../compression/incompressible.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { PackWriter, type FinishedPack } from '../pack/pack-writer.ts';
import { IndexSaver } from '../repository/index-saver.ts';
import type { Repository } from '../repository/repository.ts';

/**
 * Adds single blobs to a repository from this thread: for a handful of new trees, not for a backup. Nothing of it can be
 * found before `flush` is over.
 */
export class BlobWriter {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #writers: Readonly<Record<BlobType, PackWriter>>;
  readonly #finished: FinishedPack[] = [];

  private constructor(repository: Repository, index: RepositoryIndex, stagingFolder: string) {
    this.#repository = repository;
    this.#index = index;
    const writer = (type: BlobType) =>
      new PackWriter({
        type,
        sealer: repository.sealer,
        ids: index.table,
        nextPath: () => join(stagingFolder, stagedFileName()),
        onPack: (pack) => this.#finished.push(pack),
      });
    this.#writers = { data: writer('data'), tree: writer('tree') };
  }

  static async open(repository: Repository, index: RepositoryIndex): Promise<BlobWriter> {
    return new BlobWriter(repository, index, await repository.backend.stagingFolder());
  }

  /** A blob that the index has already is not written again. */
  add(type: BlobType, plaintext: Uint8Array): BlobId {
    const id = hash('sha256', plaintext, 'hex') as BlobId;
    const claimed = this.#index.table.claim(BLOB_TYPE_CODE[type], idToBytes(id));
    if (claimed >= 0) return id;
    const { payload, uncompressedLength } = this.#encode(type, plaintext);
    this.#writers[type].addBlob(~claimed, payload, uncompressedLength);
    return id;
  }

  /** Packs first, then the index that names them; durable when it resolves. */
  async flush(): Promise<void> {
    for (const writer of Object.values(this.#writers)) writer.finish();
    const { backend } = this.#repository;
    const saver = new IndexSaver(this.#repository, this.#index);
    for (let pack = this.#finished.shift(); pack !== undefined; pack = this.#finished.shift()) {
      await backend.writeStaged(this.#repository.packRef(pack.id), pack.path, pack.sizeBytes);
      saver.add(pack.id, pack.entries);
    }
    await saver.flush();
  }

  #encode(type: BlobType, plaintext: Uint8Array): { payload: Uint8Array; uncompressedLength: number } {
    const stored = { payload: plaintext, uncompressedLength: 0 };
    if (this.#repository.config.version < 2 || plaintext.length === 0) return stored;
    if (type === 'data' && looksIncompressible(plaintext)) return stored;
    return { payload: this.#repository.zstd.compress(plaintext), uncompressedLength: plaintext.length };
  }
}
