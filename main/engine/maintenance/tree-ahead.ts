import type { BlobId } from '../base/ids.ts';
import type { Node } from '../snapshot/node.ts';
import type { TreeReader } from '../snapshot/tree-reader.ts';

const MAX_AHEAD = 4;

/** Reads folders for a walk in order, and a few of those that come next meanwhile. */
export class TreeAhead {
  readonly #trees: TreeReader;
  readonly #signal: AbortSignal | undefined;
  readonly #coming = new Map<BlobId, Promise<Node[]>>();

  constructor(trees: TreeReader, signal: AbortSignal | undefined) {
    this.#trees = trees;
    this.#signal = signal;
  }

  /** Starts to read folders that are wanted soon. One that is never asked for makes room for others. */
  expect(ids: readonly BlobId[]): void {
    for (const id of ids.slice(0, MAX_AHEAD)) {
      if (this.#coming.has(id)) continue;
      for (const oldest of this.#coming.keys()) {
        if (this.#coming.size < MAX_AHEAD) break;
        this.#coming.delete(oldest);
      }
      const reading = this.#trees.read(id, this.#signal);
      // A failure shows to whoever takes the folder.
      reading.catch(() => {});
      this.#coming.set(id, reading);
    }
  }

  take(id: BlobId): Promise<Node[]> {
    const reading = this.#coming.get(id);
    this.#coming.delete(id);
    return reading ?? this.#trees.read(id, this.#signal);
  }
}
