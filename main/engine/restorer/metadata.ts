import { chmodSync, fchmodSync, fchownSync, lchownSync, lstatSync, type BigIntStats } from 'node:fs';
import { systemErrorCode } from '../base/errors.ts';
import { fileCalls, type FileTimes } from '../base/native/file-calls.ts';
import { posixCalls } from '../base/native/posix-calls.ts';
import { rawText, type RawName, type RawPath } from '../base/raw-path.ts';

export interface RestoredMetadata {
  readonly uid: number;
  readonly gid: number;
  /** The twelve bits of chmod; undefined leaves the mode (links have none). */
  readonly mode: number | undefined;
  readonly times: FileTimes;
  readonly xattrs: readonly { readonly name: RawName; readonly value: Buffer }[];
}

/** What the entry has now, so that calls that change nothing are saved. */
export interface CurrentMetadata {
  readonly uid: number;
  readonly gid: number;
  /** undefined: unknown, set it in any case. */
  readonly mode?: number | undefined;
  /** Attributes may be there that must go. */
  readonly foreignXattrs: boolean;
}

const SETUID = 0o4000;
const SETGID = 0o2000;

/** The calls for an open file or for a path, whichever there is. */
export interface MetadataCalls {
  readonly canChown: boolean;
  chown(uid: number, gid: number): void;
  chmod(mode: number): void;
  listXattrs(): RawName[];
  setXattr(name: RawName, value: Uint8Array): void;
  removeXattr(name: RawName): void;
  setTimes(times: FileTimes): void;
}

/**
 * Sets everything, and returns what did not work, as sentences. The order matters: a change of owner clears the setuid
 * bits and capabilities, attributes may hold an access list that the mode then bounds, and times come last, because a file
 * of the right size and time counts as complete.
 */
export function writeMetadata(calls: MetadataCalls, wanted: RestoredMetadata, current: CurrentMetadata): string[] {
  const problems: string[] = [];
  const attempt = (what: string, action: () => void): boolean => {
    try {
      action();
      return true;
    } catch (error) {
      if (!isExcused(error))
        problems.push(`${what} not restored: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  };
  let { mode } = wanted;
  const isOwned = wanted.uid === current.uid && wanted.gid === current.gid;
  if (
    !isOwned &&
    calls.canChown &&
    !attempt('Owner', () => calls.chown(wanted.uid, wanted.gid)) &&
    mode !== undefined
  ) {
    // Somebody else's setuid program must not become ours.
    mode &= ~((wanted.uid === current.uid ? 0 : SETUID) | SETGID);
  }
  for (const { name, value } of wanted.xattrs) {
    attempt(`Extended attribute ${rawText(name)}`, () => calls.setXattr(name, value));
  }
  if (current.foreignXattrs) attempt('Extended attributes', () => removeForeignXattrs(calls, wanted));
  const finalMode = mode;
  const modeIsThere = isOwned && wanted.xattrs.length === 0 && !current.foreignXattrs && finalMode === current.mode;
  if (finalMode !== undefined && !modeIsThere) attempt('Mode', () => calls.chmod(finalMode));
  attempt('Times', () => calls.setTimes(wanted.times));
  return problems;
}

function removeForeignXattrs(calls: MetadataCalls, wanted: RestoredMetadata): void {
  const expected = new Set(wanted.xattrs.map(({ name }) => rawText(name)));
  for (const name of calls.listXattrs()) {
    // Labels of the security module come by its policy, not from the snapshot, and cannot be removed.
    if (!expected.has(rawText(name)) && rawText(name) !== 'security.selinux') calls.removeXattr(name);
  }
}

/** As in restic: file systems without attributes, and what only root may do, are no failures. */
function isExcused(error: unknown): boolean {
  const code = systemErrorCode(error);
  if (code === 'ENOTSUP' || code === 'EOPNOTSUPP') return true;
  return (code === 'EPERM' || code === 'EACCES') && process.geteuid?.() !== 0;
}

/** One object for one file after another. */
export class OpenFileCalls implements MetadataCalls {
  readonly canChown = process.platform !== 'win32';
  fd = -1;

  chown(uid: number, gid: number): void {
    fchownSync(this.fd, uid, gid);
  }

  chmod(mode: number): void {
    fchmodSync(this.fd, mode);
  }

  listXattrs(): RawName[] {
    return fileCalls().listXattrs(this.fd);
  }

  setXattr(name: RawName, value: Uint8Array): void {
    fileCalls().setXattr(this.fd, name, value);
  }

  removeXattr(name: RawName): void {
    fileCalls().removeXattr(this.fd, name);
  }

  setTimes(times: FileTimes): void {
    fileCalls().setTimes(this.fd, times);
  }
}

/** For links and special files, which cannot be opened. Links are never followed, except by chmod, which they are spared. */
export class PathCalls implements MetadataCalls {
  readonly canChown = process.platform !== 'win32';
  readonly #path: RawPath;

  constructor(path: RawPath) {
    this.#path = path;
  }

  chown(uid: number, gid: number): void {
    lchownSync(this.#path, uid, gid);
  }

  chmod(mode: number): void {
    // chmod has no way not to follow a link, so whoever swaps the entry after this look could still win.
    if (!lstatSync(this.#path).isSymbolicLink()) chmodSync(this.#path, mode);
  }

  listXattrs(): RawName[] {
    return posixCalls().listXattrs(this.#path);
  }

  setXattr(name: RawName, value: Uint8Array): void {
    posixCalls().setXattr(this.#path, name, value);
  }

  removeXattr(name: RawName): void {
    posixCalls().removeXattr(this.#path, name);
  }

  setTimes({ atimeSeconds, atimeNanos, mtimeSeconds, mtimeNanos }: FileTimes): void {
    const ns = (seconds: number, nanos: number) => BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
    posixCalls().setTimes(this.#path, ns(atimeSeconds, atimeNanos), ns(mtimeSeconds, mtimeNanos));
  }
}

export function currentMetadata(stat: BigIntStats, foreignXattrs: boolean): CurrentMetadata {
  return { uid: Number(stat.uid), gid: Number(stat.gid), mode: Number(stat.mode) & 0o7777, foreignXattrs };
}
