import { hash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { BlobId } from '../base/ids.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import type { Repository } from '../repository/repository.ts';

const MAX_OPEN_PACKS = 16;
/** Trees fetched ahead from a backend that is far away. */
const MAX_AHEAD = 16;

/**
 * Reads the trees of one snapshot. From a local folder synchronously, through files that stay open: a tree is small, and
 * asynchronous reads would cost more than the work. From elsewhere with some trees fetched ahead. Whatever goes wrong is
 * left to BlobReader, which tries other copies and finds the words.
 */
export class TreeLoader {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #blobs: BlobReader;
  readonly #packs = new Map<number, number>();
  readonly #ahead = new Map<BlobId, Promise<Buffer>>();
  readonly #signal: AbortSignal | undefined;

  constructor(repository: Repository, index: RepositoryIndex, signal?: AbortSignal) {
    this.#repository = repository;
    this.#index = index;
    this.#blobs = new BlobReader(repository, index);
    this.#signal = signal;
  }

  /** The tree's verified bytes. Errors as in BlobReader. */
  load(treeId: BlobId): Buffer | Promise<Buffer> {
    const ahead = this.#ahead.get(treeId);
    this.#ahead.delete(treeId);
    if (ahead) return ahead;
    try {
      const bytes = this.#loadLocal(treeId);
      if (bytes) return bytes;
    } catch {
      // Read again below, with every copy.
    }
    return this.#blobs.read('tree', treeId, this.#signal);
  }

  /** Says that a tree will be asked for soon. */
  expect(treeId: BlobId): void {
    if (this.#ahead.size >= MAX_AHEAD || this.#ahead.has(treeId) || this.#isLocal()) return;
    const reading = this.#blobs.read('tree', treeId, this.#signal);
    // A failure is the asker's business, and there may be no asker.
    reading.catch(() => undefined);
    this.#ahead.set(treeId, reading);
  }

  close(): void {
    for (const fd of this.#packs.values()) closeSync(fd);
    this.#packs.clear();
  }

  #isLocal(): boolean {
    return this.#repository.backend.localPath({ type: 'config' }) !== undefined;
  }

  #loadLocal(treeId: BlobId): Buffer | undefined {
    const { table } = this.#index;
    const entry = table.findHex('tree', treeId);
    if (entry < 0 || !table.isStored(entry)) return undefined;
    const fd = this.#openPack(table.pack(entry));
    if (fd === undefined) return undefined;
    const sealed = Buffer.allocUnsafe(table.length(entry));
    if (readSync(fd, sealed, 0, sealed.length, table.offset(entry)) !== sealed.length) return undefined;
    const payload = this.#repository.sealer.open(sealed);
    const isCompressed = table.uncompressedLength(entry) !== 0;
    const bytes = isCompressed ? this.#repository.zstd.decompress(payload, table.plainLength(entry)) : payload;
    return hash('sha256', bytes, 'hex') === treeId ? bytes : undefined;
  }

  #openPack(pack: number): number | undefined {
    const known = this.#packs.get(pack);
    if (known !== undefined) return known;
    const path = this.#repository.backend.localPath({ type: 'pack', id: this.#index.packId(pack) });
    if (path === undefined) return undefined;
    const [oldest] = this.#packs;
    if (oldest && this.#packs.size >= MAX_OPEN_PACKS) {
      closeSync(oldest[1]);
      this.#packs.delete(oldest[0]);
    }
    const fd = openSync(path, 'r');
    this.#packs.set(pack, fd);
    return fd;
  }
}
