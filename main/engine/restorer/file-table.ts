import type { RawName } from '../base/raw-path.ts';
import { SharedRecords } from '../base/shared-records.ts';
import type { Node } from '../snapshot/node.ts';
import { EntryTable, OWN_WORDS, type SharedEntryTable } from './entry-table.ts';

const SIZE = OWN_WORDS;
const CONTENT_START = OWN_WORDS + 2;
const CONTENT_COUNT = OWN_WORDS + 3;
const REMAINING = OWN_WORDS + 4;
const STATE = OWN_WORDS + 5;

/** Bits of a file's state, which all threads change by Atomics. */
export const FILE_STATE = {
  /** A worker has begun to create or open the file. */
  opening: 1,
  /** The file is there with its final length. */
  open: 2,
  /** Nothing more can be done for this file; the reason was reported. */
  failed: 4,
  /** Some of its blobs cannot be had: it must not look complete. */
  damaged: 8,
  /** Content and metadata are in place. */
  complete: 16,
} as const;

/** In place of a blob's entry: restic's chunk of 512 KiB zeros, which needs no pack. */
export const ZERO_CHUNK = -2;
export const ZERO_CHUNK_BYTES = 512 * 1024;

const MAX_BLOBS = 1 << 29;

export interface SharedFileTable extends SharedEntryTable {
  readonly content: SharedArrayBuffer;
}

/** The files to restore, what they consist of, and how far each has come. */
export class FileTable extends EntryTable {
  readonly #content: SharedRecords;

  constructor(shared?: SharedFileTable) {
    super(shared);
    this.#content = shared ? new SharedRecords(shared.content, 1) : SharedRecords.create(1, MAX_BLOBS);
  }

  override get shared(): SharedFileTable {
    return { ...super.shared, content: this.#content.shared };
  }

  /** `entries` are numbers of the blob table or ZERO_CHUNK; `sizeBytes` is the sum of their lengths. */
  add(folder: number, name: RawName, node: Node, entries: readonly number[], sizeBytes: number): number {
    const file = this.appendEntry(folder, name, node);
    this.records.setWide(file, SIZE, sizeBytes);
    this.records.set(file, CONTENT_START, this.#content.count);
    this.records.set(file, CONTENT_COUNT, entries.length);
    for (const entry of entries) this.#content.set(this.#content.append(), 0, entry);
    return file;
  }

  sizeBytes(file: number): number {
    return this.records.getWide(file, SIZE);
  }

  blobCount(file: number): number {
    return this.records.get(file, CONTENT_COUNT);
  }

  /** The blob table's entry of a file's i-th blob, or ZERO_CHUNK. */
  blobEntry(file: number, i: number): number {
    return this.#content.get(this.records.get(file, CONTENT_START) + i, 0);
  }

  /** How many blobs must be written. Set before any task that has one of them is posted. */
  setRemaining(file: number, blobs: number): void {
    this.records.set(file, REMAINING, blobs);
  }

  /** True for the thread that settles the file's last blob: it finishes the file. */
  settleBlob(file: number): boolean {
    const { words, position } = this.records.atomics(file, REMAINING);
    return Atomics.sub(words, position, 1) === 1;
  }

  /** The blobs to write, once planned; settled ones count down. */
  remaining(file: number): number {
    return this.records.get(file, REMAINING);
  }

  state(file: number): number {
    const { words, position } = this.records.atomics(file, STATE);
    return Atomics.load(words, position);
  }

  /** Returns the bits that were set before. */
  addState(file: number, bits: number): number {
    const { words, position } = this.records.atomics(file, STATE);
    const before = Atomics.or(words, position, bits);
    Atomics.notify(words, position);
    return before;
  }

  /** Only in workers: waits until another thread has opened the file or failed to, and returns the state. */
  awaitOpen(file: number): number {
    const { words, position } = this.records.atomics(file, STATE);
    for (;;) {
      const state = Atomics.load(words, position);
      if ((state & (FILE_STATE.open | FILE_STATE.failed)) !== 0) return state;
      // With a limit, so that a thread that is told to end meanwhile does.
      Atomics.wait(words, position, state, 100);
    }
  }
}
