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
import { spliceRandomly } from './edits.ts';
import { SeededRandom } from './seeded-random.ts';

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
    const original = join(originalsOf(folder), relative(folder, path));
    const content = readFileSync(path);
    if (existsSync(original)) {
      rmSync(path);
    } else {
      mkdirSync(dirname(original), { recursive: true });
      renameSync(path, original);
    }
    writeFileSync(path, spliceRandomly(content, random.between(1, 4), random));
  }
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
