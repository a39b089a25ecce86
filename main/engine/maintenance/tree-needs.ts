import type { BlobId } from '../base/ids.ts';
import type { BlobTable } from '../index/blob-table.ts';
import type { ScannedTree } from './scanned-tree.ts';

/** What a tree needs, by entries of the blob table, and what of it no index names. */
export interface TreeNeeds {
  data(entry: number): void;
  tree(entry: number): void;
  /** The k-th content of the node. */
  missingData(node: number, k: number): void;
  missingTree(node: number, id: BlobId): void;
}

/** As restic: content counts for files only, subtrees for folders only. `id` is 32 bytes to work in. Returns how many files there are. */
export function visitNeeds(tree: ScannedTree, table: BlobTable, id: Uint8Array, needs: TreeNeeds): number {
  let files = 0;
  for (let node = 0; node < tree.count; node++) {
    const type = tree.type(node);
    if (type === 'file') {
      files++;
      for (let k = 0; k < tree.contentCount(node); k++) {
        tree.contentId(node, k, id);
        const entry = table.find(0, id);
        if (isStored(table, entry)) needs.data(entry);
        else needs.missingData(node, k);
      }
    } else if (type === 'dir') {
      const subtree = tree.subtree(node);
      if (subtree === undefined) continue;
      const entry = table.findHex('tree', subtree);
      if (isStored(table, entry)) needs.tree(entry);
      else needs.missingTree(node, subtree);
    }
  }
  return files;
}

function isStored(table: BlobTable, entry: number): boolean {
  return entry >= 0 && table.isStored(entry);
}
