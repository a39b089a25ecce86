import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { posixCalls } from '../../../main/engine/base/native/posix-calls.ts';
import { rawText, type RawName } from '../../../main/engine/base/raw-path.ts';
import { EntryStats, nativeStatCalls } from '../../../main/engine/source/entry-stats.ts';
import { statEntry } from '../../../main/engine/source/file-metadata.ts';
import { statOfWords } from '../../../main/engine/source/stat-words.ts';
import { scratchFolder } from '../../support/restic.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

const INVALID = Buffer.from([0x6e, 0xff]);
/** Few entries are found by their paths, many in an opened folder. */
const FEW = 1;
const MANY = 500;

function makeFolder(name: string): string {
  const folder = join(scratch.path, name);
  mkdirSync(folder);
  const at = (entry: string) => join(folder, entry);
  writeFileSync(at('file'), 'twelve bytes');
  chmodSync(at('file'), 0o6754);
  linkSync(at('file'), at('hard-link'));
  posixCalls().setTimes(at('file'), -1_500_000_001n, 1_700_000_000_123_456_789n);
  writeFileSync(at('large'), '');
  truncateSync(at('large'), 5 * 2 ** 33 + 7);
  mkdirSync(at('ä folder'), 0o1777);
  symlinkSync('nowhere', at('link'));
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/`), INVALID]), '');
  return folder;
}

const NAMES: readonly RawName[] = ['file', 'hard-link', 'large', 'link', INVALID, 'ä folder'];
const pathOf = (folder: string, name: RawName) =>
  typeof name === 'string' ? join(folder, name) : Buffer.concat([Buffer.from(`${folder}/`), name]);

describe.each([
  ['by Node', () => new EntryStats(), FEW],
  ['by Node, in a folder with many entries', () => new EntryStats(), MANY],
  ['by the system itself', () => new EntryStats(nativeStatCalls()), FEW],
  ['by the system itself, in an opened folder', () => new EntryStats(nativeStatCalls()), MANY],
] as const)('looking at entries %s', (title, make, entries) => {
  const folder = makeFolder(title);
  const stats = make();
  afterAll(() => stats.leave());

  it.each(NAMES.map((name) => [rawText(name), name] as const))('finds what lstat finds: %s', (_, name) => {
    stats.enter(folder, entries);
    stats.look(name);
    const { rdev: _rdev, ...expected } = statEntry(pathOf(folder, name));
    expect(statOfWords(stats.words)).toMatchObject(expected);
  });

  it('says nothing of what is no file, folder or link', () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    stats.enter(folder, entries);
    stats.look('pipe');
    expect(statOfWords(stats.words)).toBeUndefined();
  });

  it('throws what lstat throws, and goes on', () => {
    stats.enter(folder, entries);
    expect(() => stats.look('missing')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(() => stats.look('n'.repeat(256))).toThrow(expect.objectContaining({ code: 'ENAMETOOLONG' }));
    expect(() => stats.look('n'.repeat(5000))).toThrow(expect.objectContaining({ code: 'ENAMETOOLONG' }));
    stats.look('file');
    expect(statOfWords(stats.words)?.sizeBytes).toBe(12);
  });

  it('does not take a name for another one that a NUL ends', () => {
    stats.enter(folder, entries);
    expect(() => stats.look('file\0x')).toThrow();
  });

  it('finds nothing in a folder that is gone, or a link', () => {
    const gone = makeFolder(`${title}, gone`);
    rmSync(gone, { recursive: true });
    stats.enter(gone, entries);
    expect(() => stats.look('file')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });
});

it('is done by the system itself where many entries are looked at', () => {
  const stats = new EntryStats();
  const folder = makeFolder('many');
  stats.enter(folder, 5000);
  for (let look = 0; look < 3; look++) stats.look('file');
  stats.leave();
  stats.leave();
  expect(statOfWords(stats.words)?.inode).toBe(statEntry(join(folder, 'file')).inode);
});
