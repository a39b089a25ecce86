import { throwIfAborted } from '../base/abort.ts';
import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import { rawFromBytes, rawText, type RawPath } from '../base/raw-path.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { LockOptions, RepositoryLock } from '../repository/repository-lock.ts';
import type { Repository } from '../repository/repository.ts';
import { GO_MODE } from '../snapshot/go-mode.ts';
import { childPath, pathNames, ROOT_PATH } from '../snapshot/node-path.ts';
import { makeNode, type Node } from '../snapshot/node.ts';
import type { SnapshotFilter } from '../snapshot/snapshot-filter.ts';
import { findSnapshot } from '../snapshot/snapshot-store.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { abortable } from './abortable.ts';
import { ByteCache } from './byte-cache.ts';
import { CachedBlobs } from './cached-blobs.ts';
import { FileContent } from './file-content.ts';
import { PagedTree } from './paged-tree.ts';

const DEFAULT_TREE_CACHE_BYTES = 32 * 1024 * 1024;
const DEFAULT_PAGE = 1000;
const MAX_PAGE = 10_000;
const CURSOR = /^\d{1,10}$/;

export interface OpenSnapshotOptions extends OperationOptions {
  /** What `latest` means. */
  readonly filter?: SnapshotFilter;
  /** A reader over an index that is loaded already; it must not be older than the snapshot. */
  readonly blobs?: BlobReader;
  /** Default: a shared lock until `close`. `none` where the caller holds one, and for media that can't be written. */
  readonly lock?: Omit<LockOptions, 'signal'> | 'none';
  readonly treeCacheBytes?: number;
  readonly blobCacheBytes?: number;
}

export interface SnapshotEntry {
  /** From the opened folder down, `/` between names. */
  readonly path: RawPath;
  readonly node: Node;
}

export interface ReadDirOptions {
  /** `nextCursor` of the page before; default: the first page. */
  readonly cursor?: string | undefined;
  /** Entries a page, 1 to 10,000; default 1000. */
  readonly limit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface DirectoryPage {
  /** In the stored order: by the names' bytes. */
  readonly entries: readonly SnapshotEntry[];
  /** Undefined on the last page. Stays good for as long as the snapshot exists. */
  readonly nextCursor: string | undefined;
  /** Entries in the whole folder. */
  readonly total: number;
}

/**
 * A snapshot to look around in: folders page by page, any byte range of any file. Paths are absolute in the snapshot; a
 * symbolic link is an entry like others and is never followed. Nothing is written.
 *
 * Errors of all calls: `path_not_found`, `invalid_argument`, `corrupt`, `blob_not_found`, `cancelled`, `lock_lost`.
 */
export class SnapshotFileSystem {
  readonly snapshot: StoredSnapshot;
  /** The folder that `/` stands for: the snapshot's root, or the subfolder that was opened. */
  #root: BlobId;
  readonly #blobReader: BlobReader;
  readonly #blobs: CachedBlobs;
  readonly #trees: ByteCache<BlobId, PagedTree>;
  readonly #lock: RepositoryLock | undefined;

  private constructor(
    snapshot: StoredSnapshot,
    reader: BlobReader,
    lock: RepositoryLock | undefined,
    options: OpenSnapshotOptions,
  ) {
    this.snapshot = snapshot;
    this.#root = snapshot.tree;
    this.#blobReader = reader;
    this.#blobs = new CachedBlobs(reader, options.blobCacheBytes);
    this.#trees = new ByteCache(options.treeCacheBytes ?? DEFAULT_TREE_CACHE_BYTES, (tree) => tree.memoryBytes);
    this.#lock = lock;
  }

  /** `reference`: `latest`, an id or the start of one, with an optional `:subfolder`. Close it when done. */
  static async open(
    repository: Repository,
    reference: string,
    options: OpenSnapshotOptions = {},
  ): Promise<SnapshotFileSystem> {
    const { signal, onProgress } = options;
    const lock = options.lock === 'none' ? undefined : await repository.lock('shared', lockOptions(options));
    try {
      const { snapshot, subfolder } = await findSnapshot(repository, reference, options.filter, signal);
      const loading = { ...(signal ? { signal } : {}), ...(onProgress ? { onProgress } : {}) };
      const reader = options.blobs ?? new BlobReader(repository, await loadIndex(repository, loading));
      const opened = new SnapshotFileSystem(snapshot, reader, lock, options);
      if (subfolder !== '') opened.#root = await opened.#folderTree(subfolder, signal);
      return opened;
    } catch (error) {
      await lock?.release();
      throw error;
    }
  }

  async readDir(path: RawPath, options: ReadDirOptions = {}): Promise<DirectoryPage> {
    const { limit = DEFAULT_PAGE, signal } = options;
    const first = parseCursor(options.cursor);
    if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE) {
      throw new EngineError('invalid_argument', `A page has 1 to ${MAX_PAGE} entries, not ${limit}.`);
    }
    const tree = await this.#loadTree(await this.#folderTree(path, signal), signal);
    const parent = normalized(path);
    const entries = tree.page(first, limit).map((node) => ({ path: childPath(parent, node), node }));
    const end = first + entries.length;
    return { entries, nextCursor: end < tree.length ? String(end) : undefined, total: tree.length };
  }

