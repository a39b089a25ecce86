import { closeSync, constants, futimesSync, lstatSync, openSync } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { byteString, joinPath, rawFromBytes, rawText, type RawName, type RawPath } from '../raw-path.ts';
import { loadLinuxLibrary, putCString, type LinuxLibrary, type NativeFunction } from './linux-library.ts';
import { SystemCallError } from './system-call-error.ts';

/** Seconds since 1970 (may be negative) and nanoseconds 0–999,999,999, as the system takes them. */
export interface FileTimes {
  readonly atimeSeconds: number;
  readonly atimeNanos: number;
  readonly mtimeSeconds: number;
  readonly mtimeNanos: number;
}

/** A folder held open, so that what happens to its path no longer matters. `fd` is -1 where folders cannot be opened. */
export interface OpenFolder {
  readonly fd: number;
  readonly path: RawPath;
}

/** What is done to open files and below open folders: no path is resolved twice, so nobody can swap what it leads to. */
export interface FileCalls {
  /** Opens or creates one entry of the folder; `name` must not have a separator. Throws like Node's `openSync`. */
  openAt(folder: OpenFolder, name: RawName, flags: number, mode: number): number;
  /** For what `openAt` opened. Node warns of files that it closes but did not open. */
  close(fd: number): void;
  setTimes(fd: number, times: FileTimes): void;
  /** Empty where the file system has none. */
  listXattrs(fd: number): RawName[];
  /** Throws `ENOTSUP` where attributes cannot be stored. */
  setXattr(fd: number, name: RawName, value: Uint8Array): void;
  removeXattr(fd: number, name: RawName): void;
}

let calls: FileCalls | undefined;

/** This thread's calls. The native library is loaded by the first use. */
export function fileCalls(): FileCalls {
  calls ??= loadLinuxFileCalls() ?? new PortableFileCalls();
  return calls;
}

const { EINTR, ENOTSUP, EOPNOTSUPP, ENODATA, ERANGE } = osConstants.errno;
const NAME_BYTES = 4096;
const XATTR_LIST_BYTES = 65536;
// Node does not export it; Node's own open sets it on every file.
const O_CLOEXEC = 0o2000000;

function loadLinuxFileCalls(): FileCalls | undefined {
  const library = loadLinuxLibrary();
  return library && new LinuxFileCalls(library);
}

class LinuxFileCalls implements FileCalls {
  readonly #errno: () => number;
  readonly #openat: NativeFunction;
  readonly #close: NativeFunction;
  readonly #futimens: NativeFunction;
  readonly #list: NativeFunction;
  readonly #set: NativeFunction;
  readonly #remove: NativeFunction;
  // One thread, synchronous calls: each scratch is free again when its call returns.
  readonly #name = Buffer.allocUnsafeSlow(NAME_BYTES);
  readonly #times = new BigInt64Array(4);
  readonly #timeWords = new Int32Array(this.#times.buffer);
  #answer: Buffer | undefined;

  constructor({ symbols, errno }: LinuxLibrary) {
    this.#errno = errno;
    this.#openat = symbols.func('openat', 'int', ['int', 'void *', 'int', 'uint32']);
    this.#close = symbols.func('close', 'int', ['int']);
    this.#futimens = symbols.func('futimens', 'int', ['int', 'void *']);
    this.#list = symbols.func('flistxattr', 'long', ['int', 'void *', 'size_t']);
    this.#set = symbols.func('fsetxattr', 'int', ['int', 'void *', 'void *', 'size_t', 'int']);
    this.#remove = symbols.func('fremovexattr', 'int', ['int', 'void *']);
  }

  openAt(folder: OpenFolder, name: RawName, flags: number, mode: number): number {
    const cName = this.#cName('openat', name);
    for (;;) {
      const fd = this.#openat(folder.fd, cName, flags | O_CLOEXEC, mode);
      if (fd >= 0) return fd;
      const errno = this.#errno();
      if (errno !== EINTR) throw SystemCallError.fromErrno('openat', errno, joinPath(folder.path, name));
    }
  }

