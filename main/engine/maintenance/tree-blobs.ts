import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import type { Repository } from '../repository/repository.ts';
import { TreeBlocks, type TreeSource } from './tree-blocks.ts';

/** Reads many tree blobs: verified plaintexts. For one walk over the trees. */
export class TreeBlobs {
  readonly #index: RepositoryIndex;
  readonly #blobs: BlobReader;
  readonly #blocks: TreeBlocks;

  constructor(repository: Repository, index: RepositoryIndex) {
    this.#index = index;
    this.#blobs = new BlobReader(repository, index);
    this.#blocks = new TreeBlocks(repositoryTrees(repository, index));
  }

  /** Fetches what the trees need, in parallel. What cannot be read shows when the tree is. */
  prefetch(entries: readonly number[], signal?: AbortSignal): Promise<void> {
    return this.#blocks.prefetch(entries, signal);
  }

  /** The tree's plaintext, valid until the next call; when it is undefined, `read` must be asked. */
  open(entry: number): Buffer | undefined {
    return this.#blocks.open(entry);
  }

  /** Tries every copy. Errors: those of BlobReader. */
  read(entry: number, signal?: AbortSignal): Promise<Buffer> {
    return this.#blobs.read('tree', this.#index.table.idHex(entry), signal);
  }
}

/** Through the repository's backend, whatever that is. */
export function repositoryTrees(repository: Repository, index: RepositoryIndex): TreeSource {
  const { table } = index;
  const { sealer, zstd, backend } = repository;
  /** Where the blobs of each pack end. */
  const packEnds = new Map<number, number>();
  return {
    table,
    sealer,
    zstd,
    packEnd(pack) {
      const known = packEnds.get(pack);
      if (known !== undefined) return known;
      const end = packEndOf(index, pack);
      packEnds.set(pack, end);
      return end;
    },
    readPack: (pack, offset, length, signal) =>
      backend.read(repository.packRef(index.packId(pack)), { offset, length }, signal),
  };
}

/** Where the last of the pack's blobs ends. */
export function packEndOf(index: RepositoryIndex, pack: number): number {
  const { table } = index;
  const entries = index.packEntries(pack);
  let end = 0;
  for (let i = 0; i < entries.count; i++)
    end = Math.max(end, table.offset(entries.at(i)) + table.length(entries.at(i)));
  return end;
}
