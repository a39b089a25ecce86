import { constants } from 'node:os';
import { byteString, rawFromBytes, rawText, type RawName, type RawPath } from '../raw-path.ts';
import { loadLinuxLibrary, putCString, type LinuxLibrary, type NativeFunction } from './linux-library.ts';
import type { PosixCalls } from './posix-calls.ts';
import { SystemCallError } from './system-call-error.ts';

const { ENOTSUP, EOPNOTSUPP, ENODATA, ERANGE, ENXIO, EINVAL } = constants.errno;
const AT_FDCWD = -100;
const AT_SYMLINK_NOFOLLOW = 0x100;
const SEEK_DATA = 3;
const SEEK_HOLE = 4;

/** Linux's own limits, both without and with the closing NUL where it counts: limits.h. */
const PATH_BYTES = 4096;
const XATTR_NAME_BYTES = 256;
const XATTR_BYTES = 65536;
/** Linux stops at 64 KiB; whoever claims more than this is not believed. */
const MAX_XATTR_BYTES = 64 * 1024 * 1024;

/** The C library's calls, or undefined where this is not Linux or the native library does not load. */
export function loadLinuxCalls(): PosixCalls | undefined {
  const library = loadLinuxLibrary();
  return library && new LinuxCalls(library);
}

class LinuxCalls implements PosixCalls {
  readonly limitation = undefined;
  readonly #errno: () => number;
  readonly #list: NativeFunction;
  readonly #get: NativeFunction;
  readonly #set: NativeFunction;
  readonly #remove: NativeFunction;
  readonly #utimensat: NativeFunction;
  readonly #lseek: NativeFunction;
  readonly #mknod: NativeFunction;
  // One thread, synchronous calls: each scratch is free again when its call returns.
  readonly #path = Buffer.allocUnsafeSlow(PATH_BYTES);
  readonly #name = Buffer.allocUnsafeSlow(XATTR_NAME_BYTES);
  readonly #answer = Buffer.allocUnsafeSlow(XATTR_BYTES);
  readonly #times = new BigInt64Array(4);

  constructor({ symbols, errno }: LinuxLibrary) {
    this.#errno = errno;
    this.#list = symbols.func('llistxattr', 'long', ['void *', 'void *', 'size_t']);
    this.#get = symbols.func('lgetxattr', 'long', ['void *', 'void *', 'void *', 'size_t']);
    this.#set = symbols.func('lsetxattr', 'int', ['void *', 'void *', 'void *', 'size_t', 'int']);
    this.#remove = symbols.func('lremovexattr', 'int', ['void *', 'void *']);
    this.#utimensat = symbols.func('utimensat', 'int', ['int', 'void *', 'void *', 'int']);
    this.#lseek = symbols.func('lseek', 'int64', ['int', 'int64', 'int']);
    this.#mknod = symbols.func('mknod', 'int', ['void *', 'uint32', 'uint64']);
  }

  listXattrs(path: RawPath): RawName[] {
    const cPath = this.#cPath('llistxattr', path);
    let answer: Buffer = this.#answer;
    let length = this.#list(cPath, answer, answer.length);
    if (length === 0) return [];
    while (length < 0) {
      const errno = this.#errno();
      if (isUnsupported(errno)) return [];
      if (errno !== ERANGE) throw SystemCallError.fromErrno('llistxattr', errno, path);
      answer = this.#grow('llistxattr', path, answer);
      length = this.#list(cPath, answer, answer.length);
    }
    return splitNames(answer.subarray(0, length));
  }

  getXattr(path: RawPath, name: RawName): Buffer | undefined {
    const cPath = this.#cPath('lgetxattr', path);
    const cName = this.#cName('lgetxattr', path, name);
    let answer: Buffer = this.#answer;
    let length = this.#get(cPath, cName, answer, answer.length);
    while (length < 0) {
      const errno = this.#errno();
      if (isUnsupported(errno) || errno === ENODATA) return undefined;
      if (errno !== ERANGE) throw SystemCallError.fromErrno('lgetxattr', errno, path);
      answer = this.#grow('lgetxattr', path, answer);
      length = this.#get(cPath, cName, answer, answer.length);
    }
    return Buffer.from(answer.subarray(0, length));
  }

