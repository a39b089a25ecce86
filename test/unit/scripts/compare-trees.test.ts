import { chmodSync, linkSync, lutimesSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compareTrees } from '../../../scripts/compare-trees.ts';
import { scratchFolder } from '../../support/restic.ts';

const TIME = new Date('2024-05-06T07:08:09.123Z');

let scratch: ReturnType<typeof scratchFolder>;
let first: string;
let second: string;

beforeEach(() => {
  scratch = scratchFolder();
  first = join(scratch.path, 'first');
  second = join(scratch.path, 'second');
  buildTree(first);
  buildTree(second);
});

afterEach(() => scratch.remove());

function buildTree(root: string): void {
  mkdirSync(join(root, 'folder'), { recursive: true });
  writeFileSync(join(root, 'file'), 'content', { mode: 0o640 });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/folder/name-`), Buffer.from([0xff, 0xfe])]), 'odd name');
  writeFileSync(join(root, 'folder', 'twin-a'), 'one file of two names');
  linkSync(join(root, 'folder', 'twin-a'), join(root, 'folder', 'twin-b'));
  symlinkSync('file', join(root, 'link'));
  settle(root);
}

/** Gives everything the same time again after a change. */
function settle(root: string): void {
  lutimesSync(join(root, 'link'), TIME, TIME);
  for (const name of ['file', 'folder/twin-a', 'folder/twin-b', 'folder', '']) utimesSync(join(root, name), TIME, TIME);
  utimesSync(Buffer.concat([Buffer.from(`${root}/folder/name-`), Buffer.from([0xff, 0xfe])]), TIME, TIME);
}

test('equal trees have no difference, and everything in them is counted', () => {
  const comparison = compareTrees(first, second);
  expect(comparison).toEqual({ files: 4, folders: 2, others: 1, sizeBytes: 57, differences: [] });
});

const CHANGES: Record<string, { change: (root: string) => void; difference: RegExp }> = {
  content: { change: (root) => writeFileSync(join(root, 'file'), 'CONTENT'), difference: /file" has other content$/ },
  size: { change: (root) => writeFileSync(join(root, 'file'), 'longer content'), difference: /has 14 bytes, not 7$/ },
  mode: { change: (root) => chmodSync(join(root, 'file'), 0o600), difference: /file" has mode 600, not 640$/ },
  type: {
    change: (root) => {
      rmSync(join(root, 'link'));
      writeFileSync(join(root, 'link'), '');
    },
    difference: /link" was a symbolic link and is a file$/,
  },
  target: {
    change: (root) => {
      rmSync(join(root, 'link'));
      symlinkSync('folder', join(root, 'link'));
    },
    difference: /link" points elsewhere$/,
  },
  'hard link': {
    change: (root) => {
      rmSync(join(root, 'folder/twin-b'));
      writeFileSync(join(root, 'folder/twin-b'), 'one file of two names');
    },
    difference: /twin-b" is no longer the same file as its other names$/,
  },
  'missing file': { change: (root) => rmSync(join(root, 'file')), difference: /file" is missing$/ },
  'additional file': { change: (root) => writeFileSync(join(root, 'more'), ''), difference: /more" was not there$/ },
};

test.each(Object.entries(CHANGES))('finds a changed tree: %s', (_name, { change, difference }) => {
  change(second);
  try {
    settle(second);
  } catch {
    // The change was to remove one of the files.
    utimesSync(second, TIME, TIME);
  }
  expect(compareTrees(first, second).differences).toEqual([expect.stringMatching(difference)]);
});

test('finds another modification time', () => {
  utimesSync(join(second, 'file'), TIME, new Date(TIME.getTime() + 1));
  expect(compareTrees(first, second).differences).toEqual([expect.stringMatching(/file" was modified .*124Z/)]);
});

test('what was left out on purpose may be missing', () => {
  rmSync(join(second, 'folder'), { recursive: true });
  utimesSync(second, TIME, TIME);
  expect(compareTrees(first, second).differences).toHaveLength(1);
  expect(compareTrees(first, second, { without: [join(first, 'folder')] }).differences).toEqual([]);
});