  /** All entries of a folder in the stored order. */
  async *entries(path: RawPath, signal?: AbortSignal): AsyncGenerator<SnapshotEntry, void, undefined> {
    const tree = await this.#loadTree(await this.#folderTree(path, signal), signal);
    const parent = normalized(path);
    for (let index = 0; index < tree.length; index++) {
      const node = tree.nodeAt(index);
      yield { path: childPath(parent, node), node };
    }
  }

  /** The node of a file, folder or link. The root has none of its own: it gets the snapshot's time. */
  async stat(path: RawPath, signal?: AbortSignal): Promise<SnapshotEntry> {
    const names = pathNames(path);
    const node = names.length === 0 ? this.#rootNode() : await this.#lookUp(names, signal);
    return { path: normalized(path), node };
  }

  /** The content of a regular file. `entry`: as another call gave it, to spare the search. */
  async openFile(path: RawPath | SnapshotEntry, signal?: AbortSignal): Promise<FileContent> {
    const entry = typeof path === 'object' && 'node' in path ? path : await this.stat(path, signal);
    const { node } = entry;
    if (node.type === 'file') return new FileContent(node, this.#blobs);
    const target = node.type === 'symlink' ? ` to ${JSON.stringify(node.linkTarget)}, which is not followed` : '';
    throw new EngineError('invalid_argument', `${display(entry.path)} is not a file: type ${node.type}${target}.`, {
      context: { path: rawText(entry.path), type: node.type },
    });
  }

  /** Plaintext bytes in the cache of chunks, and bytes of folders. */
  get cachedBytes(): { readonly blobs: number; readonly trees: number } {
    return { blobs: this.#blobs.cachedBytes, trees: this.#trees.usedBytes };
  }

  /** Gives the lock back. */
  async close(): Promise<void> {
    await this.#lock?.release();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #folderTree(path: RawPath, signal: AbortSignal | undefined): Promise<BlobId> {
    const names = pathNames(path);
    if (names.length === 0) return this.#root;
    const node = await this.#lookUp(names, signal);
    if (node.type !== 'dir' || !node.subtree) throw notFound(path, `it is not a folder but of type ${node.type}`);
    return node.subtree;
  }

  async #lookUp(names: readonly Buffer[], signal: AbortSignal | undefined): Promise<Node> {
    let treeId = this.#root;
    for (const [depth, name] of names.entries()) {
      const tree = await this.#loadTree(treeId, signal);
      const index = tree.find(name);
      if (index < 0) throw notFound(pathOf(names), `${display(pathOf(names.slice(0, depth)))} has no such entry`);
      const node = tree.nodeAt(index);
      if (depth === names.length - 1) return node;
      if (node.type !== 'dir' || !node.subtree) {
        const at = display(pathOf(names.slice(0, depth + 1)));
        throw notFound(pathOf(names), `${at} is not a folder but of type ${node.type}`);
      }
      treeId = node.subtree;
    }
    return this.#rootNode();
  }

  #loadTree(treeId: BlobId, signal: AbortSignal | undefined): Promise<PagedTree> {
    throwIfAborted(signal);
    // Its reason says that the lock was lost.
    this.#lock?.signal.throwIfAborted();
    const load = async () => PagedTree.parse(await this.#blobReader.read('tree', treeId), treeId);
    return abortable(this.#trees.get(treeId, load), signal);
  }

  #rootNode(): Node {
    const { time } = this.snapshot;
    const mode = GO_MODE.dir + 0o755;
    return makeNode({ name: ROOT_PATH, type: 'dir', mode, mtime: time, atime: time, ctime: time, subtree: this.#root });
  }
}

function lockOptions({ lock, signal }: OpenSnapshotOptions): LockOptions {
  return { ...(typeof lock === 'object' ? lock : {}), ...(signal ? { signal } : {}) };
}

function parseCursor(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (!CURSOR.test(cursor))
    throw new EngineError('invalid_argument', `Not a cursor of a folder: "${cursor.slice(0, 40)}".`);
  return Number(cursor);
}

function pathOf(names: readonly Buffer[]): RawPath {
  return rawFromBytes(Buffer.concat(names.flatMap((name) => [Buffer.from('/'), name])));
}

function normalized(path: RawPath): RawPath {
  const names = pathNames(path);
  return names.length === 0 ? ROOT_PATH : pathOf(names);
}

function display(path: RawPath): string {
  return rawText(path) || ROOT_PATH;
}

function notFound(path: RawPath, reason: string): EngineError {
  return new EngineError('path_not_found', `${display(path)} is not in this snapshot: ${reason}.`, {
    context: { path: rawText(path) },
  });
}