  setXattr(path: RawPath, name: RawName, value: Uint8Array): void {
    const cPath = this.#cPath('lsetxattr', path);
    const cName = this.#cName('lsetxattr', path, name);
    if (this.#set(cPath, cName, value, value.length, 0) !== 0) this.#fail('lsetxattr', path);
  }

  removeXattr(path: RawPath, name: RawName): void {
    const cPath = this.#cPath('lremovexattr', path);
    const cName = this.#cName('lremovexattr', path, name);
    if (this.#remove(cPath, cName) === 0) return;
    const errno = this.#errno();
    if (errno !== ENODATA && !isUnsupported(errno)) throw SystemCallError.fromErrno('lremovexattr', errno, path);
  }

  setTimes(path: RawPath, atimeNs: bigint, mtimeNs: bigint): void {
    const cPath = this.#cPath('utimensat', path);
    putTimespec(this.#times, 0, atimeNs);
    putTimespec(this.#times, 2, mtimeNs);
    if (this.#utimensat(AT_FDCWD, cPath, this.#times, AT_SYMLINK_NOFOLLOW) !== 0) this.#fail('utimensat', path);
  }

  seekData(fd: number, offset: number): number {
    const position = this.#lseek(fd, offset, SEEK_DATA);
    if (position >= 0) return position;
    const errno = this.#errno();
    if (errno === ENXIO) return -1;
    // A file system without holes answers EINVAL: everything is data there.
    if (errno === EINVAL) return offset;
    throw SystemCallError.fromErrno('lseek', errno, `fd ${fd}`);
  }

  seekHole(fd: number, offset: number): number {
    const position = this.#lseek(fd, offset, SEEK_HOLE);
    if (position >= 0) return position;
    const errno = this.#errno();
    if (errno === ENXIO) return offset;
    if (errno === EINVAL) return Number.MAX_SAFE_INTEGER;
    throw SystemCallError.fromErrno('lseek', errno, `fd ${fd}`);
  }

  makeNode(path: RawPath, mode: number, device: bigint): void {
    const cPath = this.#cPath('mknod', path);
    if (this.#mknod(cPath, mode, device) !== 0) this.#fail('mknod', path);
  }

  #fail(syscall: string, path: RawPath): never {
    throw SystemCallError.fromErrno(syscall, this.#errno(), path);
  }

  #cPath(syscall: string, path: RawPath): Buffer {
    return putCString(this.#path, syscall, path, 'ENAMETOOLONG');
  }

  #cName(syscall: string, path: RawPath, name: RawName): Buffer {
    return putCString(this.#name, syscall, name, 'ERANGE', path);
  }

  #grow(syscall: string, path: RawPath, answer: Buffer): Buffer {
    const size = answer.length * 4;
    if (size > MAX_XATTR_BYTES) throw new SystemCallError(syscall, 'E2BIG', rawText(path));
    return Buffer.allocUnsafeSlow(size);
  }
}

function putTimespec(times: BigInt64Array, at: number, timeNs: bigint): void {
  const nanoseconds = ((timeNs % 1_000_000_000n) + 1_000_000_000n) % 1_000_000_000n;
  times[at] = (timeNs - nanoseconds) / 1_000_000_000n;
  times[at + 1] = nanoseconds;
}

function splitNames(list: Buffer): RawName[] {
  const names: RawName[] = [];
  for (const name of byteString(list).split('\0')) {
    if (name !== '') names.push(rawFromBytes(Buffer.from(name, 'latin1')));
  }
  return names;
}

function isUnsupported(errno: number): boolean {
  return errno === ENOTSUP || errno === EOPNOTSUPP;
}
