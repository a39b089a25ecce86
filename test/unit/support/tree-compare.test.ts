import {
  appendFileSync,
  chmodSync,
  cpSync,
  linkSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { posixCalls } from '../../../main/engine/base/native/posix-calls.ts';
import { hasUserXattrs } from '../../support/file-system-features.ts';
import { makeFixtureTree } from '../../support/fixture-tree.ts';
import { scratchFolder } from '../../support/restic.ts';
import { compareEntries, compareTrees } from '../../support/tree-compare.ts';
import { readTree, type TreeEntries } from '../../support/tree-entries.ts';

const scratch = scratchFolder();
const source = join(scratch.path, 'source');
const copy = join(scratch.path, 'copy');
let entries: TreeEntries;

beforeAll(() => {
  makeFixtureTree(source, { small: true, modern: true });
  entries = readTree(source);
});
beforeEach(() => {
  rmSync(copy, { recursive: true, force: true });
  execFileSync('cp', ['-a', source, copy]);
});
afterAll(() => scratch.remove());

describe('the fixture tree', () => {
  it('is the same whenever it is made', () => {
    const again = join(scratch.path, 'again');
    makeFixtureTree(again, { small: true, modern: true });
    expect(compareTrees(source, again)).toEqual([]);
  });

  it('has one of everything', () => {
    const kinds = new Set([...entries.values()].map(({ kind }) => kind));
    const devices = process.getuid?.() === 0 ? ['chardev', 'blockdev'] : [];
    expect([...kinds].sort()).toEqual(['file', 'folder', 'symlink', 'fifo', ...devices].sort());
    expect(entries.get('links/hard-link')?.hardLinkOf).toBe('links/file');
    expect(entries.get('links/raw-target')?.target).toBe('bad-\xff\xfe');
    expect(entries.get('modes/file-7777')?.mode).toBe(0o7777);
    expect([...entries.values()].some(({ mtimeNs }) => mtimeNs < 0n)).toBe(true);
    expect([...entries.values()].some(({ mtimeNs }) => mtimeNs % 1000n !== 0n)).toBe(true);
    if (hasUserXattrs) expect(entries.get('attributes/file')?.xattrs).toContain('user.binary=00ff0a22');
    expect(entries.size).toBeGreaterThan(200);
  });
});

describe('the comparison of trees', () => {
  it('finds a faithful copy the same', () => {
    expect(compareTrees(source, copy)).toEqual([]);
  });

  const changes: [string, () => void, RegExp][] = [
    ['content', () => keepingTimes('contents/text', () => overwrite('contents/text')), /^contents\/text: sha256 is/],
    [
      'size',
      () => keepingTimes('contents/one-byte', () => appendFileSync(at('contents/one-byte'), 'y')),
      /: size is 2 instead of 1$/,
    ],
    ['mode', () => chmodSync(at('modes/file-4755'), 0o755), /^modes\/file-4755: mode is 0755 instead of 4755$/],
    ['time', () => shiftTime('links/to-file', 1n), /^links\/to-file: mtimeNs is/],
    ['missing', () => keepingTimes('special', () => rmSync(at('special/fifo'))), /^special\/fifo: missing fifo$/],
    [
      'extra',
      () => keepingTimes('folders/empty', () => writeFileSync(at('folders/empty/x'), '')),
      /^folders\/empty\/x: unexpected file$/,
    ],
    [
      'kind',
      () => keepingTimes('links', () => replaceByFile('links/absolute')),
      /^links\/absolute: a file instead of a symlink$/,
    ],
    [
      'name',
      () => keepingTimes('names', () => renameSync(at('names/lower'), at('names/Lower'))),
      /names\/lower: missing file/,
    ],
  ];
  it.each(changes)('names a difference of %s', (_name, change, expected) => {
    change();
    const differences = compareTrees(source, copy);
    expect(differences.join('\n')).toMatch(new RegExp(expected.source, 'm'));
    expect(differences.length).toBeLessThanOrEqual(2);
  });

  it('names a difference of targets, and of hard links', () => {
    keepingTimes('links', () => {
      rmSync(at('links/dangling'));
      symlinkSync('elsewhere', at('links/dangling'));
      rmSync(at('links/empty-hard-link'));
      linkSync(at('links/file'), at('links/empty-hard-link'));
    });
    const differences = compareTrees(source, copy).join('\n');
    expect(differences).toContain('links/dangling: target is elsewhere instead of ../nowhere');
    expect(differences).toContain(
      'links/empty-hard-link: hardLinkOf is links/empty-hard-link instead of links/empty-file',
    );
  });

  it.skipIf(!hasUserXattrs)('names a difference of extended attributes', () => {
    execFileSync('setfattr', ['-x', 'user.empty', at('attributes/file')]);
    expect(compareTrees(source, copy).join('\n')).toMatch(/^attributes\/file: xattrs is /);
  });

  it('leaves out what it is told to', () => {
    chmodSync(at('modes/file-4755'), 0o755);
    expect(compareTrees(source, copy, { ignore: ['mode'] })).toEqual([]);
    expect(compareTrees(source, copy, { except: ['modes/file-4755'] })).toEqual([]);
  });

  it('compares what was recorded with what is there now', () => {
    rmSync(at('names'), { recursive: true });
    cpSync(join(source, 'contents'), at('names'), { recursive: true });
    expect(compareEntries(entries, readTree(copy)).length).toBeGreaterThan(60);
    expect(readdirSync(at('names')).length).toBeGreaterThan(5);
  });
});

function at(path: string): string {
  return join(copy, path);
}

function overwrite(path: string): void {
  const length = entries.get(path)?.size ?? 0n;
  writeFileSync(at(path), 'y'.repeat(Number(length)));
}

function replaceByFile(path: string): void {
  rmSync(at(path));
  writeFileSync(at(path), '');
}

function shiftTime(path: string, byNs: bigint): void {
  const { mtimeNs } = entries.get(path) ?? { mtimeNs: 0n };
  posixCalls().setTimes(at(path), mtimeNs + byNs, mtimeNs + byNs);
}

/** Only the change that is meant, not its trace in the time of `path`. */
function keepingTimes(path: string, change: () => void): void {
  change();
  shiftTime(path, 0n);
}
