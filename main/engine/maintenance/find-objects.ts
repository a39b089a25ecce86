import { EngineError } from '../base/errors.ts';
import { isFullId, type BlobId, type PackId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import { rawText } from '../base/raw-path.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { BlobReader } from '../repository/blob-reader.ts';
import { resolveIdPrefix } from '../repository/id-prefix.ts';
import { loadIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';
import { ROOT_PATH } from '../snapshot/node-path.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { TreeReader } from '../snapshot/tree-reader.ts';
import { lockedIteration } from './locked-iteration.ts';
import type { LockChoice } from './operation-lock.ts';
import { selectSnapshots, type SnapshotSelection } from './select-snapshots.ts';
import { walkSnapshot } from './snapshot-walk.ts';

export interface FindObjectsOptions extends OperationOptions, SnapshotSelection {
  /** Ids, or their first digits: any number for packs, eight or more for blobs and trees. */
  readonly blobs?: readonly string[];
  readonly trees?: readonly string[];
  /** Stands for all blobs and trees in these packs. */
  readonly packs?: readonly string[];
  readonly lock?: LockChoice;
}

/** Where a blob or a tree is needed; restic's field names are in `foundObjectJson`. */
export interface FoundObject {
  readonly type: 'blob' | 'tree';
  readonly id: BlobId;
  readonly path: string;
  /** The folder's tree that names the blob. */
  readonly parentTree: BlobId | undefined;
  readonly packId: PackId | undefined;
  readonly snapshot: StoredSnapshot;
}

const MIN_PREFIX = 8;
const PREFIX = /^[0-9a-f]{8,64}$/;

/**
 * The files that need certain blobs and the folders that certain trees are, in every selected snapshot. A file comes once
 * for each blob, however often the blob is in it: restic repeats it, a million times for a large file of zeros.
 * Errors: `invalid_argument`, `not_found` for an unknown pack, `snapshot_not_found`, `corrupt`.
 */
export function findObjects(
  repository: Repository,
  options: FindObjectsOptions,
): AsyncGenerator<FoundObject, void, undefined> {
  const blobs = new IdSet(options.blobs ?? []);
  const trees = new IdSet(options.trees ?? []);
  if (blobs.isEmpty && trees.isEmpty && (options.packs ?? []).length === 0) {
    throw new EngineError('invalid_argument', 'Nothing to find: give the ids of blobs, trees or packs.');
  }
  return lockedIteration(repository, options.lock, options.signal, async function* (signal) {
    const snapshots = await selectSnapshots(repository, options, signal);
    const index = await loadIndex(repository, { ...options, ...(signal ? { signal } : {}) });
    for (const pack of options.packs ?? []) addPack(index, pack, { data: blobs, tree: trees });
    const reader = new TreeReader(new BlobReader(repository, index));
    for (const snapshot of snapshots) {
      if (trees.has(snapshot.tree)) yield foundTree(index, snapshot.tree, ROOT_PATH, undefined, snapshot);
      for await (const { path, node, parentTree } of walkSnapshot(reader, snapshot.tree, { signal })) {
        if (node.type === 'dir' && node.subtree !== undefined && trees.has(node.subtree)) {
          yield foundTree(index, node.subtree, rawText(path), parentTree, snapshot);
        }
        if (node.type !== 'file' || node.content === null || blobs.isEmpty) continue;
        for (const id of new Set(node.content)) {
          if (!blobs.has(id)) continue;
          yield { type: 'blob', id, path: rawText(path), parentTree, packId: packOf(index, 'data', id), snapshot };
        }
      }
    }
  });
}

function foundTree(
  index: RepositoryIndex,
  id: BlobId,
  path: string,
  parentTree: BlobId | undefined,
  snapshot: StoredSnapshot,
): FoundObject {
  return { type: 'tree', id, path, parentTree, packId: packOf(index, 'tree', id), snapshot };
}

function packOf(index: RepositoryIndex, type: 'data' | 'tree', id: BlobId): PackId | undefined {
  const entry = index.table.findHex(type, id);
  return entry < 0 ? undefined : index.packId(index.table.pack(entry));
}

function addPack(index: RepositoryIndex, prefix: string, sets: Readonly<Record<'data' | 'tree', IdSet>>): void {
  const ids = Array.from({ length: index.packCount }, (_, number) => index.packId(number));
  const pack = index.packNumber(resolveIdPrefix(ids, prefix, 'pack'));
  const entries = index.packEntries(pack);
  for (let i = 0; i < entries.count; i++) {
    const entry = index.table.primary(entries.at(i));
    sets[index.table.type(entry)].add(index.table.idHex(entry));
  }
}

/** Full ids, and beginnings of ids by their length. */
class IdSet {
  readonly #full = new Set<string>();
  readonly #prefixes = new Map<number, Set<string>>();

  constructor(ids: readonly string[]) {
    for (const text of ids) {
      const id = text.toLowerCase();
      if (!PREFIX.test(id)) {
        throw new EngineError(
          'invalid_argument',
          `"${text}" is not the id of a blob or tree: expected ${MIN_PREFIX} to 64 hex digits.`,
        );
      }
      if (isFullId(id)) this.#full.add(id);
      else this.#prefixes.set(id.length, (this.#prefixes.get(id.length) ?? new Set()).add(id));
    }
  }

  get isEmpty(): boolean {
    return this.#full.size === 0 && this.#prefixes.size === 0;
  }

  add(id: BlobId): void {
    this.#full.add(id);
  }

  has(id: BlobId): boolean {
    if (this.#full.has(id)) return true;
    for (const [length, prefixes] of this.#prefixes) if (prefixes.has(id.slice(0, length))) return true;
    return false;
  }
}
