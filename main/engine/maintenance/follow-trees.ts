import { EngineError } from '../base/errors.ts';
import type { BlobId } from '../base/ids.ts';
import type { BlobTable } from '../index/blob-table.ts';
import type { ScannedTree } from './scanned-tree.ts';
import type { Marking } from './shared-marking.ts';
import type { TreeBlocks } from './tree-blocks.ts';
import { visitNeeds } from './tree-needs.ts';
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

  #offerChildren(tree: ScannedTree): void {
    visitNeeds(tree, this.#table, this.#id, {
      data: (entry) => this.#marking.markData(entry),
      tree: (entry) => this.#marking.offerTree(entry),
      missingData: (node, k) => missing(tree.contentHex(node, k)),
      missingTree: (_, id) => missing(id),
    });
  }
}

function missing(id: BlobId): never {
  throw new EngineError('corrupt', `Blob ${id} is in no index.`);
}
