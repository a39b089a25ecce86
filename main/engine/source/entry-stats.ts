import { closeSync, constants, lstatSync, openSync } from 'node:fs';
import { loadLinuxLibrary, putCString, type LinuxLibrary, type NativeFunction } from '../base/native/linux-library.ts';
import { joinPath, type RawName, type RawPath } from '../base/raw-path.ts';
import { SystemCallError } from '../base/native/system-call-error.ts';
import { entryStatOf } from './file-metadata.ts';
import { goFileMode } from './go-file-mode.ts';
import { putStat, STAT_WORD, STAT_WORDS } from './stat-words.ts';

/** Which calls tell of an entry: those of the system itself, or what Node makes of them. */
export interface StatCalls {
  /** lstat of `name` in the folder of `fd`, or of a path where `fd` is `NO_FOLDER`, into all words of `into`. Throws like `lstatSync`. */
  look(fd: number, name: RawPath, into: Uint32Array): void;
  /** A path is as good. */
  readonly takesPathsOnly: boolean;
}

export const NO_FOLDER = -100;

const AT_SYMLINK_NOFOLLOW = 0x100;
const STATX_BASIC_STATS = 0x7ff;
/** Linux, on all processors: a folder is opened to find what is in it, not to read it. */
const O_PATH = 0o10000000;
const O_CLOEXEC = 0o2000000;
const PATH_BYTES = 4096;
/** Fewer entries are not worth opening their folder, nor a run of this many looks the native library. */
const ENTRIES_WORTH_OPENING = 8;
const LOOKS_BEFORE_NATIVE = 1000;

/** Where statx(2) puts what, in 32-bit words. */
const STATX = {
  links: 4,
  uid: 5,
  gid: 6,
  mode: 7,
  inode: 8,
  sizeBytes: 10,
  blocks: 12,
  atime: 16,
  ctime: 24,
  mtime: 28,
  deviceMajor: 34,
  deviceMinor: 35,
} as const;
const STATX_WORDS = 64;
const TIME_NANOS = 2;

/**
 * Looks at one entry of a folder after the other, without an object for each. One of these serves a thread. A look costs three
 * quarters of Node's, because the way to the folder is gone only once and nothing is left behind for the collector.
 */
export class EntryStats {
  /** What the last look found, as stat-words.ts has it. */
  readonly words = new Uint32Array(STAT_WORDS);
  #calls: StatCalls;
  #folder: RawPath = '';
  #fd = NO_FOLDER;
  #looks = 0;

  constructor(calls: StatCalls = PORTABLE_CALLS) {
    this.#calls = calls;
  }

  /** The entries come from this folder, about `entries` of them. Leaves the one before. */
  enter(folder: RawPath, entries: number): void {
    this.leave();
    this.#folder = folder;
    if (this.#calls === PORTABLE_CALLS && this.#looks + entries >= LOOKS_BEFORE_NATIVE) this.#calls = nativeStatCalls();
    if (entries >= ENTRIES_WORTH_OPENING && !this.#calls.takesPathsOnly) this.#fd = openFolder(folder);
  }

  /** Throws like `lstatSync`. */
  look(name: RawName): void {
    this.#looks++;
    if (this.#fd === NO_FOLDER) this.#calls.look(NO_FOLDER, joinPath(this.#folder, name), this.words);
    else this.#calls.look(this.#fd, name, this.words);
  }

  leave(): void {
    if (this.#fd === NO_FOLDER) return;
    closeSync(this.#fd);
    this.#fd = NO_FOLDER;
  }
}

/** `NO_FOLDER` when it cannot be opened so: then its entries are found, or missed, by their paths. */
function openFolder(folder: RawPath): number {
  try {
    return openSync(folder, O_PATH | O_CLOEXEC | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch {
    return NO_FOLDER;
  }
}

const PORTABLE_CALLS: StatCalls = {
  takesPathsOnly: true,
  look(_fd, path, into) {
    putStat(into, entryStatOf(lstatSync(path, { bigint: true })));
  },
};

let native: StatCalls | undefined;

/** This thread's; Node's own where this is not Linux, or the native library does not load. */
export function nativeStatCalls(): StatCalls {
  native ??= loadLinuxCalls() ?? PORTABLE_CALLS;
  return native;
}

function loadLinuxCalls(): StatCalls | undefined {
  const library = loadLinuxLibrary();
  return library && new LinuxStatCalls(library);
}

class LinuxStatCalls implements StatCalls {
  readonly takesPathsOnly = false;
  readonly #statx: NativeFunction;
  readonly #errno: () => number;
  // One thread, synchronous calls: each scratch is free again when its call returns.
  readonly #name = Buffer.allocUnsafeSlow(PATH_BYTES);
  readonly #answer = new Uint32Array(STATX_WORDS);

  constructor({ symbols, errno }: LinuxLibrary) {
    this.#errno = errno;
    this.#statx = symbols.func('statx', 'int', ['int', 'void *', 'int', 'uint32', 'void *']);
  }

  look(fd: number, name: RawPath, into: Uint32Array): void {
    const cName = putCString(this.#name, 'lstat', name, 'ENAMETOOLONG');
    if (this.#statx(fd, cName, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, this.#answer) !== 0) {
      throw SystemCallError.fromErrno('lstat', this.#errno(), name);
    }
    copyStatx(this.#answer, into);
  }
}

function copyStatx(from: Uint32Array, into: Uint32Array): void {
  copyTime(from, STATX.mtime, into, STAT_WORD.mtimeSeconds, STAT_WORD.mtimeNanos);
  copyTime(from, STATX.ctime, into, STAT_WORD.ctimeSeconds, STAT_WORD.ctimeNanos);
  copyTime(from, STATX.atime, into, STAT_WORD.atimeSeconds, STAT_WORD.atimeNanos);
  copyPair(from, STATX.inode, into, STAT_WORD.inode);
  copyPair(from, STATX.sizeBytes, into, STAT_WORD.sizeBytes);
  copyPair(from, STATX.blocks, into, STAT_WORD.allocatedBlocks);
  into[STAT_WORD.mode] = goFileMode((from[STATX.mode] ?? 0) & 0xffff, 'linux');
  into[STAT_WORD.uid] = from[STATX.uid] ?? 0;
  into[STAT_WORD.gid] = from[STATX.gid] ?? 0;
  into[STAT_WORD.links] = from[STATX.links] ?? 0;
  // makedev(3).
  const major = from[STATX.deviceMajor] ?? 0;
  const minor = from[STATX.deviceMinor] ?? 0;
  into[STAT_WORD.device] = ((major & 0xfff) << 8) | (minor & 0xff) | ((minor & 0xffffff00) << 12);
  into[STAT_WORD.device + 1] = (major & 0xfffff000) | (minor >>> 20);
}

function copyTime(from: Uint32Array, at: number, into: Uint32Array, secondsAt: number, nanosAt: number): void {
  copyPair(from, at, into, secondsAt);
  into[nanosAt] = from[at + TIME_NANOS] ?? 0;
}

function copyPair(from: Uint32Array, at: number, into: Uint32Array, to: number): void {
  into[to] = from[at] ?? 0;
  into[to + 1] = from[at + 1] ?? 0;
}
