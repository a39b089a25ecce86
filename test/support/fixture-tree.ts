import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  ftruncateSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { posixCalls } from '../../main/engine/base/native/posix-calls.ts';
import { joinPath, rawFromBytes, type RawPath } from '../../main/engine/base/raw-path.ts';
import { hasUserXattrs } from './file-system-features.ts';
import { seededBytes } from './seeded-bytes.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
const isRoot = process.getuid?.() === 0;

export interface FixtureOptions {
  /** Leaves out the files of several chunks: about 3 MB instead of 50. */
  readonly small?: boolean;
  /** Adds what restic 0.14 stores otherwise than its successors: link targets that are not UTF-8, names of newer Unicode. */
  readonly modern?: boolean;
}

/** A folder with one of everything that a backup can meet. The same in every run, but for inodes and ctimes. */
export function makeFixtureTree(root: string, options: FixtureOptions = {}): void {
  mkdirSync(root, { recursive: true });
  makeContents(join(root, 'contents'), options.small ?? false);
  makeLinks(join(root, 'links'), options.modern ?? false);
  makeModes(join(root, 'modes'));
  makeNames(join(root, 'names'), options.modern ?? false);
  makeFolders(join(root, 'folders'), options.small ?? false);
  makeSpecialFiles(join(root, 'special'));
  makeAttributes(join(root, 'attributes'));
  // Last, and folders after what is in them: every other change would move their times.
  setTimes(root, '');
}

function makeContents(folder: string, small: boolean): void {
  mkdirSync(folder);
  const put = (name: string, bytes: Uint8Array | string) => writeFileSync(join(folder, name), bytes);
  put('empty', '');
  put('one-byte', 'x');
  put('text', 'A line of text that compresses well.\n'.repeat(500));
  put('tree-lookalike', '{"nodes":[]}\n');
  put('512k-1', seededBytes('512k-1', 512 * KIB - 1));
  put('512k', seededBytes('512k', 512 * KIB));
  put('512k+1', seededBytes('512k+1', 512 * KIB + 1));
  put('512k-copy', seededBytes('512k', 512 * KIB));
  put('zeros', Buffer.alloc(small ? MIB : 3 * MIB));
  makeSparse(join(folder, 'sparse'), small ? 4 * MIB : 40 * MIB);
  if (small) return;
  put('ones-8m+1', Buffer.alloc(8 * MIB + 1, 1));
  put('random-12m', seededBytes('random-12m', 12 * MIB));
  put('random-12m-copy', seededBytes('random-12m', 12 * MIB));
  // Shares most of its chunks with the two above.
  put('random-12m-edited', Buffer.concat([Buffer.from('a prefix'), seededBytes('random-12m', 12 * MIB)]));
}

/** Data at the start, in the middle and nearly at the end, holes between and behind. */
function makeSparse(path: string, sizeBytes: number): void {
  const fd = openSync(path, 'w');
  try {
    for (const part of [0, 0.4, 0.95]) {
      writeSync(fd, seededBytes(`sparse-${part}`, 10_000), 0, 10_000, Math.floor(sizeBytes * part));
    }
    ftruncateSync(fd, sizeBytes);
  } finally {
    closeSync(fd);
  }
}

function makeLinks(folder: string, modern: boolean): void {
  mkdirSync(join(folder, 'target-folder', 'inside'), { recursive: true });
  const at = (name: string) => join(folder, name);
  writeFileSync(at('file'), 'linked content');
  linkSync(at('file'), at('hard-link'));
  linkSync(at('file'), at('target-folder/hard-link-elsewhere'));
  writeFileSync(at('empty-file'), '');
  linkSync(at('empty-file'), at('empty-hard-link'));
  symlinkSync('file', at('to-file'));
  symlinkSync('target-folder', at('to-folder'));
  symlinkSync('../nowhere', at('dangling'));
  symlinkSync('/absolute/nowhere', at('absolute'));
  symlinkSync('to-self', at('to-self'));
  symlinkSync('a"b<&>\\\n\u00e9', at('odd-target'));
  symlinkSync('x'.repeat(4000), at('long-target'));
  if (modern) symlinkSync(Buffer.from('bad-\xff\xfe', 'latin1'), at('raw-target'));
}

