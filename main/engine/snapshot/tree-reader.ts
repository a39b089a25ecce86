import type { BlobId } from '../base/ids.ts';
import type { BlobReader } from '../repository/blob-reader.ts';
import type { Node } from './node.ts';
import { decodeTree, iterateTree } from './tree-decoder.ts';

/** Reads folders of a snapshot on the main thread. Errors: those of BlobReader, and `corrupt` naming the tree. */
export class TreeReader {
  readonly #blobs: BlobReader;

  constructor(blobs: BlobReader) {
    this.#blobs = blobs;
  }

  /** The whole folder at once. */
  async read(treeId: BlobId, signal?: AbortSignal): Promise<Node[]> {
    return decodeTree(await this.#blobs.read('tree', treeId, signal), treeId);
  }

  /** Node by node: a folder with a million entries costs its bytes, not a million objects. */
  async *nodes(treeId: BlobId, signal?: AbortSignal): AsyncGenerator<Node, void, undefined> {
    yield* iterateTree(await this.#blobs.read('tree', treeId, signal), treeId);
  }

  /** The blob's bytes, for callers that scan them themselves. */
  bytes(treeId: BlobId, signal?: AbortSignal): Promise<Buffer> {
    return this.#blobs.read('tree', treeId, signal);
  }
}
