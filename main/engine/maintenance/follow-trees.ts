import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import type { BlobTable } from '../index/blob-table.ts';
import type { ScannedTree } from './scanned-tree.ts';
import type { Marking } from './shared-marking.ts';
import type { TreeBlocks } from './tree-blocks.ts';
import { TreeScanner } from './tree-scanner.ts';

/** Trees that are fetched together: hides a network's latency. */
const BATCH_TREES = 16;

/** One thread's part of a marking: follows trees and offers those below them. */
export class TreeFollower {
  readonly #marking: Marking;
  readonly #table: BlobTable;
  readonly #blocks: TreeBlocks;
  readonly #readLarge: (entry: number, signal?: AbortSignal) => Promise<Buffer>;
  readonly #scanner = new TreeScanner();
  readonly #id = new Uint8Array(32);

  /** `readLarge` reads what the blocks do not; its errors are `follow`'s. */
  constructor(
    marking: Marking,
    table: BlobTable,
    blocks: TreeBlocks,
    readLarge: (entry: number, signal?: AbortSignal) => Promise<Buffer>,
  ) {
    this.#marking = marking;
    this.#table = table;
    this.#blocks = blocks;
    this.#readLarge = readLarge;
  }

  /**
   * Follows some of the trees that wait; false when none does. Throws whatever is wrong with a tree, or with what it names: then the
   * marking is void.
   */
  async follow(signal?: AbortSignal): Promise<boolean> {
    const batch = this.#marking.take(BATCH_TREES);
    if (batch.length === 0) return false;
    await this.#blocks.prefetch(batch, signal);
    for (const entry of batch) {
      const bytes = this.#blocks.open(entry) ?? (await this.#readLarge(entry, signal));
      this.#offerChildren(this.#scanner.scan(bytes, this.#table.idHex(entry)));
      this.#marking.followed();
    }
    return true;
  }

  /** As restic: content counts for files only, subtrees for folders only. */
  #offerChildren(tree: ScannedTree): void {
    const table = this.#table;
    for (let node = 0; node < tree.count; node++) {
      const type = tree.type(node);
      if (type === 'file') {
        for (let k = 0; k < tree.contentCount(node); k++) {
          tree.contentId(node, k, this.#id);
          this.#marking.markData(this.#stored(table.find(0, this.#id), () => tree.contentHex(node, k)));
        }
      } else if (type === 'dir') {
        const id = tree.subtree(node);
        if (id !== undefined) this.#marking.offerTree(this.#stored(table.findHex('tree', id), () => id));
      }
    }
  }

  #stored(entry: number, id: () => BlobId): number {
    if (entry >= 0 && this.#table.isStored(entry)) return entry;
    throw new EngineError('corrupt', `Blob ${id()} is in no index.`);
  }
}
