import { throwIfAborted } from '../base/abort.ts';
import type { BlobId } from '../base/ids.ts';
import type { RawPath } from '../base/raw-path.ts';
import { childPath, ROOT_PATH } from '../snapshot/node-path.ts';
import type { Node } from '../snapshot/node.ts';
import type { TreeReader } from '../snapshot/tree-reader.ts';
import { TreeAhead } from './tree-ahead.ts';

export interface WalkedNode {
  /** From the snapshot's root down. */
  readonly path: RawPath;
  readonly node: Node;
  /** The tree that the node stands in. */
  readonly parentTree: BlobId;
}

export interface WalkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Where the walk begins, as `path` shows it; default `/`. */
  readonly rootPath?: RawPath;
  /** Asked for every folder after it was given out: whether to go into it. Default: into all. */
  readonly enter?: (folder: WalkedNode) => boolean;
}

interface Frame {
  readonly treeId: BlobId;
  readonly path: RawPath;
  readonly nodes: readonly Node[];
  next: number;
}

/** Every node below a tree, each folder before its content, in stored order: as restic's walker goes. */
export async function* walkSnapshot(
  trees: TreeReader,
  rootTree: BlobId,
  options: WalkOptions = {},
): AsyncGenerator<WalkedNode, void, undefined> {
  const { signal, rootPath = ROOT_PATH, enter = () => true } = options;
  const ahead = new TreeAhead(trees, signal);
  const open = async (treeId: BlobId, path: RawPath): Promise<Frame> => {
    throwIfAborted(signal);
    return { treeId, path, nodes: await ahead.take(treeId), next: 0 };
  };
  const stack = [await open(rootTree, rootPath)];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const node = frame.nodes[frame.next++];
    if (node === undefined) {
      stack.pop();
      continue;
    }
    const walked = { path: childPath(frame.path, node), node, parentTree: frame.treeId };
    yield walked;
    if (node.type !== 'dir' || node.subtree === undefined || !enter(walked)) continue;
    const opening = open(node.subtree, walked.path);
    ahead.expect(nextFolders(frame));
    stack.push(await opening);
  }
}

/** The next folders beside the one that was just entered. */
function nextFolders(frame: Frame): BlobId[] {
  const ids: BlobId[] = [];
  for (let at = frame.next; at < frame.nodes.length && at < frame.next + 16 && ids.length < 2; at++) {
    const subtree = frame.nodes[at]?.subtree;
    if (subtree !== undefined) ids.push(subtree);
  }
  return ids;
}
