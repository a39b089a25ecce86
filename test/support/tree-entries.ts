import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync, type BigIntStats } from 'node:fs';
import { posixCalls } from '../../main/engine/base/native/posix-calls.ts';
import { byteString, joinPath, rawFromBytes, type RawPath } from '../../main/engine/base/raw-path.ts';

export type EntryKind = 'file' | 'folder' | 'symlink' | 'fifo' | 'chardev' | 'blockdev';

/** All that a restore can bring back of one entry. Bytes stand as strings with one character a byte. */
export interface TreeEntry {
  readonly kind: EntryKind;
  /** Permission bits with setuid, setgid and sticky. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeNs: bigint;
  readonly size?: bigint;
  readonly sha256?: string;
  readonly target?: string;
  readonly device?: bigint;
  /** `name=hex` of each, sorted. */
  readonly xattrs: readonly string[];
  /** The first path, in the order of bytes, of those that are one file. Absent where the tree has no second one. */
  readonly hardLinkOf?: string;
}

/** From paths below the root (`''` is the root itself), one character a byte, to what stands there. */
export type TreeEntries = ReadonlyMap<string, TreeEntry>;

/**
 * Everything below `root`, and `root` itself. Sockets are left out, as in backups. Independent of how the engine reads
 * a source, but for the system calls that Node lacks.
 */
export function readTree(root: RawPath): TreeEntries {
  const entries = new Map<string, TreeEntry>();
  const linked = new Map<string, string[]>();
  const visit = (path: RawPath, name: string) => {
    const stats = lstatSync(path, { bigint: true });
    if (stats.isSocket()) return;
    entries.set(name, describe(path, stats));
    if (!stats.isDirectory() && stats.nlink > 1n) {
      const key = `${stats.dev}:${stats.ino}`;
      linked.set(key, [...(linked.get(key) ?? []), name]);
    }
    if (!stats.isDirectory()) return;
    for (const child of readdirSync(path, { encoding: 'buffer' }).sort(Buffer.compare)) {
      const childName = byteString(child);
      visit(joinPath(path, rawFromBytes(child)), name === '' ? childName : `${name}/${childName}`);
    }
  };
  visit(root, '');
  for (const names of linked.values()) {
    const [first = '', ...others] = names.sort();
    for (const name of others.length > 0 ? names : []) {
      const entry = entries.get(name);
      if (entry) entries.set(name, { ...entry, hardLinkOf: first });
    }
  }
  return entries;
}

function describe(path: RawPath, stats: BigIntStats): TreeEntry {
  const kind = kindOf(stats);
  return {
    kind,
    // A symbolic link has no permissions of its own on Linux.
    mode: kind === 'symlink' ? 0o777 : Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mtimeNs: stats.mtimeNs,
    ...(kind === 'file' ? { size: stats.size, sha256: hashFile(path) } : {}),
    ...(kind === 'symlink' ? { target: byteString(readlinkSync(path, { encoding: 'buffer' })) } : {}),
    ...(kind === 'chardev' || kind === 'blockdev' ? { device: stats.rdev } : {}),
    xattrs: xattrsOf(path),
  };
}

function kindOf(stats: BigIntStats): EntryKind {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  if (stats.isSymbolicLink()) return 'symlink';
  if (stats.isFIFO()) return 'fifo';
  return stats.isCharacterDevice() ? 'chardev' : 'blockdev';
}

function xattrsOf(path: RawPath): string[] {
  const calls = posixCalls();
  const pairs = calls
    .listXattrs(path)
    .map((name) => `${byteString(name)}=${calls.getXattr(path, name)?.toString('hex')}`);
  return pairs.sort();
}

function hashFile(path: RawPath): string {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(1 << 20);
  const fd = openSync(path, 'r');
  try {
    for (let length = readSync(fd, piece); length > 0; length = readSync(fd, piece))
      hash.update(piece.subarray(0, length));
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex');
}
