import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import type { TreeReader } from '../snapshot/tree-reader.ts';

/** The tree of a folder inside a snapshot, given as `a/b`; '' is the whole snapshot. Errors: `path_not_found`, `corrupt`. */
export async function findSubfolder(
  trees: TreeReader,
  root: BlobId,
  subfolder: string,
  signal?: AbortSignal,
): Promise<BlobId> {
  let treeId = root;
  for (const name of subfolder.split('/')) {
    if (name === '' || name === '.') continue;
    treeId = await findFolder(trees, treeId, name, subfolder, signal);
  }
  return treeId;
}

async function findFolder(
  trees: TreeReader,
  treeId: BlobId,
  name: string,
  subfolder: string,
  signal?: AbortSignal,
): Promise<BlobId> {
  for await (const node of trees.nodes(treeId, signal)) {
    if (node.name !== name) continue;
    if (node.type === 'dir' && node.subtree) return node.subtree;
    throw new EngineError(
      'path_not_found',
      `"${name}" of the path "${subfolder}" is no folder in the snapshot. Use --include for files.`,
    );
  }
  throw new EngineError('path_not_found', `The snapshot has no folder "${subfolder}": "${name}" is not there.`);
}
