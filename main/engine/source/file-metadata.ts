import { lstatSync, readlinkSync, realpathSync, type BigIntStats } from 'node:fs';
import { fromSystemError } from '../base/errors.ts';
import { posixCalls } from '../base/native/posix-calls.ts';
import { rawText, type RawName, type RawPath } from '../base/raw-path.ts';
import type { AccountNames } from './account-names.ts';
import { entryTypeOf, goFileMode, type EntryType } from './go-file-mode.ts';

/** What one `lstat` tells: enough to exclude an entry, and to see whether it changed. */
export interface EntryStat {
  readonly type: EntryType;
  /** Go's FileMode, as nodes store it. */
  readonly mode: number;
  readonly mtimeNs: bigint;
  readonly atimeNs: bigint;
  /** Equals mtimeNs on Windows, as in restic. */
  readonly ctimeNs: bigint;
  readonly uid: number;
  readonly gid: number;
  /** 0 on Windows, as `device` and `links`: restic stores none of them there (repository-format, section 12). */
  readonly inode: bigint;
  readonly device: bigint;
  readonly links: number;
  readonly sizeBytes: number;
  /** What the file takes on disk; less than sizeBytes when it has holes. */
  readonly allocatedBytes: number;
  /** Raw st_rdev, meaningful for devices. */
  readonly rdev: bigint;
}

export interface ExtendedAttribute {
  /** Invalid UTF-8 shows as U+FFFD, as restic stores it. */
  readonly name: string;
  readonly value: Buffer;
}

/** Everything a node stores besides its name and content. */
export interface SourceEntry extends EntryStat {
  readonly user: string | undefined;
  readonly group: string | undefined;
  /** Symbolic links only: the target's bytes. */
  readonly linkTarget: Buffer | undefined;
  /** In the order the system lists them. */
  readonly xattrs: readonly ExtendedAttribute[];
}

export interface DescribeOptions {
  readonly accounts: AccountNames;
  /** Something could not be read and is left out of the entry. */
  readonly onWarning?: (message: string) => void;
  /** restic reads the attributes of symbolic links since 0.16; false stores what 0.14 does. Default true. */
  readonly symlinkXattrs?: boolean;
}

const BLOCK_BYTES = 512;
const NO_XATTRS: readonly ExtendedAttribute[] = [];

/** Never follows a link. Throws an EngineError whose context has `systemCode`. */
export function statEntry(path: RawPath): EntryStat {
  try {
    return entryStatOf(lstatSync(path, { bigint: true }));
  } catch (error) {
    throw fromSystemError(error, 'source_failed', `Cannot read the metadata of ${rawText(path)}`, {
      path: rawText(path),
    });
  }
}

export function entryStatOf(stat: BigIntStats, platform: NodeJS.Platform = process.platform): EntryStat {
  const rawMode = Number(stat.mode);
  const windows = platform === 'win32';
  return {
    type: entryTypeOf(rawMode),
    mode: goFileMode(rawMode, platform),
    mtimeNs: stat.mtimeNs,
    atimeNs: stat.atimeNs,
    ctimeNs: windows ? stat.mtimeNs : stat.ctimeNs,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    inode: windows ? 0n : stat.ino,
    device: windows ? 0n : stat.dev,
    links: windows ? 0 : Number(stat.nlink),
    sizeBytes: Number(stat.size),
    allocatedBytes: Number(stat.blocks) * BLOCK_BYTES,
    rdev: stat.rdev,
  };
}

/** Completes a stat. Throws only when a link's target cannot be read; missing attributes are warnings. */
export function describeEntry(path: RawPath, stat: EntryStat, options: DescribeOptions): SourceEntry {
  const { accounts } = options;
  const isLink = stat.type === 'symlink';
  const wantsXattrs = !isLink || options.symlinkXattrs !== false;
  return {
    ...stat,
    user: accounts.userName(stat.uid),
    group: accounts.groupName(stat.gid),
    linkTarget: isLink ? readLink(path) : undefined,
    xattrs: wantsXattrs ? readXattrs(path, options.onWarning) : NO_XATTRS,
  };
}

/**
 * A folder above a backup target: stored for its metadata only. Here links are followed, because the target's path led
 * through them.
 */
export function statParentFolder(path: RawPath): EntryStat {
  return statEntry(realFolder(path));
}

/** Completes it. Attributes that may not be listed are passed over in silence. */
export function describeParentFolder(path: RawPath, options: DescribeOptions): SourceEntry {
  const real = realFolder(path);
  return describeEntry(real, statEntry(real), { ...options, onWarning: () => {} });
}

function realFolder(path: RawPath): RawPath {
  try {
    return typeof path === 'string' ? realpathSync(path) : realpathSync(path, { encoding: 'buffer' });
  } catch (error) {
    throw fromSystemError(error, 'source_failed', `Cannot find the folder ${rawText(path)}`, { path: rawText(path) });
  }
}

function readLink(path: RawPath): Buffer {
  try {
    return readlinkSync(path, { encoding: 'buffer' });
  } catch (error) {
    throw fromSystemError(error, 'source_failed', `Cannot read the link ${rawText(path)}`, { path: rawText(path) });
  }
}

function readXattrs(path: RawPath, onWarning: DescribeOptions['onWarning']): readonly ExtendedAttribute[] {
  let names: RawName[];
  try {
    names = posixCalls().listXattrs(path);
  } catch (error) {
    onWarning?.(`Extended attributes not listed: ${reasonOf(error)}`);
    return NO_XATTRS;
  }
  if (names.length === 0) return NO_XATTRS;
  const xattrs: ExtendedAttribute[] = [];
  for (const name of names) {
    const value = readXattr(path, name, onWarning);
    if (value) xattrs.push({ name: rawText(name), value });
  }
  return xattrs;
}

/** undefined: gone since it was listed, or unreadable and warned about. */
function readXattr(path: RawPath, name: RawName, onWarning: DescribeOptions['onWarning']): Buffer | undefined {
  try {
    return posixCalls().getXattr(path, name);
  } catch (error) {
    onWarning?.(`Extended attribute ${rawText(name)} not read: ${reasonOf(error)}`);
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
