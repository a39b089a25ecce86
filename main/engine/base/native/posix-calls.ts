import type { RawName, RawPath } from '../raw-path.ts';
import { loadLinuxCalls } from './linux-calls.ts';
import { PortableCalls } from './portable-calls.ts';

/**
 * The system calls that Node lacks. Every path is taken literally: a symbolic link is acted on, never followed.
 * Failures throw an error whose `code` is the errno's name, as Node's do.
 */
export interface PosixCalls {
  /** What this implementation cannot do, as a sentence for the user; undefined when it can do everything. */
  readonly limitation: string | undefined;

  /** Attribute names in the order the system lists them; empty where the file system has none. */
  listXattrs(path: RawPath): RawName[];
  /** The value (own memory), or undefined when the attribute is gone or unsupported. */
  getXattr(path: RawPath, name: RawName): Buffer | undefined;
  /** Throws `ENOTSUP` where attributes cannot be stored. */
  setXattr(path: RawPath, name: RawName, value: Uint8Array): void;
  /** An attribute that is already gone is no error. */
  removeXattr(path: RawPath, name: RawName): void;

  /** Nanoseconds since 1970, may be negative. */
  setTimes(path: RawPath, atimeNs: bigint, mtimeNs: bigint): void;

  /**
   * The first byte at or after `offset` that is not in a hole; -1 when only a hole or nothing follows.
   * Like `seekHole` it moves the descriptor's own position.
   */
  seekData(fd: number, offset: number): number;
  /** The first hole at or after `offset`; the end of the file counts as one. */
  seekHole(fd: number, offset: number): number;

  /** `mode` is a raw st_mode with its type bits, `device` a raw st_rdev (0 for a FIFO). */
  makeNode(path: RawPath, mode: number, device: bigint): void;
}

let calls: PosixCalls | undefined;

/** This thread's calls. The first use loads the native library: ask only when needed. */
export function posixCalls(): PosixCalls {
  calls ??= loadLinuxCalls() ?? new PortableCalls();
  return calls;
}
