import { throwIfAborted } from '../base/abort.ts';
import { isEngineError } from '../base/errors.ts';
import type { BlobId, SnapshotId } from '../base/ids.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import type { CheckReport } from './check-findings.ts';
import { TreeBlobs } from './tree-blobs.ts';
import { TreeScanner } from './tree-scanner.ts';

export interface AffectedSnapshot {
  readonly id: SnapshotId;
  /** Files and folders that cannot be restored completely, in the order of the walk; `/` for all of it. */
  readonly paths: readonly string[];
  /** More paths are concerned than are listed. */
  readonly more: boolean;
}

const MAX_PATHS_A_SNAPSHOT = 100;

/** Finds out which snapshots and paths need what the check found unusable. */
export async function findAffected(
  repository: Repository,
  index: RepositoryIndex,
  snapshots: readonly StoredSnapshot[],
  report: CheckReport,
  signal?: AbortSignal,
): Promise<AffectedSnapshot[]> {
  const search = new DamageSearch(repository, index, report, signal);
  const affected: AffectedSnapshot[] = [];
  for (const snapshot of snapshots) {
    const { paths, more } = await search.search(snapshot.tree);
    if (paths.length > 0) affected.push({ id: snapshot.id, paths, more });
  }
  return affected;
}

interface OpenFolder {
  readonly entry: number;
  readonly path: string;
  readonly children: { readonly id: BlobId; readonly name: string }[];
  clean: boolean;
}

/** Depth first with a stack of its own; folders that proved clean are never entered again. */
class DamageSearch {
  readonly #index: RepositoryIndex;
  readonly #report: CheckReport;
  readonly #signal: AbortSignal | undefined;
  readonly #trees: TreeBlobs;
  readonly #scanner = new TreeScanner();
  readonly #clean: Uint8Array;
  #paths: string[] = [];
  #more = false;

  constructor(repository: Repository, index: RepositoryIndex, report: CheckReport, signal: AbortSignal | undefined) {
    this.#index = index;
    this.#report = report;
    this.#signal = signal;
    this.#trees = new TreeBlobs(repository, index);
    this.#clean = new Uint8Array(index.table.entryCount);
  }

  async search(root: BlobId): Promise<{ paths: string[]; more: boolean }> {
    this.#paths = [];
    this.#more = false;
    const open: OpenFolder[] = [];
    await this.#enter(open, root, '');
    while (open.length > 0 && !this.#more) {
      const folder = open[open.length - 1];
      const child = folder?.children.pop();
      if (folder === undefined) break;
      if (child === undefined) {
        open.pop();
        if (folder.clean) this.#clean[folder.entry] = 1;
        else if (open.length > 0) this.#spoil(open);
      } else if (!(await this.#enter(open, child.id, `${folder.path}/${child.name}`))) folder.clean = false;
    }
    return { paths: this.#paths, more: this.#more };
  }

  #spoil(open: readonly OpenFolder[]): void {
    const parent = open[open.length - 1];
    if (parent) parent.clean = false;
  }

  /** False when the tree itself is unusable, which is reported as its folder's path. */
  async #enter(open: OpenFolder[], id: BlobId, path: string): Promise<boolean> {
    throwIfAborted(this.#signal);
    const entry = this.#index.table.findHex('tree', id);
    if (entry >= 0 && this.#clean[entry] === 1) return true;
    if (entry < 0 || this.#isBad(entry)) return this.#add(path === '' ? '/' : path);
    await this.#trees.prefetch([entry], this.#signal);
    try {
      const bytes = this.#trees.open(entry) ?? (await this.#trees.read(entry, this.#signal));
      open.push(this.#folderOf(bytes, entry, path));
      return true;
    } catch (error) {
      if (!isEngineError(error) || error.code === 'cancelled') throw error;
      return this.#add(path === '' ? '/' : path);
    }
  }

  #folderOf(bytes: Buffer, entry: number, path: string): OpenFolder {
    const tree = this.#scanner.scan(bytes, this.#index.table.idHex(entry));
    const folder: OpenFolder = { entry, path, children: [], clean: true };
    const id = new Uint8Array(32);
    for (let node = 0; node < tree.count; node++) {
      const subtree = tree.type(node) === 'dir' ? tree.subtree(node) : undefined;
      if (subtree !== undefined) folder.children.push({ id: subtree, name: tree.nameText(node) });
      if (tree.type(node) !== 'file') continue;
      let bad = tree.contentCount(node) < 0;
      for (let k = 0; k < tree.contentCount(node) && !bad; k++) {
        tree.contentId(node, k, id);
        const blob = this.#index.table.find(0, id);
        bad = blob < 0 || this.#isBad(blob);
      }
      if (bad) folder.clean = this.#add(`${path}/${tree.nameText(node)}`);
    }
    return folder;
  }

  /** Whether no copy of the blob is usable. */
  #isBad(entry: number): boolean {
    const { badEntries } = this.#report;
    for (let copy = entry; copy >= 0; copy = this.#index.table.nextCopy(copy)) {
      if (!badEntries.has(copy)) return false;
    }
    return true;
  }

  #add(path: string): false {
    if (this.#paths.length < MAX_PATHS_A_SNAPSHOT) this.#paths.push(path);
    else this.#more = true;
    return false;
  }
}
