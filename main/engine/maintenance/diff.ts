import { throwIfAborted } from '../base/abort.ts';
import { isEngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import { rawBytes, rawText, type RawPath } from '../base/raw-path.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { childPath, ROOT_PATH } from '../snapshot/node-path.ts';
import type { Node } from '../snapshot/node.ts';
import { findSnapshot } from '../snapshot/snapshot-store.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { TreeReader } from '../snapshot/tree-reader.ts';
import { pairNodes, sameContent, sameNode } from './diff-nodes.ts';
import { BLOB_SIDES, countNode, DiffBlobs, emptySide, type DiffSide } from './diff-stats.ts';
import { findFolderTree } from './find-folder-tree.ts';
import { underLock, type LockChoice } from './operation-lock.ts';

export interface DiffChange {
  /** Folders end with a slash. */
  readonly path: RawPath;
  /**
   * `+` only in the second snapshot, `-` only in the first, `T` another type, `M` other content, `U` other metadata. `M?` is
   * other content under the very same metadata: the file was probably damaged where it came from.
   */
  readonly modifier: string;
}

export interface DiffOptions extends OperationOptions {
  /** Also report entries of which only metadata changed. */
  readonly metadata?: boolean;
  readonly lock?: LockChoice;
  /** In the order of paths. */
  readonly onChange?: (change: DiffChange) => void;
}

export interface DiffResult {
  readonly before: StoredSnapshot;
  readonly after: StoredSnapshot;
  readonly changedFiles: number;
  readonly added: Readonly<DiffSide>;
  readonly removed: Readonly<DiffSide>;
}

/**
 * What changed from one snapshot to another; each may be `latest`, an id, or either with `:subfolder`. A folder that can't be
 * read is a warning, and its content counts on neither side.
 */
export function diffSnapshots(
  repository: Repository,
  before: string,
  after: string,
  options: DiffOptions = {},
): Promise<DiffResult> {
  return underLock(repository, 'shared', options.lock, options.signal, async (signal) => {
    const first = await findSnapshot(repository, before, {}, signal);
    const second = await findSnapshot(repository, after, {}, signal);
    const index = await loadIndex(repository, { ...options, ...(signal ? { signal } : {}) });
    const trees = new TreeReader(new BlobReader(repository, index));
    const comparison = new Comparison(trees, new DiffBlobs(index), { ...options, ...(signal ? { signal } : {}) });
    const left = await findFolderTree(trees, first.snapshot.tree, first.subfolder, signal);
    const right = await findFolderTree(trees, second.snapshot.tree, second.subfolder, signal);
    await comparison.compareRoots(left, right);
    return { before: first.snapshot, after: second.snapshot, ...comparison.finish() };
  });
}

class Comparison {
  readonly #trees: TreeReader;
  readonly #blobs: DiffBlobs;
  readonly #options: DiffOptions;
  readonly #added = emptySide();
  readonly #removed = emptySide();
  #changedFiles = 0;

  constructor(trees: TreeReader, blobs: DiffBlobs, options: DiffOptions) {
    this.#trees = trees;
    this.#blobs = blobs;
    this.#options = options;
  }

  async compareRoots(left: BlobId, right: BlobId): Promise<void> {
    this.#blobs.mark(BLOB_SIDES.before, 'tree', left);
    this.#blobs.mark(BLOB_SIDES.after, 'tree', right);
    if (left === right) await this.#collectCommon(left, ROOT_PATH);
    else await this.#compareFolders(left, right, ROOT_PATH);
  }

  finish(): Pick<DiffResult, 'changedFiles' | 'added' | 'removed'> {
    const onUnknown = (type: string, id: BlobId) => this.#warn(`${type} blob ${id}`, 'No index knows its size.');
    this.#blobs.addUp(BLOB_SIDES.before, this.#removed, onUnknown);
    this.#blobs.addUp(BLOB_SIDES.after, this.#added, onUnknown);
    return { changedFiles: this.#changedFiles, added: this.#added, removed: this.#removed };
  }

  async #compareFolders(left: BlobId, right: BlobId, folder: RawPath): Promise<void> {
    const { signal } = this.#options;
    throwIfAborted(signal);
    const [before, after] = await Promise.all([this.#trees.read(left, signal), this.#trees.read(right, signal)]);
    for (const pair of pairNodes(before, after)) {
      if (pair.before) this.#blobs.markNode(BLOB_SIDES.before, pair.before);
      if (pair.after) this.#blobs.markNode(BLOB_SIDES.after, pair.after);
      if (pair.before && pair.after) await this.#compareNodes(pair.before, pair.after, folder);
      else if (pair.before) await this.#reportAlone(pair.before, folder, '-');
      else if (pair.after) await this.#reportAlone(pair.after, folder, '+');
    }
  }

  async #compareNodes(before: Node, after: Node, folder: RawPath): Promise<void> {
    const path = childPath(folder, after);
    const modifier = this.#modifierOf(before, after);
    if (modifier !== '') this.#report(path, after, modifier);
    if (before.subtree === undefined || after.subtree === undefined) return;
    if (before.type !== 'dir' || after.type !== 'dir') return;
    const [left, right] = [before.subtree, after.subtree];
    await this.#tolerating(path, () => {
      return left === right ? this.#collectCommon(left, path) : this.#compareFolders(left, right, path);
    });
  }

  #modifierOf(before: Node, after: Node): string {
    const type = before.type === after.type ? '' : 'T';
    if (before.type === 'file' && after.type === 'file' && !sameContent(before, after)) {
      this.#changedFiles++;
      const unnoticed = sameNode({ ...before, content: [] }, { ...after, content: [] });
      return type + (unnoticed ? 'M?' : 'M');
    }
    return type + (this.#options.metadata === true && !sameNode(before, after) ? 'U' : '');
  }

  /** An entry that only one snapshot has, with everything below it. */
  async #reportAlone(node: Node, folder: RawPath, modifier: '+' | '-'): Promise<void> {
    const [side, blobSide] = modifier === '+' ? [this.#added, BLOB_SIDES.after] : [this.#removed, BLOB_SIDES.before];
    const path = childPath(folder, node);
    this.#report(path, node, modifier);
    countNode(side, node.type);
    this.#blobs.markNode(blobSide, node);
    const { subtree } = node;
    if (node.type !== 'dir' || subtree === undefined) return;
    await this.#tolerating(path, async () => {
      throwIfAborted(this.#options.signal);
      for (const child of await this.#trees.read(subtree, this.#options.signal)) {
        await this.#reportAlone(child, path, modifier);
      }
    });
  }

  /** What lies below a folder that both have. Its own blob is on both sides already. */
  async #collectCommon(treeId: BlobId, path: RawPath): Promise<void> {
    throwIfAborted(this.#options.signal);
    for (const node of await this.#trees.read(treeId, this.#options.signal)) {
      if (node.type !== 'dir' || node.subtree === undefined) {
        this.#blobs.markNode(BLOB_SIDES.common, node);
      } else if (this.#blobs.mark(BLOB_SIDES.common, 'tree', node.subtree)) {
        const { subtree } = node;
        const below = childPath(path, node);
        await this.#tolerating(below, () => this.#collectCommon(subtree, below));
      }
    }
  }

  async #tolerating(path: RawPath, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isEngineError(error, 'corrupt') && !isEngineError(error, 'blob_not_found')) throw error;
      this.#warn(rawText(path), error.message);
    }
  }

  #report(path: RawPath, node: Node, modifier: string): void {
    const isFolder = node.type === 'dir';
    this.#options.onChange?.({ path: isFolder ? withSlash(path) : path, modifier });
  }

  #warn(item: string, message: string): void {
    this.#options.onWarning?.({ item, message, during: 'diff' });
  }
}

function withSlash(path: RawPath): RawPath {
  return typeof path === 'string' ? path + '/' : Buffer.concat([rawBytes(path), Buffer.from('/')]);
}