function makeModes(folder: string): void {
  mkdirSync(folder);
  for (const mode of [0o000, 0o400, 0o644, 0o755, 0o777, 0o4755, 0o2755, 0o1644, 0o7777]) {
    const name = mode.toString(8).padStart(4, '0');
    // What nobody may read only root can back up.
    if (mode === 0 && !isRoot) continue;
    writeFileSync(join(folder, `file-${name}`), name);
    chmodSync(join(folder, `file-${name}`), mode);
    if ((mode & 0o500) !== 0o500 && !isRoot) continue;
    mkdirSync(join(folder, `folder-${name}`));
    chmodSync(join(folder, `folder-${name}`), mode);
  }
  if (!isRoot) return;
  for (const [name, uid, gid] of [
    ['foreign', 12345, 54321],
    ['large-ids', 4_000_000_000, 4_000_000_001],
  ] as const) {
    writeFileSync(join(folder, name), name);
    chownSync(join(folder, name), uid, gid);
    symlinkSync('nowhere', join(folder, `${name}-link`));
    lchownSync(join(folder, `${name}-link`), uid, gid);
    mkdirSync(join(folder, `${name}-folder`));
    chownSync(join(folder, `${name}-folder`), uid, gid);
  }
}

interface NameVectors {
  readonly names: readonly { readonly json_literal: string; readonly name_hex: string }[];
}

function makeNames(folder: string, modern: boolean): void {
  mkdirSync(folder);
  const vectors = JSON.parse(
    readFileSync(new URL('../format/vectors/tree-vectors.json', import.meta.url), 'utf8'),
  ) as NameVectors;
  for (const { json_literal: literal, name_hex: hex } of vectors.names) {
    if (!modern && literal.includes('\\\\U0001fa')) continue;
    writeFileSync(joinPath(folder, rawFromBytes(Buffer.from(hex, 'hex'))), hex);
  }
  writeFileSync(join(folder, 'n'.repeat(255)), 'the longest name');
  mkdirSync(joinPath(folder, Buffer.from('folder-\xff\x01', 'latin1')));
  writeFileSync(joinPath(folder, Buffer.from('folder-\xff\x01/inside', 'latin1')), 'below a name that is not UTF-8');
}

function makeFolders(folder: string, small: boolean): void {
  mkdirSync(join(folder, 'empty', 'empty-too'), { recursive: true });
  mkdirSync(join(folder, ...Array.from({ length: 60 }, (_, level) => `level-${level}`)), { recursive: true });
  const many = join(folder, 'many');
  mkdirSync(many);
  for (let i = 0; i < (small ? 30 : 300); i++) {
    writeFileSync(join(many, `file-${i}`), seededBytes(`many-${i}`, (i * 37) % 5000));
  }
}

function makeSpecialFiles(folder: string): void {
  mkdirSync(folder);
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  if (!isRoot) return;
  execFileSync('mknod', [join(folder, 'chardev'), 'c', '1', '3']);
  execFileSync('mknod', [join(folder, 'blockdev'), 'b', '259', '300']);
}

function makeAttributes(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), 'with attributes');
  if (!hasUserXattrs) return;
  for (const path of [folder, join(folder, 'file')]) {
    execFileSync('setfattr', ['-n', 'user.zeta', '-v', 'z', path]);
    execFileSync('setfattr', ['-n', 'user.binary', '-v', '0x00ff0a22', path]);
    execFileSync('setfattr', ['-n', 'user.empty', path]);
    execFileSync('setfattr', ['-n', 'user.long', '-v', 'v'.repeat(1500), path]);
  }
}

/** Seconds since 1970: before it, at it, on both sides of a summer time, and beyond 32 bits. */
const SECONDS = [-2_000_000_000n, -1n, 0n, 1_600_000_000n, 1_640_000_000n, 1_657_000_000n, 4_118_000_000n];
const NANOSECONDS = [0n, 1n, 100_000_000n, 123_456_789n, 999_999_999n];

function setTimes(path: RawPath, seed: string): void {
  const stats = lstatSync(path);
  if (stats.isDirectory()) {
    for (const name of readdirSync(path, { encoding: 'buffer' })) {
      setTimes(joinPath(path, rawFromBytes(name)), `${seed}/${name.toString('hex')}`);
    }
  }
  const pick = seededBytes(seed, 2);
  const seconds = SECONDS[(pick[0] ?? 0) % SECONDS.length] ?? 0n;
  const timeNs = seconds * 1_000_000_000n + (NANOSECONDS[(pick[1] ?? 0) % NANOSECONDS.length] ?? 0n);
  posixCalls().setTimes(path, timeNs, timeNs);
}
