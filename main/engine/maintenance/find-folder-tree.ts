import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import { rawText, type RawPath } from '../base/raw-path.ts';
import { pathNames } from '../snapshot/node-path.ts';
import { nodeNameBytes } from '../snapshot/node.ts';
import type { TreeReader } from '../snapshot/tree-reader.ts';

/** The tree of a folder below `root`; the root's own for the empty path. Errors: `path_not_found`, `corrupt`. */
export async function findFolderTree(
  trees: TreeReader,
  root: BlobId,
  path: RawPath,
  signal?: AbortSignal,
): Promise<BlobId> {
  let treeId = root;
  for (const name of pathNames(path)) {
    const node = (await trees.read(treeId, signal)).find((candidate) => nodeNameBytes(candidate).equals(name));
    if (node?.subtree === undefined) {
      const reason = node
        ? `${JSON.stringify(node.name)} is not a folder`
        : `there is no ${JSON.stringify(name.toString())}`;
      throw new EngineError('path_not_found', `The folder ${rawText(path)} is not in this snapshot: ${reason}.`, {
        context: { path: rawText(path) },
      });
    }
    treeId = node.subtree;
  }
  return treeId;
}
