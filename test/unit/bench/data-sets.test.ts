import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeBlocks, changeFiles, undoChanges } from '../../../bench/data/changes.ts';
import { DATA_SET_NAMES, listFiles, provideDataSet } from '../../../bench/data/data-set.ts';
import { scratchFolder } from '../../support/restic.ts';

const SCALE = 0.002;

let scratch: ReturnType<typeof scratchFolder>;

beforeEach(() => {
  scratch = scratchFolder();
});

afterEach(() => scratch.remove());

/** Names and content. */
function fingerprint(folder: string): string {
  const hash = createHash('sha256');
  for (const path of listFiles(folder)) hash.update(relative(folder, path)).update(readFileSync(path));
  return hash.digest('hex');
}

function cacheFolder(name: string): string {
  const path = join(scratch.path, name);
  mkdirSync(path);
  return path;
}

test.each(DATA_SET_NAMES)('%s is the same wherever it is made, and is made once', (name) => {
  const here = provideDataSet(name, cacheFolder('here'), SCALE);
  const there = provideDataSet(name, cacheFolder('there'), SCALE);
  expect(here.fileCount).toBeGreaterThan(0);
  expect(fingerprint(here.path)).toBe(fingerprint(there.path));
  const madeAt = lstatSync(here.path).birthtimeMs;
  expect(provideDataSet(name, join(scratch.path, 'here'), SCALE)).toEqual(here);
  expect(lstatSync(here.path).birthtimeMs).toBe(madeAt);
});

test('the data sets have the sizes that they are known for', () => {
  const cache = cacheFolder('cache');
  const sizeOf = (name: (typeof DATA_SET_NAMES)[number]) => provideDataSet(name, cache, SCALE);
  const scaledBytes = 2 * 2 ** 30 * SCALE;
  expect(sizeOf('D1').sizeBytes).toBeGreaterThanOrEqual(scaledBytes * 0.99);
  expect(sizeOf('D2').fileCount).toBe(200);
  const image = sizeOf('D3');
  expect(image.sizeBytes).toBeGreaterThanOrEqual(scaledBytes);
  expect(image.fileCount).toBe(1);
});

test('changes touch about the share of bytes that was asked for, and can be undone', () => {
  const { path, sizeBytes } = provideDataSet('D2', cacheFolder('cache'), SCALE);
  const { path: original } = provideDataSet('D2', cacheFolder('second'), SCALE);
  const before = new Map(listFiles(path).map((file) => [file, lstatSync(file, { bigint: true })]));
  changeFiles(path, [...before.keys()], 0.1, 'seed');
  const changed = listFiles(path).filter((file) => lstatSync(file, { bigint: true }).ino !== before.get(file)?.ino);
  const changedBytes = changed.reduce((sum, file) => sum + Number(before.get(file)?.size), 0);
  expect(changedBytes / sizeBytes).toBeGreaterThan(0.09);
  expect(changedBytes / sizeBytes).toBeLessThanOrEqual(0.1);
  expect(fingerprint(path)).not.toBe(fingerprint(original));

  // On top of each other, as a history of several backups needs.
  changeFiles(path, [...before.keys()], 0.1, 'another seed');
  undoChanges(path);
  expect(fingerprint(path)).toBe(fingerprint(original));
  for (const [file, { ino, mtimeNs }] of before)
    expect(lstatSync(file, { bigint: true })).toMatchObject({ ino, mtimeNs });
});

test('changes in place are spread over all large files, leave sizes alone, and can be undone', () => {
  const folder = cacheFolder('files');
  const files = [100_000, 1_500_000, 3_000_000, 40_000_000].map((sizeBytes, index) => {
    const path = join(folder, `f${index}`);
    writeFileSync(path, Buffer.alloc(sizeBytes));
    return path;
  });
  changeBlocks(folder, files, 0.01, 'seed');
  const changedBytes = files.map((path) => readFileSync(path).filter((byte) => byte !== 0).length);
  expect(changedBytes[0]).toBe(0);
  for (const changed of changedBytes.slice(1)) expect(changed).toBeGreaterThan(60_000);
  const share = changedBytes.reduce((sum, bytes) => sum + bytes, 0) / 44_600_000;
  expect(share).toBeGreaterThan(0.009);
  expect(share).toBeLessThan(0.013);
  expect(files.map((path) => lstatSync(path).size)).toEqual([100_000, 1_500_000, 3_000_000, 40_000_000]);

  undoChanges(folder);
  for (const path of files) expect(readFileSync(path).every((byte) => byte === 0)).toBe(true);
});

test('a run that was stopped leaves no changes to the next one', () => {
  const cache = cacheFolder('cache');
  const { path } = provideDataSet('D2', cache, SCALE);
  const before = fingerprint(path);
  changeFiles(path, listFiles(path), 0.1, 'seed');
  expect(fingerprint(provideDataSet('D2', cache, SCALE).path)).toBe(before);
});
