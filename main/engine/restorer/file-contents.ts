import { BLOB_TYPE_CODE } from '../base/blob-type.ts';
import type { BlobTable } from '../index/blob-table.ts';
import type { Node } from '../snapshot/node.ts';
import { ZERO_CHUNK, ZERO_CHUNK_BYTES } from './file-table.ts';

/** SHA-256 of 512 KiB zeros, which is the whole of a chunk of zeros (repository-format, section 6). */
const ZERO_CHUNK_ID = '07854d2fef297a06ba81685e660c332de36d5d18d546927d30daad6d7fda1541';

export interface FoundContent {
  /** Of the blob table, or ZERO_CHUNK. Valid until the next question. */
  readonly entries: readonly number[];
  /** The sum of their lengths, which is what the file will have, whatever its node says. */
  readonly sizeBytes: number;
  /** The node's size is another one: something for a warning. */
  readonly sizeProblem?: string;
}

/** Looks the content of files up in the index. */
export class FileContents {
  readonly #table: BlobTable;
  readonly #entries: number[] = [];

  constructor(table: BlobTable) {
    this.#table = table;
  }

  /** A text says why the content cannot be known: without one blob's length nothing behind it has a place. */
  find(node: Node): FoundContent | string {
    if (node.content === null) return 'the snapshot has no list of its content.';
    const entries = this.#entries;
    entries.length = 0;
    let sizeBytes = 0;
    for (const id of node.content) {
      const entry = id === ZERO_CHUNK_ID ? ZERO_CHUNK : this.#table.findHex('data', id);
      if (entry === -1 || (entry >= 0 && !this.#table.isStored(entry))) {
        return `its blob ${id} is in no index. "guardit repo repair index" may find it again.`;
      }
      entries.push(entry);
      sizeBytes += this.lengthOf(entry);
    }
    if (BigInt(node.size) === BigInt(sizeBytes)) return { entries, sizeBytes };
    const sizeProblem = `The snapshot says that it has ${node.size} bytes, but its content has ${sizeBytes}; the content was taken.`;
    return { entries, sizeBytes, sizeProblem };
  }

  lengthOf(entry: number): number {
    return entry === ZERO_CHUNK ? ZERO_CHUNK_BYTES : this.#table.plainLength(entry);
  }

  /** The real entry of the chunk of zeros; undefined when no pack has it. */
  storedZeroChunk(): number | undefined {
    const entry = this.#table.find(BLOB_TYPE_CODE.data, Buffer.from(ZERO_CHUNK_ID, 'hex'));
    return entry >= 0 && this.#table.isStored(entry) ? entry : undefined;
  }
}
