import type { BlobId } from '../base/ids.ts';
import { MAX_CHUNK, MIN_CHUNK } from '../chunker/chunker.ts';
import type { BlobTable } from '../index/blob-table.ts';

export interface ExpectedChunk {
  readonly id: BlobId;
  readonly length: number;
  /** The end of the file cut it: it is a chunk only where the file ends behind it. */
  readonly last: boolean;
}

/**
 * Where the parent's version of a changed file was cut. A cut depends on nothing but the chunk's own bytes, so where the same bytes
 * stand again, and their hash says so, nobody needs to search for it. After a change it is found again by the next chunk that is known,
 * or where the file has a cut at the same place as before.
 */
export class ExpectedChunks {
  readonly #ids: readonly BlobId[];
  /** Where each chunk begins; one more for the end. Only as many as have a known length. */
  readonly #offsets: number[] = [0];
  #byId: Map<BlobId, number> | undefined;
  #byOffset: Map<number, number> | undefined;
  #next = 0;
  #missed = false;

  constructor(ids: readonly BlobId[], table: BlobTable) {
    this.#ids = ids;
    let offset = 0;
    for (const id of ids) {
      const entry = table.findHex('data', id);
      if (entry < 0 || !table.isStored(entry)) break;
      offset += table.plainLength(entry);
      this.#offsets.push(offset);
    }
  }

  /** What should come next, if anything is known of it. */
  get next(): ExpectedChunk | undefined {
    const index = this.#next;
    const id = this.#ids[index];
    const start = this.#offsets[index];
    const end = this.#offsets[index + 1];
    if (id === undefined || start === undefined || end === undefined) return undefined;
    const last = index === this.#ids.length - 1;
    const length = end - start;
    // Whoever cut otherwise (another program, other settings) is not to be followed.
    return length <= MAX_CHUNK && length >= (last ? 1 : MIN_CHUNK) ? { id, length, last } : undefined;
  }

  /** It was there. */
  matched(): void {
    this.#next++;
    this.#missed = false;
  }

  /** Instead of it this chunk was found, which ends at `end` in the file. */
  found(id: BlobId, end: number): void {
    this.#byId ??= new Map(this.#ids.map((known, index) => [known, index]));
    this.#byOffset ??= new Map(this.#offsets.map((offset, index) => [offset, index]));
    const known = this.#byId.get(id);
    const here = known === undefined ? this.#byOffset.get(end) : known + 1;
    // The next one is worth one try: most changes lie within one chunk, even when they make it longer or shorter.
    this.#next = here ?? (this.#missed ? this.#ids.length : this.#next + 1);
    this.#missed = here === undefined;
  }
}
