import type { BlobId } from '../base/ids.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import type { Repository } from '../repository/repository.ts';
import type { ParentTree } from './archive-messages.ts';

/** Where workers find trees of the parent snapshot. */
export class ParentTreeLocator {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #reader: BlobReader;

  constructor(repository: Repository, index: RepositoryIndex) {
    this.#repository = repository;
    this.#index = index;
    this.#reader = new BlobReader(repository, index);
  }

  /** A slice of a local pack, or the tree itself from elsewhere. Throws or rejects when there is no such tree. */
  locate(id: BlobId): ParentTree | Promise<ParentTree> {
    const { table } = this.#index;
    const entry = table.findHex('tree', id);
    const packPath =
      entry >= 0 && table.isStored(entry) && table.nextCopy(entry) < 0
        ? this.#repository.backend.localPath(this.#repository.packRef(this.#index.packId(table.pack(entry))))
        : undefined;
    if (packPath === undefined) return this.#fetch(id);
    return {
      id,
      source: {
        packPath,
        offset: table.offset(entry),
        length: table.length(entry),
        plainLength: table.plainLength(entry),
        compressed: table.uncompressedLength(entry) !== 0,
      },
    };
  }

  /** Also for a tree that is stored more than once: the reader tries every copy. */
  async #fetch(id: BlobId): Promise<ParentTree> {
    return { id, source: { plaintext: await this.#reader.read('tree', id) } };
  }
}
