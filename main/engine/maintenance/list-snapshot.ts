import { EngineError } from '../base/errors.ts';
import type { OperationOptions } from '../base/progress.ts';
import { rawBytes, type RawPath } from '../base/raw-path.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import type { SnapshotFilter } from '../snapshot/snapshot-filter.ts';
import { findSnapshot } from '../snapshot/snapshot-store.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { TreeReader } from '../snapshot/tree-reader.ts';
import { findFolderTree } from './find-folder-tree.ts';
import { lockedIteration } from './locked-iteration.ts';
import type { LockChoice } from './operation-lock.ts';
import { walkSnapshot, type WalkedNode } from './snapshot-walk.ts';

const SLASH = 0x2f;

export interface ListSnapshotOptions extends OperationOptions {
  readonly filter?: SnapshotFilter;
  /** Absolute paths. Only they and what lies directly in them is listed; default: everything. */
  readonly folders?: readonly RawPath[];
  /** Everything below `folders`, not only what lies directly in them. */
  readonly recursive?: boolean;
  readonly lock?: LockChoice;
  /** Called once, before the first entry. */
  readonly onSnapshot?: (snapshot: StoredSnapshot) => void;
}

/**
 * What a snapshot holds, as `restic ls` selects and orders it. `reference` may name a subfolder.
 * Errors: `snapshot_not_found`, `path_not_found`, `invalid_argument`, `corrupt`.
 */
export function listSnapshot(
  repository: Repository,
  reference: string,
  options: ListSnapshotOptions = {},
): AsyncGenerator<WalkedNode, void, undefined> {
  const folders = (options.folders ?? []).map(cleanFolder);
  return lockedIteration(repository, options.lock, options.signal, async function* (signal) {
    const { snapshot, subfolder } = await findSnapshot(repository, reference, options.filter, signal);
    options.onSnapshot?.(snapshot);
    const index = await loadIndex(repository, { ...options, ...(signal ? { signal } : {}) });
    const trees = new TreeReader(new BlobReader(repository, index));
    const root = await findFolderTree(trees, snapshot.tree, subfolder, signal);
    const isListed = (path: RawPath) => folders.length === 0 || folders.some((folder) => contains(folder, path));
    const isOnTheWay = (path: RawPath) => folders.length === 0 || folders.some((folder) => contains(path, folder));
    const enter = ({ path }: WalkedNode) => isOnTheWay(path) || (options.recursive === true && isListed(path));
    for await (const walked of walkSnapshot(trees, root, { signal, enter })) {
      if (isListed(walked.path)) yield walked;
    }
  });
}

function cleanFolder(folder: RawPath): Buffer {
  const bytes = rawBytes(folder);
  if (bytes[0] !== SLASH) {
    throw new EngineError(
      'invalid_argument',
      `Folders to list must start with a slash: ${JSON.stringify(String(folder))}`,
    );
  }
  let end = bytes.length;
  while (end > 1 && bytes[end - 1] === SLASH) end--;
  return bytes.subarray(0, end);
}

/** Whether `path` is `folder` or lies below it. */
function contains(folder: RawPath, path: RawPath): boolean {
  const outer = rawBytes(folder);
  const inner = rawBytes(path);
  if (outer.length === 1) return true;
  if (!inner.subarray(0, outer.length).equals(outer)) return false;
  return inner.length === outer.length || inner[outer.length] === SLASH;
}
