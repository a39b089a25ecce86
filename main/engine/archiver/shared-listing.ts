import { isUtf8 } from 'node:buffer';
import { rawBytes, rawFromBytes, type RawName } from '../base/raw-path.ts';
import type { EntryStat } from '../source/file-metadata.ts';
import { commonTypeOf } from '../source/go-file-mode.ts';
import { LISTED_WORDS, STAT_WORD, statOfListedWords, unsignedAt } from '../source/stat-words.ts';

/** Folders of some 150,000 entries; memory only for what is written. */
const SHARED_BYTES = 8 * 1024 * 1024;
const WORD_BYTES = 4;
const RECORD_BYTES = LISTED_WORDS * WORD_BYTES;
/** Records hold pairs of words, which WebAssembly reads as one. */
const ALIGNMENT = 8;
/** Instead of a mode: ask the file system again. */
const UNKNOWN = 0xffffffff;

export interface FolderIdentity {
  readonly inode: bigint;
  readonly device: bigint;
}

/** Where one folder's entries lie in a listing's memory. */
export interface ListedFolder {
  readonly at: number;
  readonly count: number;
  readonly namesBytes: number;
  /** What its files hold. */
  readonly contentBytes: number;
  /** Of the folder that was listed, and of all of its entries whose stat is given. */
  readonly device: bigint;
  readonly inode: bigint;
  /** Date.now() at the time. */
  readonly listedMs: number;
}

export function createListingMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(SHARED_BYTES);
}

/** Writes folders into a listing's memory one after the other, in one thread: their names first, then what is known of each. */
export class ListingWriter {
  readonly #bytes: Buffer;
  readonly #words: Uint32Array;
  #end = 0;
  // The folder that is being written.
  #folder: FolderIdentity = { inode: 0n, device: 0n };
  #deviceLow = 0;
  #deviceHigh = 0;
  #at = 0;
  #namesEnd = 0;
  #count = 0;
  #contentBytes = 0;

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#bytes = Buffer.from(memory);
    this.#words = new Uint32Array(memory);
  }

  /** Forgets all folders. */
  clear(): void {
    this.#end = 0;
  }

  /** False when there is no room for a folder with these names. */
  begin(folder: FolderIdentity, names: readonly RawName[]): boolean {
    const at = Math.ceil(this.#end / ALIGNMENT) * ALIGNMENT;
    let end = at + names.length * RECORD_BYTES;
    for (const name of names) {
      // No name is longer in bytes than three times its UTF-16 units, and one byte closes it.
      if (end + name.length * 3 + 1 > this.#bytes.length) return false;
      end += typeof name === 'string' ? this.#bytes.write(name, end, 'utf8') : rawBytes(name).copy(this.#bytes, end);
      this.#bytes[end++] = 0;
    }
    if (end > this.#bytes.length) return false;
    this.#folder = folder;
    // Entries' devices are compared with it as words: no bigint for each.
    this.#deviceLow = Number(folder.device & 0xffffffffn);
    this.#deviceHigh = Number(folder.device >> 32n);
    this.#at = at;
    this.#namesEnd = end;
    this.#count = names.length;
    this.#contentBytes = 0;
    return true;
  }

  /** What a stat says of entry `index`, in words of stat-words.ts. Every entry must be put, or said to be unknown. */
  put(index: number, stat: Uint32Array): void {
    const type = commonTypeOf(stat[STAT_WORD.mode] ?? 0);
    const sameDevice = stat[STAT_WORD.device] === this.#deviceLow && stat[STAT_WORD.device + 1] === this.#deviceHigh;
    if (type === undefined || !sameDevice) return this.putUnknown(index);
    const to = this.#at / WORD_BYTES + index * LISTED_WORDS;
    for (let word = 0; word < LISTED_WORDS; word++) this.#words[to + word] = stat[word] ?? 0;
    if (type === 'file') this.#contentBytes += unsignedAt(stat, STAT_WORD.sizeBytes);
  }

  /** Whoever wants to know asks the file system again. */
  putUnknown(index: number): void {
    this.#words[this.#at / WORD_BYTES + index * LISTED_WORDS + STAT_WORD.mode] = UNKNOWN;
  }

  finish(): ListedFolder {
    const at = this.#at;
    const count = this.#count;
    const namesBytes = this.#namesEnd - at - count * RECORD_BYTES;
    this.#end = this.#namesEnd;
    const { inode, device } = this.#folder;
    return { at, count, namesBytes, contentBytes: this.#contentBytes, inode, device, listedMs: Date.now() };
  }
}

/** Reads them back, in any thread. */
export class ListingReader {
  readonly #bytes: Buffer;
  readonly #words: Uint32Array;

  constructor(memory: SharedArrayBuffer | ArrayBuffer) {
    this.#bytes = Buffer.from(memory);
    this.#words = new Uint32Array(memory);
  }

  names({ at, count, namesBytes }: ListedFolder): RawName[] {
    const start = at + count * RECORD_BYTES;
    // A copy: text cannot be decoded from shared memory in one go.
    const bytes = Buffer.from(this.#bytes.subarray(start, start + namesBytes));
    if (isUtf8(bytes)) return bytes.toString('utf8').split('\0').slice(0, -1);
    const names: RawName[] = [];
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(0, from);
      names.push(rawFromBytes(bytes.subarray(from, end)));
      from = end + 1;
    }
    return names;
  }

  /** A view of everything: a record for each entry, then the names, each closed by a NUL. */
  bytes({ at, count, namesBytes }: ListedFolder): Uint8Array {
    return this.#bytes.subarray(at, at + count * RECORD_BYTES + namesBytes);
  }

  /** What `count` files from `first` on hold. */
  contentBytes({ at }: ListedFolder, first: number, count: number): number {
    let sum = 0;
    for (let index = first; index < first + count; index++) {
      sum += unsignedAt(this.#words, at / WORD_BYTES + index * LISTED_WORDS + STAT_WORD.sizeBytes);
    }
    return sum;
  }

  /** Without access time, allocated size and device number: nobody asks for them here. */
  stat({ at, device }: ListedFolder, index: number): EntryStat | undefined {
    const word = at / WORD_BYTES + index * LISTED_WORDS;
    if (this.#words[word + STAT_WORD.mode] === UNKNOWN) return undefined;
    return statOfListedWords(this.#words, word, device);
  }
}