  /** Network file systems report here what went wrong with the writing before. */
  close(fd: number): void {
    if (this.#close(fd) !== 0 && this.#errno() !== EINTR) this.#fail('close', fd);
  }

  setTimes(fd: number, times: FileTimes): void {
    this.#putSeconds(0, times.atimeSeconds);
    this.#timeWords[2] = times.atimeNanos;
    this.#putSeconds(4, times.mtimeSeconds);
    this.#timeWords[6] = times.mtimeNanos;
    if (this.#futimens(fd, this.#times) !== 0) this.#fail('futimens', fd);
  }

  listXattrs(fd: number): RawName[] {
    const answer = (this.#answer ??= Buffer.allocUnsafeSlow(XATTR_LIST_BYTES));
    const length = this.#list(fd, answer, answer.length);
    if (length < 0) {
      if (isUnsupported(this.#errno())) return [];
      this.#fail('flistxattr', fd);
    }
    if (length === 0) return [];
    const names = byteString(answer.subarray(0, length)).split('\0');
    return names.filter((name) => name !== '').map((name) => rawFromBytes(Buffer.from(name, 'latin1')));
  }

  setXattr(fd: number, name: RawName, value: Uint8Array): void {
    if (this.#set(fd, this.#cName('fsetxattr', name), value, value.length, 0) !== 0) this.#fail('fsetxattr', fd);
  }

  removeXattr(fd: number, name: RawName): void {
    if (this.#remove(fd, this.#cName('fremovexattr', name)) === 0) return;
    const errno = this.#errno();
    if (errno !== ENODATA && !isUnsupported(errno)) throw SystemCallError.fromErrno('fremovexattr', errno, `fd ${fd}`);
  }

  /** As two 32-bit words: a bigint for each time of each file would be garbage on the hot path. */
  #putSeconds(word: number, seconds: number): void {
    const high = Math.floor(seconds / 2 ** 32);
    this.#timeWords[word] = seconds - high * 2 ** 32;
    this.#timeWords[word + 1] = high;
  }

  #cName(syscall: string, name: RawName): Buffer {
    return putCString(this.#name, syscall, name, syscall === 'openat' ? 'ENAMETOOLONG' : 'ERANGE');
  }

  #fail(syscall: string, fd: number): never {
    throw SystemCallError.fromErrno(syscall, this.#errno(), `fd ${fd}`);
  }
}

function isUnsupported(errno: number): boolean {
  return errno === ENOTSUP || errno === EOPNOTSUPP || errno === ERANGE;
}

/** What plain Node can do. Links are refused by a look beforehand where the system has no flag for it. */
class PortableFileCalls implements FileCalls {
  openAt(folder: OpenFolder, name: RawName, flags: number, mode: number): number {
    const path = joinPath(folder.path, name);
    const fd = openSync(path, flags, mode);
    if (constants.O_NOFOLLOW !== undefined || !lstatSync(path).isSymbolicLink()) return fd;
    closeSync(fd);
    throw new SystemCallError('open', 'ELOOP', rawText(path));
  }

  close(fd: number): void {
    closeSync(fd);
  }

  setTimes(fd: number, times: FileTimes): void {
    const seconds = (whole: number, nanos: number) => whole + nanos / 1e9;
    futimesSync(fd, seconds(times.atimeSeconds, times.atimeNanos), seconds(times.mtimeSeconds, times.mtimeNanos));
  }

  listXattrs(_fd: number): RawName[] {
    return [];
  }

  setXattr(fd: number, _name: RawName, _value: Uint8Array): void {
    throw new SystemCallError('fsetxattr', 'ENOTSUP', `fd ${fd}`);
  }

  removeXattr(_fd: number, _name: RawName): void {}
}
