import { createHash } from 'node:crypto';
import { closeSync, lstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { sep } from 'node:path';

const READ_BYTES = 4 * 1024 * 1024;

export interface Comparison {
  readonly files: number;
  readonly folders: number;
  /** Symbolic links, fifos, devices. */
  readonly others: number;
  /** Content of regular files. */
  readonly sizeBytes: number;
  /** One sentence each. Empty when the trees are the same. */
  readonly differences: string[];
}

export interface ComparisonOptions {
  /** Paths of the first tree that may be missing in the second, with all that lies in them. */
  readonly without?: readonly string[];
}

/**
 * Compares two folders and everything in them: names, types, content by SHA-256, modes, owners (as root), modification
 * times to the nanosecond, targets of symbolic links, hard links, device numbers. It knows nothing of backups and uses
 * none of the engine's code, so that it can judge the engine. A socket may be missing: only its program can make it.
 */
export function compareTrees(first: string, second: string, options: ComparisonOptions = {}): Comparison {
  const walk = new TreeComparison(options.without ?? []);
  walk.compare(Buffer.from(first), Buffer.from(second));
  return walk.result;
}

class TreeComparison {
  readonly result = { files: 0, folders: 0, others: 0, sizeBytes: 0, differences: [] as string[] };
  readonly #without: ReadonlySet<string>;
  /** Files of several names: an inode of the first tree, and the inode that stands for it in the second. */
  readonly #twins = new Map<string, string>();
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);

  constructor(without: readonly string[]) {
    this.#without = new Set(without);
  }

  /** Paths are bytes: a name need not be valid UTF-8. */
  compare(first: Buffer, second: Buffer): void {
    const ours = lstatSync(first, { bigint: true });
    const theirs = lstatSync(second, { bigint: true, throwIfNoEntry: false });
    if (!theirs) return ours.isSocket() ? undefined : this.#differ(first, 'is missing');
    if (typeOf(ours) !== typeOf(theirs)) return this.#differ(first, `was a ${typeOf(ours)} and is a ${typeOf(theirs)}`);
    this.#compareMetadata(first, ours, theirs);
    if (ours.isDirectory()) this.#compareFolders(first, second);
    else if (ours.isFile()) this.#compareFiles(first, ours, second, theirs);
    else this.#compareOthers(first, ours, second, theirs);
  }

  #compareMetadata(path: Buffer, ours: BigIntStats, theirs: BigIntStats): void {
    const octal = (mode: bigint) => (mode & 0o7777n).toString(8);
    if (octal(ours.mode) !== octal(theirs.mode)) {
      this.#differ(path, `has mode ${octal(theirs.mode)}, not ${octal(ours.mode)}`);
    }
    // Only root can give files away.
    if (process.geteuid?.() === 0 && (ours.uid !== theirs.uid || ours.gid !== theirs.gid)) {
      this.#differ(path, `belongs to ${theirs.uid}:${theirs.gid}, not to ${ours.uid}:${ours.gid}`);
    }
    if (ours.mtimeNs !== theirs.mtimeNs) {
      this.#differ(path, `was modified ${timeOf(theirs)}, not ${timeOf(ours)}`);
    }
    if (ours.isDirectory() || ours.nlink === 1n) return;
    const twin = this.#twins.get(inodeOf(ours));
    if (twin === undefined) this.#twins.set(inodeOf(ours), inodeOf(theirs));
    else if (twin !== inodeOf(theirs)) this.#differ(path, 'is no longer the same file as its other names');
  }

  #compareFolders(first: Buffer, second: Buffer): void {
    this.result.folders++;
    const theirs = new Set(readdirSync(second, 'buffer').map((name) => name.toString('latin1')));
    for (const name of readdirSync(first, 'buffer')) {
      const path = join(first, name);
      theirs.delete(name.toString('latin1'));
      if (!this.#without.has(path.toString())) this.compare(path, join(second, name));
    }
    for (const name of theirs) this.#differ(join(first, Buffer.from(name, 'latin1')), 'was not there');
  }

  #compareFiles(first: Buffer, ours: BigIntStats, second: Buffer, theirs: BigIntStats): void {
    this.result.files++;
    this.result.sizeBytes += Number(ours.size);
    if (ours.size !== theirs.size) this.#differ(first, `has ${theirs.size} bytes, not ${ours.size}`);
    else if (!this.#hash(first).equals(this.#hash(second))) this.#differ(first, 'has other content');
  }

  #compareOthers(first: Buffer, ours: BigIntStats, second: Buffer, theirs: BigIntStats): void {
    this.result.others++;
    if (ours.isSymbolicLink() && !readlinkSync(first, 'buffer').equals(readlinkSync(second, 'buffer'))) {
      this.#differ(first, 'points elsewhere');
    }
    if (ours.rdev !== theirs.rdev) this.#differ(first, `is device ${theirs.rdev}, not ${ours.rdev}`);
  }

  #hash(path: Buffer): Buffer {
    const hash = createHash('sha256');
    const file = openSync(path, 'r');
    try {
      for (let count; (count = readSync(file, this.#buffer, 0, READ_BYTES, null)) > 0;) {
        hash.update(this.#buffer.subarray(0, count));
      }
    } finally {
      closeSync(file);
    }
    return hash.digest();
  }

  #differ(path: Buffer, how: string): void {
    this.result.differences.push(`${JSON.stringify(path.toString())} ${how}`);
  }
}

function join(folder: Buffer, name: Buffer): Buffer {
  return Buffer.concat([folder, Buffer.from(sep), name]);
}

function inodeOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

function timeOf({ mtimeNs }: BigIntStats): string {
  const seconds = new Date(Number(mtimeNs / 1_000_000n)).toISOString();
  return `${seconds} (${mtimeNs} ns)`;
}

function typeOf(stats: BigIntStats): string {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  if (stats.isSymbolicLink()) return 'symbolic link';
  if (stats.isFIFO()) return 'fifo';
  if (stats.isSocket()) return 'socket';
  return stats.isBlockDevice() ? 'block device' : 'character device';
}
