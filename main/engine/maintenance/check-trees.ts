import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { shortId, type BlobId } from '../base/ids.ts';
import type { Repository } from '../repository/repository.ts';
import { isSafeName } from '../snapshot/safe-name.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import type { CheckReport } from './check-findings.ts';
import type { ScannedTree } from './scanned-tree.ts';
import { TreeWalk, type TreeWalkHandlers } from './tree-walk.ts';

const ABSOLUTE_PATH = /^(?:\/|[A-Za-z]:[\\/]|\\\\)/;

/** Walks all trees of the snapshots once (repository-format, section 17, point 3, and restic's blind spots). */
export async function checkTrees(
  repository: Repository,
  index: RepositoryIndex,
  snapshots: readonly StoredSnapshot[],
  report: CheckReport,
  options: OperationOptions,
): Promise<TreeWalk> {
  const walk = new TreeWalk(repository, index, new TreeInspector(index, report));
  const progress = new ProgressThrottle(options.onProgress);
  let done = 0;
  const event = () => ({
    phase: 'check-trees',
    filesDone: 0,
    bytesDone: 0,
    itemsDone: done,
    totalItems: snapshots.length,
  });
  for (const snapshot of snapshots) {
    checkPaths(snapshot, report);
    if (!(await walk.walk(snapshot.tree, options.signal))) {
      const message = `Snapshot ${shortId(snapshot.id)}: its tree ${snapshot.tree} is in no index.`;
      report.error('tree_missing', message, { snapshotId: snapshot.id, treeId: snapshot.tree });
    }
    done++;
    progress.update(event);
  }
  progress.flush(event());
  return walk;
}

function checkPaths(snapshot: StoredSnapshot, report: CheckReport): void {
  const odd = snapshot.paths.find((path) => !ABSOLUTE_PATH.test(path));
  if (snapshot.paths.length > 0 && odd === undefined) return;
  const what = odd === undefined ? 'it names no path' : `its path ${JSON.stringify(odd)} is not absolute`;
  const message = `Snapshot ${shortId(snapshot.id)}: ${what}, so forget and parent selection may group it oddly.`;
  report.hint('snapshot_paths', message, { snapshotId: snapshot.id });
}

class TreeInspector implements TreeWalkHandlers {
  readonly #index: RepositoryIndex;
  readonly #report: CheckReport;
  readonly #id = new Uint8Array(32);

  constructor(index: RepositoryIndex, report: CheckReport) {
    this.#index = index;
    this.#report = report;
  }

  unreadable(entry: number, error: Error): void {
    const treeId = this.#index.table.idHex(entry);
    this.#report.error('tree_damaged', error.message, { treeId });
    for (let copy = entry; copy >= 0; copy = this.#index.table.nextCopy(copy)) this.#report.badEntries.add(copy);
  }

  missingTree(id: BlobId, parent: number, tree: ScannedTree, node: number): void {
    const treeId = this.#index.table.idHex(parent);
    const name = tree.nameText(node);
    const message = `Tree ${treeId}: the folder ${JSON.stringify(name)} needs tree ${id}, which is in no index.`;
    this.#report.error('tree_missing', message, { treeId, blobId: id, name });
  }

  missingBlob(id: BlobId, parent: number, tree: ScannedTree, node: number): void {
    const treeId = this.#index.table.idHex(parent);
    const name = tree.nameText(node);
    const message = `Tree ${treeId}: the file ${JSON.stringify(name)} needs data blob ${id}, which is in no index.`;
    this.#report.error('blob_missing', message, { treeId, blobId: id, name });
  }

  tree(tree: ScannedTree, entry: number): void {
    let previous: Buffer | undefined;
    for (let node = 0; node < tree.count; node++) {
      const name = tree.name(node);
      if (previous !== undefined) this.#checkOrder(tree, node, entry, Buffer.compare(previous, name));
      // On a repository every name counts that some system can have; what is unsafe on Windows only, its restore refuses.
      if (!isSafeName(name, 'linux')) {
        this.#nodeError('name_unsafe', tree, node, entry, 'has an unsafe name, which no restore will write');
      }
      if (tree.type(node) === 'file') this.#checkFile(tree, node, entry);
      previous = name;
    }
  }

  #checkOrder(tree: ScannedTree, node: number, entry: number, order: number): void {
    if (order < 0) return;
    if (order === 0) {
      this.#nodeError('name_duplicate', tree, node, entry, 'is there twice, and only one can be restored');
      return;
    }
    const treeId = this.#index.table.idHex(entry);
    const name = tree.nameText(node);
    const message = `Tree ${treeId}: ${JSON.stringify(name)} is not in the order of names.`;
    this.#report.hint('tree_order', message, { treeId, name });
  }

  #checkFile(tree: ScannedTree, node: number, entry: number): void {
    const count = tree.contentCount(node);
    if (count < 0) {
      this.#nodeError('node_invalid', tree, node, entry, 'is a file without a list of its content');
      return;
    }
    const { table } = this.#index;
    let sum = 0;
    for (let k = 0; k < count; k++) {
      tree.contentId(node, k, this.#id);
      const blob = table.find(0, this.#id);
      if (blob < 0) return;
      sum += table.plainLength(blob);
    }
    if (sum === tree.size(node)) return;
    const treeId = table.idHex(entry);
    const name = tree.nameText(node);
    const message = `Tree ${treeId}: the file ${JSON.stringify(name)} says ${tree.size(node)} bytes, its content has ${sum}.`;
    this.#report.hint('size_differs', message, { treeId, name });
  }

  #nodeError(
    kind: 'name_unsafe' | 'name_duplicate' | 'node_invalid',
    tree: ScannedTree,
    node: number,
    entry: number,
    what: string,
  ): void {
    const treeId = this.#index.table.idHex(entry);
    const name = tree.nameText(node);
    this.#report.error(kind, `Tree ${treeId}: ${JSON.stringify(name)} ${what}.`, { treeId, name });
  }
}
