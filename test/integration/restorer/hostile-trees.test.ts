import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BlobId } from '../../../main/engine/base/ids.ts';
import type { Node } from '../../../main/engine/snapshot/node.ts';
import type { RestoreOptions } from '../../../main/engine/restorer/restore-options.ts';
import { restore } from '../../../main/engine/restorer/restore.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { scratchFolder } from '../../support/restic.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

let builder: RepositoryBuilder;
let content: string;
let innocent: Node;
let target: string;
let runs = 0;

beforeAll(async () => {
  builder = await RepositoryBuilder.create();
  innocent = builder.file('innocent', [Buffer.from('content')]);
  content = JSON.stringify(innocent.content);
});

beforeEach(() => {
  target = join(scratch.path, `run-${runs++}`, 'target');
  mkdirSync(target, { recursive: true });
});

const TIMES = '"mtime":"2026-01-02T03:04:05Z","atime":"2026-01-02T03:04:05Z","ctime":"2026-01-02T03:04:05Z"';
const IDS = '"uid":0,"gid":0';

/** `name` as it stands in the JSON, both layers of escapes included. */
function fileText(name: string, fields = ''): string {
  return `{"name":"${name}","type":"file","mode":420,${TIMES},${IDS},"size":7${fields},"content":${content}}`;
}

function linkText(name: string, to: string): string {
  return `{"name":"${name}","type":"symlink","mode":134218239,${TIMES},${IDS},"linktarget":"${to}","content":null}`;
}

function folderText(name: string, subtree: BlobId | undefined): string {
  return `{"name":"${name}","type":"dir","mode":2147484141,${TIMES},${IDS},"content":null,"subtree":"${subtree}"}`;
}

const treeOf = (...nodes: string[]) => Buffer.from(`{"nodes":[${nodes.join(',')}]}\n`);

async function restoreTree(tree: Buffer, options: Partial<RestoreOptions> = {}) {
  const snapshot = await builder.snapshot([
    builder.rawFolder('evil', tree),
    builder.file('innocent', [Buffer.from('content')]),
  ]);
  const result = await restore({
    repository: builder.repository,
    snapshot,
    target,
    lock: 'none',
    workers: 1,
    ...options,
  });
  expect(readFileSync(join(target, 'innocent'), 'utf8')).toBe('content');
  // Whatever the tree says, only the target changes.
  expect(readdirSync(dirname(target))).toEqual(['target']);
  return result;
}

const inEvil = () => readdirSync(join(target, 'evil')).sort();

describe('names that lead elsewhere', () => {
  it.each([
    ['the parent', '..'],
    ['the folder itself', '.'],
    ['a path upwards', '../escaped'],
    ['a path downwards', 'innocent/below'],
    ['an absolute path', '/tmp/guardit-escaped'],
    ['a NUL', 'a\\\\x00b'],
    ['a name that no file system takes', 'n'.repeat(2000)],
  ])('%s: a warning, and the rest is restored', async (_, name) => {
    const result = await restoreTree(treeOf(fileText(name), fileText('sound')));
    expect(result.warnings).toMatchObject([{ item: '/evil', during: 'restore' }]);
    expect(inEvil()).toEqual(['sound']);
    expect(existsSync('/tmp/guardit-escaped')).toBe(false);
  });

  it('for folders and links alike', async () => {
    const subtree = builder.rawFolder('x', treeOf(fileText('inside'))).subtree;
    const result = await restoreTree(treeOf(folderText('..', subtree), linkText('../link', '/etc'), fileText('sound')));
    expect(result.warningCount).toBe(2);
    expect(inEvil()).toEqual(['sound']);
  });

  it('an empty name makes its tree unreadable from there on', async () => {
    const result = await restoreTree(treeOf(fileText('before'), fileText(''), fileText('after')));
    expect(result.warnings).toMatchObject([{ item: '/evil' }]);
  });

  it('nothing is deleted where names are unusable', async () => {
    mkdirSync(join(target, 'evil'));
    writeFileSync(join(target, 'evil/mine'), '');
    const result = await restoreTree(treeOf(fileText('..')), { delete: true });
    expect(result.filesDeleted).toBe(0);
    expect(inEvil()).toEqual(['mine']);
  });
});

describe('one name twice', () => {
  it.each([
    ['sorted', false],
    ['unsorted', true],
  ])(
    'a link, then a folder of that name (%s): the first counts, nothing is written through it',
    async (_, unsorted) => {
      const outside = join(scratch.path, `outside-${runs}`);
      mkdirSync(outside);
      const subtree = builder.rawFolder('x', treeOf(fileText('planted'))).subtree;
      const between = unsorted ? [fileText('z'), fileText('a')] : [];
      const result = await restoreTree(
        treeOf(linkText('trap', outside), ...between, folderText('trap', subtree), fileText('trap')),
      );
      expect(result.warningCount).toBe(2);
      expect(readdirSync(outside)).toEqual([]);
      expect(readlinkSync(join(target, 'evil/trap'))).toBe(outside);
    },
  );

  it('a folder, then a link and a file of that name', async () => {
    const subtree = builder.rawFolder('x', treeOf(fileText('inside'))).subtree;
    const result = await restoreTree(
      treeOf(folderText('it', subtree), fileText('b'), linkText('it', '/etc'), fileText('it')),
    );
    expect(result.warningCount).toBe(2);
    expect(readdirSync(join(target, 'evil/it'))).toEqual(['inside']);
  });

  it('two files', async () => {
    const result = await restoreTree(treeOf(fileText('twice'), fileText('twice')));
    expect(result.warnings).toMatchObject([{ item: '/evil/twice' }]);
    expect(inEvil()).toEqual(['twice']);
  });
});

