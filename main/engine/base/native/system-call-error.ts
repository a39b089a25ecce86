import { getSystemErrorName } from 'node:util';
import { rawText, type RawPath } from '../raw-path.ts';

/** A failed system call, shaped like Node's own system errors so that `systemErrorCode` reads both. */
export class SystemCallError extends Error {
  /** `ENOSPC`, `EPERM`, … */
  readonly code: string;
  readonly syscall: string;

  constructor(syscall: string, code: string, object: string) {
    super(`${code}: ${syscall} '${object}'`);
    this.name = 'SystemCallError';
    this.code = code;
    this.syscall = syscall;
  }

  static fromErrno(syscall: string, errno: number, path: RawPath): SystemCallError {
    return new SystemCallError(syscall, errnoName(errno), rawText(path));
  }
}

function errnoName(errno: number): string {
  try {
    return getSystemErrorName(-errno);
  } catch {
    return `E${errno}`;
  }
}
