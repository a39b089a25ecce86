import { lutimesSync } from 'node:fs';
import { rawText, type RawName, type RawPath } from '../raw-path.ts';
import type { PosixCalls } from './posix-calls.ts';
import { SystemCallError } from './system-call-error.ts';

/** What plain Node can do, for systems without the native calls. */
export class PortableCalls implements PosixCalls {
  readonly limitation =
    'Without the native library, extended attributes and device files are left out, and times are rounded to 1 µs.';

  listXattrs(_path: RawPath): RawName[] {
    return [];
  }

  getXattr(_path: RawPath, _name: RawName): Buffer | undefined {
    return undefined;
  }

  setXattr(path: RawPath, _name: RawName, _value: Uint8Array): void {
    throw new SystemCallError('lsetxattr', 'ENOTSUP', rawText(path));
  }

  removeXattr(_path: RawPath, _name: RawName): void {}

  /** Node takes seconds as a double: today's times come out up to 0.24 microseconds off. */
  setTimes(path: RawPath, atimeNs: bigint, mtimeNs: bigint): void {
    lutimesSync(path, secondsOf(atimeNs), secondsOf(mtimeNs));
  }

  seekData(_fd: number, offset: number): number {
    return offset;
  }

  seekHole(_fd: number, _offset: number): number {
    return Number.MAX_SAFE_INTEGER;
  }

  makeNode(path: RawPath, _mode: number, _device: bigint): void {
    throw new SystemCallError('mknod', 'ENOSYS', rawText(path));
  }
}

function secondsOf(timeNs: bigint): number {
  return Number(timeNs) / 1e9;
}
