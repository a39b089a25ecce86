import type { BlobType } from '../base/blob-type.ts';
import type { BlobId } from '../base/ids.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Node, NodeType } from '../snapshot/node.ts';

/** Counts of one side of a comparison. `bytes` is the plaintext size of the blobs that only this side has. */
export interface DiffSide {
  files: number;
  dirs: number;
  others: number;
  dataBlobs: number;
  treeBlobs: number;
  bytes: number;
}

const BEFORE = 1;
const AFTER = 2;
const COMMON = 4;
export type BlobSide = typeof BEFORE | typeof AFTER | typeof COMMON;
export const BLOB_SIDES = { before: BEFORE, after: AFTER, common: COMMON } as const;

export function emptySide(): DiffSide {
  return { files: 0, dirs: 0, others: 0, dataBlobs: 0, treeBlobs: 0, bytes: 0 };
}

export function countNode(side: DiffSide, type: NodeType): void {
  if (type === 'file') side.files++;
  else if (type === 'dir') side.dirs++;
  else side.others++;
}

/** Which blobs belong to which side: one byte for each blob of the index. */
export class DiffBlobs {
  readonly #index: RepositoryIndex;
  readonly #marks: Uint8Array;
  readonly #unknown = new Map<string, { id: BlobId; type: BlobType; marks: number }>();

  constructor(index: RepositoryIndex) {
    this.#index = index;
    this.#marks = new Uint8Array(index.table.entryCount);
  }

  /** True when the blob was not on this side before. */
  mark(side: BlobSide, type: BlobType, id: BlobId): boolean {
    const entry = this.#index.table.findHex(type, id);
    if (entry < 0) {
      const known = this.#unknown.get(type + id) ?? { id, type, marks: 0 };
      this.#unknown.set(type + id, { ...known, marks: known.marks | side });
      return (known.marks & side) === 0;
    }
    const before = this.#marks[entry] ?? 0;
    this.#marks[entry] = before | side;
    return (before & side) === 0;
  }

  /** What a node refers to directly. */
  markNode(side: BlobSide, node: Node): void {
    if (node.type === 'file') for (const id of node.content ?? []) this.mark(side, 'data', id);
    else if (node.type === 'dir' && node.subtree !== undefined) this.mark(side, 'tree', node.subtree);
  }

  /** Adds up the blobs that are on this side alone; tells of those whose size no index knows. */
  addUp(side: typeof BEFORE | typeof AFTER, into: DiffSide, onUnknown: (type: BlobType, id: BlobId) => void): void {
    const { table } = this.#index;
    for (let entry = 0; entry < this.#marks.length; entry++) {
      if (this.#marks[entry] !== side) continue;
      countBlob(into, table.type(entry));
      into.bytes += table.plainLength(entry);
    }
    for (const { id, type, marks } of this.#unknown.values()) {
      if (marks !== side) continue;
      countBlob(into, type);
      onUnknown(type, id);
    }
  }
}

function countBlob(side: DiffSide, type: BlobType): void {
  if (type === 'data') side.dataBlobs++;
  else side.treeBlobs++;
}
