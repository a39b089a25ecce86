import { EngineError } from '../base/errors.ts';
import { shortId, type BlobId, type SnapshotId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import type { StoredSnapshot } from '../snapshot/snapshot.ts';
import { markTogether, type MarkingThreads } from './mark-together.ts';
import type { ScannedTree } from './scanned-tree.ts';
import { TreeWalk } from './tree-walk.ts';

/** Fewer are marked by one thread before another knows what it is about. */
const FEWEST_SHARED_BLOBS = 5_000;

/**
 * Marks every blob that the snapshots need, by the entry of its first copy. Whoever deletes the rest relies on it, so that
 * anything unreadable or missing stops it. Errors: `corrupt`, naming the tree and what to do.
 */
export async function markUsedBlobs(
  repository: Repository,
  index: RepositoryIndex,
  snapshots: readonly StoredSnapshot[],
  options: OperationOptions & { readonly threads?: MarkingThreads } = {},
): Promise<Uint8Array> {
  const { threads } = options;
  if (threads && index.table.entryCount >= FEWEST_SHARED_BLOBS) {
    const marks = await markTogether(repository, index, snapshots, threads, options);
    if (marks) return marks;
  }
  let snapshotId: SnapshotId | undefined;
  const fail = (what: string, id: BlobId): never => {
    throw new EngineError(
      'corrupt',
      `Snapshot ${snapshotId === undefined ? '' : shortId(snapshotId)} is incomplete: ${what} Nothing was changed. Run ` +
        '"guardit repo check", then "repair index" (a pack may only be unlisted) or "repair snapshots".',
      { context: { snapshotId, blobId: id } },
    );
  };
  const nodeOf = (tree: ScannedTree, node: number) => JSON.stringify(tree.nameText(node));
  const walk = new TreeWalk(repository, index, {
    unreadable: (entry, error) => fail(error.message, index.table.idHex(entry)),
    missingTree: (id, _parent, tree, node) =>
      fail(`the folder ${nodeOf(tree, node)} needs tree ${id}, which is in no index.`, id),
    missingBlob: (id, _parent, tree, node) =>
      fail(`the file ${nodeOf(tree, node)} needs blob ${id}, which is in no index.`, id),
  });
  const progress = new ProgressThrottle(options.onProgress);
  let done = 0;
  const event = () => ({
    phase: 'mark-used',
    filesDone: 0,
    bytesDone: 0,
    itemsDone: done,
    totalItems: snapshots.length,
  });
  for (const snapshot of snapshots) {
    snapshotId = snapshot.id;
    if (!(await walk.walk(snapshot.tree, options.signal))) {
      fail(`its tree ${snapshot.tree} is in no index.`, snapshot.tree);
    }
    done++;
    progress.update(event);
  }
  progress.flush(event());
  return walk.marks;
}
