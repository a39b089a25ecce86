import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { KIB, MIB } from './byte-units.ts';
import { overwriteBlocks, spliceRandomly } from './edits.ts';
import { SeededRandom } from './seeded-random.ts';

const BLOCK_BYTES = 64 * KIB;
const LARGE_FILE_BYTES = MIB;

/** Where the originals of changed files wait: beside the data set, on the same disk. */
const originalsOf = (folder: string) => `${folder}.originals`;

/**
 * Changes files that together hold `share` of the bytes of all `files`, each at a few places; the others stay untouched.
 * Originals are moved away, so that undoing brings back their very times. Changes on top of changes are possible.
 */
export function changeFiles(folder: string, files: readonly string[], share: number, seed: string): void {
  const random = new SeededRandom(seed);
  const sizes = new Map(files.map((path) => [path, lstatSync(path).size]));
  let left = share * [...sizes.values()].reduce((sum, size) => sum + size, 0);
  for (const path of random.shuffled(files)) {
    const sizeBytes = sizes.get(path) ?? 0;
    if (sizeBytes === 0 || sizeBytes > left) continue;
    left -= sizeBytes;
    replace(folder, path, (content) => spliceRandomly(content, random.between(1, 4), random));
  }
}

/**
 * Overwrites `share` of the bytes of all `files` in blocks of 64 KiB that are spread over every file of more than 1 MiB, as
 * databases, disk images and mailboxes change; no file gets longer or shorter. At a small scale, where no file is that
 * large, the largest one stands for them.
 */
export function changeBlocks(folder: string, files: readonly string[], share: number, seed: string): void {
  const random = new SeededRandom(seed);
  const sized = files.map((path) => ({ path, sizeBytes: lstatSync(path).size }));
  const large = sized.filter(({ sizeBytes }) => sizeBytes > LARGE_FILE_BYTES);
  if (large.length === 0) large.push(...sized.sort((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 1));
  const sum = (list: typeof sized) => list.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  const changedShare = (share * sum(sized)) / sum(large);
  for (const { path, sizeBytes } of large) {
    const blockCount = Math.max(1, Math.round((sizeBytes * changedShare) / BLOCK_BYTES));
    replace(folder, path, (content) => overwriteBlocks(content, blockCount, BLOCK_BYTES, random));
  }
}

/** The original is moved away, unless an earlier change has done so. */
function replace(folder: string, path: string, change: (content: Buffer) => Buffer): void {
  const original = join(originalsOf(folder), relative(folder, path));
  const content = readFileSync(path);
  if (existsSync(original)) {
    rmSync(path);
  } else {
    mkdirSync(dirname(original), { recursive: true });
    renameSync(path, original);
  }
  writeFileSync(path, change(content));
}

/** Puts every original back. Harmless when nothing was changed. */
export function undoChanges(folder: string): void {
  const originals = originalsOf(folder);
  if (!existsSync(originals)) return;
  for (const entry of readdirSync(originals, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const original = join(entry.parentPath, entry.name);
    renameSync(original, join(folder, relative(originals, original)));
  }
  rmSync(originals, { recursive: true });
}
