import {
  BlobReader,
  isEngineError,
  loadIndex,
  refreshIndex,
  resolveSnapshotId,
  SnapshotFileSystem,
  type Repository,
  type RepositoryIndex,
} from '../../../engine/index.ts';

/** Snapshots that are kept open, each with caches of these sizes. */
const MAX_SNAPSHOTS = 8;
const TREE_CACHE_BYTES = 8 * 1024 * 1024;
const BLOB_CACHE_BYTES = 16 * 1024 * 1024;

/**
 * The snapshots of one repository that somebody looks around in. No lock is held, so that nobody keeps a prune waiting: when one
 * took something away, the index tells, everything is opened anew, and what is really gone is an error.
 */
export class OpenSnapshots {
  readonly #repository: Repository;
  #index: Promise<RepositoryIndex> | undefined;
  /** The one used last is the last one. */
  readonly #open = new Map<string, Promise<SnapshotFileSystem>>();

  #generation = 0;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /** Does `work` on a snapshot, and once more when the repository has changed under it. Errors: `snapshot_not_found` and those of `work`. */
  async with<Result>(snapshotId: string, work: (files: SnapshotFileSystem) => Promise<Result>): Promise<Result> {
    const since = this.#generation;
    try {
      return await work(await this.#get(snapshotId));
    } catch (error) {
      if (!(await this.renewAfter(error, since))) throw error;
      return work(await this.#get(snapshotId));
    }
  }

  /** Grows whenever everything is read anew. */
  get generation(): number {
    return this.#generation;
  }

  /**
   * Whether an error may come from what somebody else has changed: then the next `with` works on what there is now. `since`: the
   * generation that the failed work began with.
   */
  async renewAfter(error: unknown, since: number): Promise<boolean> {
    return mayBeStale(error) && (this.#generation !== since || (await this.renewIfStale()));
  }

  /** True when something that had been read is gone, so that the next `with` reads everything anew. */
  async renewIfStale(): Promise<boolean> {
    const before = this.#index;
    const known = await before?.catch(() => undefined);
    if (known === undefined) return true;
    const stored = new Set<string>(await this.#repository.unpacked.listIds('index'));
    if (known.indexIds.every((id) => stored.has(id))) return false;
    if (this.#index === before) {
      this.#index = undefined;
      this.#renew();
    }
    return true;
  }

  #renew(): void {
    this.#generation++;
    this.#open.clear();
  }

  #get(snapshotId: string): Promise<SnapshotFileSystem> {
    const known = this.#open.get(snapshotId);
    const files = known ?? this.#openNew(snapshotId);
    this.#open.delete(snapshotId);
    this.#open.set(snapshotId, files);
    files.catch(() => {
      if (this.#open.get(snapshotId) === files) this.#open.delete(snapshotId);
    });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MAX_SNAPSHOTS) break;
      this.#open.delete(oldest);
    }
    return files;
  }

  /** In this order: the index must not be older than the snapshot. */
  async #openNew(snapshotId: string): Promise<SnapshotFileSystem> {
    const id = await resolveSnapshotId(this.#repository, snapshotId);
    const index = await this.#freshIndex();
    return SnapshotFileSystem.open(this.#repository, id, {
      blobs: new BlobReader(this.#repository, index),
      lock: 'none',
      treeCacheBytes: TREE_CACHE_BYTES,
      blobCacheBytes: BLOB_CACHE_BYTES,
    });
  }

  /** One after the other: two that read the same new index file would enter it twice. */
  #freshIndex(): Promise<RepositoryIndex> {
    const before = this.#index;
    const index = before ? this.#renewed(before) : loadIndex(this.#repository);
    this.#index = index;
    index.catch(() => {
      if (this.#index === index) this.#index = undefined;
    });
    return index;
  }

  async #renewed(before: Promise<RepositoryIndex>): Promise<RepositoryIndex> {
    const index = await before;
    if (await refreshIndex(this.#repository, index)) return index;
    this.#renew();
    return loadIndex(this.#repository);
  }
}

/** A pack that is gone looks like damage. */
function mayBeStale(error: unknown): boolean {
  if (!isEngineError(error)) return false;
  return error.code === 'corrupt' || error.code === 'blob_not_found' || error.code === 'not_found';
}
