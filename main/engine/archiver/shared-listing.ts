import { isUtf8 } from 'node:buffer';
import { rawBytes, rawFromBytes, type RawName } from '../base/raw-path.ts';
import type { EntryStat } from '../source/file-metadata.ts';
import { GO_MODE } from '../snapshot/go-mode.ts';

/** Folders of some 150,000 entries; memory only for what is written. */
const LISTING_BYTES = 8 * 1024 * 1024;
/** Four doubles or 64-bit integers (mtime, ctime, inode, size), then mode, uid, gid and links. */
const RECORD_BYTES = 48;
const WORDS = RECORD_BYTES / 8;
const INTEGERS = RECORD_BYTES / 4;
const FIRST_INTEGER = 8;
/** Instead of a mode: ask the file system again. */
const UNKNOWN = 0xffffffff;

const TYPE_BITS =
  GO_MODE.dir + GO_MODE.symlink + GO_MODE.device + GO_MODE.namedPipe + GO_MODE.socket + GO_MODE.irregular;

/** Of a file, folder or link; other kinds are rare, and not kept. */
function goTypeOf(mode: number): 'file' | 'dir' | 'symlink' | undefined {
  const type = (mode & TYPE_BITS) >>> 0;
  if (type === 0) return 'file';
  if (type === GO_MODE.dir) return 'dir';
  return type === GO_MODE.symlink ? 'symlink' : undefined;
}

/** Where one folder's entries lie in the shared memory. */
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

export interface ListedEntry {
  readonly name: RawName;
  /** undefined: not known, or of a kind that is not kept here. */
  readonly stat: EntryStat | undefined;
}

export function createListingMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(LISTING_BYTES);
}

/** Writes folders into the shared memory, in one thread. */
export class ListingWriter {
  readonly #bytes: Buffer;
  readonly #doubles: Float64Array;
  readonly #bigs: BigInt64Array;
  readonly #integers: Uint32Array;
  #end = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#bytes = Buffer.from(memory);
    this.#doubles = new Float64Array(memory);
    this.#bigs = new BigInt64Array(memory);
    this.#integers = new Uint32Array(memory);
  }

  /** undefined when there is no room. */
  add(
    folder: { readonly inode: bigint; readonly device: bigint },
    entries: readonly ListedEntry[],
  ): ListedFolder | undefined {
    const at = Math.ceil(this.#end / 8) * 8;
    const namesAt = at + entries.length * RECORD_BYTES;
    let end = namesAt;
    for (const { name } of entries) {
      // No name is longer in bytes than three times its UTF-16 units, and one byte closes it.
      if (end + name.length * 3 + 1 > this.#bytes.length) return undefined;
      end += typeof name === 'string' ? this.#bytes.write(name, end, 'utf8') : rawBytes(name).copy(this.#bytes, end);
      this.#bytes[end++] = 0;
    }
    let contentBytes = 0;
    entries.forEach(({ stat }, index) => {
      this.#put(at + index * RECORD_BYTES, stat, folder.device);
      if (stat?.type === 'file') contentBytes += stat.sizeBytes;
    });
    this.#end = end;
    const { inode, device } = folder;
    return { at, count: entries.length, namesBytes: end - namesAt, contentBytes, inode, device, listedMs: Date.now() };
  }

  #put(at: number, stat: EntryStat | undefined, device: bigint): void {
    const integer = at / 4 + FIRST_INTEGER;
    if (stat === undefined || goTypeOf(stat.mode) !== stat.type || stat.device !== device) {
      this.#integers[integer] = UNKNOWN;
      return;
    }
    const word = at / 8;
    this.#bigs[word] = stat.mtimeNs;
    this.#bigs[word + 1] = stat.ctimeNs;
    this.#bigs[word + 2] = BigInt.asIntN(64, stat.inode);
    this.#doubles[word + 3] = stat.sizeBytes;
    this.#integers[integer] = stat.mode;
    this.#integers[integer + 1] = stat.uid;
    this.#integers[integer + 2] = stat.gid;
    this.#integers[integer + 3] = stat.links;
  }
}

/** Reads them back, in any thread. */
export class ListingReader {
  readonly #bytes: Buffer;
  readonly #doubles: Float64Array;
  readonly #bigs: BigInt64Array;
  readonly #integers: Uint32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#bytes = Buffer.from(memory);
    this.#doubles = new Float64Array(memory);
    this.#bigs = new BigInt64Array(memory);
    this.#integers = new Uint32Array(memory);
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
    for (let index = first; index < first + count; index++) sum += this.#doubles[at / 8 + index * WORDS + 3] ?? 0;
    return sum;
  }

  /** Without access time, allocated size and device number: nobody asks for them here. */
  stat({ at, device }: ListedFolder, index: number): EntryStat | undefined {
    const integer = at / 4 + index * INTEGERS + FIRST_INTEGER;
    const mode = this.#integers[integer] ?? UNKNOWN;
    const type = mode === UNKNOWN ? undefined : goTypeOf(mode);
    if (type === undefined) return undefined;
    const word = at / 8 + index * WORDS;
    const mtimeNs = this.#bigs[word] ?? 0n;
    return {
      type,
      mode,
      mtimeNs,
      atimeNs: mtimeNs,
      ctimeNs: this.#bigs[word + 1] ?? 0n,
      uid: this.#integers[integer + 1] ?? 0,
      gid: this.#integers[integer + 2] ?? 0,
      inode: BigInt.asUintN(64, this.#bigs[word + 2] ?? 0n),
      device,
      links: this.#integers[integer + 3] ?? 0,
      sizeBytes: this.#doubles[word + 3] ?? 0,
      allocatedBytes: 0,
      rdev: 0n,
    };
  }
}