describe('links that are in the target already', () => {
  it('in the place of folders and files are replaced, not followed', async () => {
    const outside = join(scratch.path, `outside-${runs}`);
    mkdirSync(outside);
    symlinkSync(outside, join(target, 'evil'));
    symlinkSync(join(outside, 'created'), join(target, 'innocent'));
    const result = await restoreTree(treeOf(fileText('sound')));
    expect(result.warnings).toEqual([]);
    expect(readdirSync(outside)).toEqual([]);
    expect(lstatSync(join(target, 'evil')).isDirectory()).toBe(true);
    expect(lstatSync(join(target, 'innocent')).isFile()).toBe(true);
  });

  it('put there while the restore runs are not followed either', async () => {
    const outside = join(scratch.path, `outside-${runs}`);
    mkdirSync(outside);
    const snapshot = await builder.snapshot([
      builder.rawFolder('evil', treeOf(fileText('a'), fileText('b'), linkText('made', 'x'))),
    ]);
    // The link is made while the trees are walked, files only then: between the two the folder is swapped.
    const onItem = ({ path }: { path: string }) => {
      if (path !== '/evil/made') return;
      renameSync(join(target, 'evil'), join(target, 'moved'));
      symlinkSync(outside, join(target, 'evil'));
    };
    const result = await restore({
      repository: builder.repository,
      snapshot,
      target,
      lock: 'none',
      workers: 1,
      onItem,
    });
    expect(readdirSync(outside)).toEqual([]);
    expect(result.warnings.map(({ item }) => item).sort()).toEqual(['/evil', '/evil/a', '/evil/b']);
  });
});

describe('trees that make no sense', () => {
  it('a wrong size: the content counts', async () => {
    for (const size of ['0', '6', '18446744073709551615']) {
      const result = await restoreTree(treeOf(fileText('file').replace('"size":7', `"size":${size}`)));
      expect(result.warnings).toMatchObject([{ item: '/evil/file', message: expect.stringContaining('7') }]);
      expect(readFileSync(join(target, 'evil/file'), 'utf8')).toBe('content');
    }
  });

  it('no content, a blob that nobody has, a tree that nobody has', async () => {
    const unknown = 'ab'.repeat(32);
    const nodes = [
      fileText('a').replace(content, 'null'),
      fileText('b').replace(content, `["${unknown}"]`),
      folderText('c', unknown as BlobId),
      fileText('d'),
    ];
    const result = await restoreTree(treeOf(...nodes));
    expect(result.warnings.map(({ item }) => item)).toEqual(['/evil/a', '/evil/b', '/evil/c']);
    expect(inEvil()).toEqual(['c', 'd']);
  });

  it('not JSON, a list, an unknown type: the folder is there, with what could be read', async () => {
    for (const tree of ['no json', '[]', `{"nodes":[{"name":"x","type":"wormhole",${TIMES}}]}`]) {
      const result = await restoreTree(Buffer.from(tree));
      expect(result.warnings).toMatchObject([{ item: '/evil' }]);
      expect(inEvil()).toEqual([]);
    }
  });

  it('folders in folders beyond any path length', async () => {
    let inner = builder.folder('deep', [innocent]);
    for (let level = 0; level < 3000; level++) inner = builder.folder('deeper-and-deeper', [inner]);
    const result = await restoreTree(treeOf(folderText('start', inner.subtree)));
    expect(result.warnings.length).toBe(1);
    expect(
      lstatSync(join(target, 'evil/start', ...Array.from({ length: 20 }, () => 'deeper-and-deeper'))).isDirectory(),
    ).toBe(true);
    // Even where nothing is made, paths do not grow without bound.
    const searched = await restoreTree(treeOf(folderText('start', inner.subtree)), { include: ['/innocent', 'deep'] });
    expect(searched.warningCount).toBe(1);
  });

  it('the same file a thousand times over costs its blob once', async () => {
    const copies = Array.from({ length: 1000 }, (_, i) => fileText(`copy-${String(i).padStart(4, '0')}`));
    const result = await restoreTree(treeOf(...copies));
    expect(result).toMatchObject({ warningCount: 0, filesRestored: 1002 });
    expect(inEvil()).toHaveLength(1000);
  });
});

it('special files: sockets are left out, devices that may not be made are warnings', async () => {
  const special = (type: string, mode: number, more = '') =>
    `{"name":"${type}","type":"${type}","mode":${mode},${TIMES},${IDS}${more},"content":null}`;
  const nodes = [special('fifo', 33554852), special('socket', 16777645)];
  expect((await restoreTree(treeOf(...nodes))).warnings).toEqual([]);
  expect(inEvil()).toEqual(['fifo']);
  expect(lstatSync(join(target, 'evil/fifo')).isFIFO()).toBe(true);
});
