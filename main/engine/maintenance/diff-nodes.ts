import { epochNsOf, ZERO_TIME } from '../base/rfc3339.ts';
import { compareNodeNames, type Node } from '../snapshot/node.ts';
import { encodeNode } from '../snapshot/tree-encoder.ts';

/** Both sides of one name in two folders. */
export type NodePair =
  | { readonly before: Node; readonly after: Node }
  | { readonly before: Node; readonly after: undefined }
  | { readonly before: undefined; readonly after: Node };

/** Merges two folders by their names' bytes, whatever order they are stored in; of two nodes with one name the last counts. */
export function* pairNodes(before: readonly Node[], after: readonly Node[]): Generator<NodePair, void, undefined> {
  const left = inOrder(before);
  const right = inOrder(after);
  let l = 0;
  let r = 0;
  for (;;) {
    const a = left[l];
    const b = right[r];
    if (a === undefined && b === undefined) return;
    const order = a === undefined ? 1 : b === undefined ? -1 : compareNodeNames(a, b);
    if (order <= 0) l++;
    if (order >= 0) r++;
    if (order === 0 && a && b) yield { before: a, after: b };
    else if (order < 0 && a) yield { before: a, after: undefined };
    else if (b) yield { before: undefined, after: b };
  }
}

function inOrder(nodes: readonly Node[]): Node[] {
  const sorted = [...nodes].sort(compareNodeNames);
  return sorted.filter((node, at) => {
    const next = sorted[at + 1];
    return next === undefined || compareNodeNames(node, next) !== 0;
  });
}

export function sameContent(a: Node, b: Node): boolean {
  const left = a.content ?? [];
  const right = b.content ?? [];
  return left.length === right.length && left.every((id, at) => id === right[at]);
}

/** Equal in every field; times as instants, whatever zone they were written in, and attributes in any order. */
export function sameNode(a: Node, b: Node): boolean {
  return encodeNode(a) === encodeNode(b) || comparable(a) === comparable(b);
}

function comparable(node: Node): string {
  const attributes = [...node.extendedAttributes].sort((a, b) => (a.name < b.name ? -1 : 1));
  const times = [node.mtime, node.atime, node.ctime].map((time) => epochNsOf(time)).join();
  const zeroed = { mtime: ZERO_TIME, atime: ZERO_TIME, ctime: ZERO_TIME };
  return times + encodeNode({ ...node, ...zeroed, extendedAttributes: attributes });
}
