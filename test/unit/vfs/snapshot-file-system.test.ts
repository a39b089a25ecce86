import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawText } from '../../../main/engine/base/raw-path.ts';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { SnapshotFileSystem } from '../../../main/engine/vfs/snapshot-file-system.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const RAW = Buffer.from('ff00fe'.replace('00', '41'), 'hex');

let builder: RepositoryBuilder;
let snapshotId: SnapshotId;
let files: SnapshotFileSystem;

beforeAll(async () => {
  builder = await RepositoryBuilder.create();
  const many = Array.from({ length: 2500 }, (_, at) => builder.file(`f${String(at).padStart(4, '0')}`, []));
  const chunk = Buffer.from('hello');
  snapshotId = await builder.snapshot([
    builder.folder('many', many),
    builder.folder('sub', [
      builder.folder('deeper', [builder.file('file', [chunk, Buffer.from(' world')])]),
      builder.file(RAW.toString(), [chunk], { rawName: RAW }),
      builder.link('link', 'deeper'),
    ]),
    builder.file('no-list', [], { content: null }),
    builder.file('lost', [], { content: ['ab'.repeat(32) as never] }),
  ]);
  files = await SnapshotFileSystem.open(builder.repository, 'latest', { lock: 'none' });
});
afterAll(() => files.close());

describe('folders', () => {
  it('come in pages that hold together', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    const sizes: number[] = [];
    do {
      const page = await files.readDir('/many', { cursor, limit: 1000 });
      expect(page.total).toBe(2500);
      sizes.push(page.entries.length);
      names.push(...page.entries.map(({ path }) => rawText(path)));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(sizes).toEqual([1000, 1000, 500]);
    expect(names).toEqual(Array.from({ length: 2500 }, (_, at) => `/many/f${String(at).padStart(4, '0')}`));
  });

  it('are found from the root, however the path is written', async () => {
    for (const path of ['/', '', '//', '/.']) {
      expect((await files.readDir(path)).entries.map(({ node }) => node.name)).toEqual([
        'lost',
        'many',
        'no-list',
        'sub',
      ]);
    }
    const { entries } = await files.readDir('sub//deeper/');
    expect(entries.map(({ path }) => path)).toEqual(['/sub/deeper/file']);
  });

  it('keep names that are not UTF-8', async () => {
    const { entries } = await files.readDir('/sub');
    const raw = entries.find(({ node }) => node.rawName !== undefined);
    expect(raw?.path).toEqual(Buffer.concat([Buffer.from('/sub/'), RAW]));
    const content = await files.openFile(raw!.path);
    expect((await content.readAt(0, 100)).toString()).toBe('hello');
  });

  it('refuse bad cursors and page sizes', async () => {
    for (const cursor of ['-1', 'x', '1.5', '99999999999']) {
      await expect(files.readDir('/', { cursor })).rejects.toMatchObject({ code: 'invalid_argument' });
    }
    for (const limit of [0, -1, 1.5, 10_001]) {
      await expect(files.readDir('/', { limit })).rejects.toMatchObject({ code: 'invalid_argument' });
    }
    expect(await files.readDir('/many', { cursor: '9999' })).toMatchObject({ entries: [], nextCursor: undefined });
  });
});

describe('paths', () => {
  it.each(['/nothing', '/sub/nothing', '/sub/deeper/file/below', '/sub/link/file', '/..', '/sub/../sub'])(
    'that are not there: %s',
    async (path) => {
      await expect(files.stat(path)).rejects.toMatchObject({ code: 'path_not_found' });
    },
  );

  it('of files and links are no folders', async () => {
    await expect(files.readDir('/sub/deeper/file')).rejects.toMatchObject({ code: 'path_not_found' });
    await expect(files.readDir('/sub/link')).rejects.toMatchObject({ code: 'path_not_found' });
  });

  it('lead to what stands there', async () => {
    expect((await files.stat('/sub/link')).node).toMatchObject({ type: 'symlink', linkTarget: 'deeper' });
    expect((await files.stat('/')).node).toMatchObject({ type: 'dir', name: '/' });
    expect((await files.stat('/sub/deeper/file')).node.size).toBe(11);
  });

  it('begin at a subfolder that was opened', async () => {
    const below = await SnapshotFileSystem.open(builder.repository, `${snapshotId}:sub/deeper`, { lock: 'none' });
    expect((await below.readDir('/')).entries.map(({ path }) => path)).toEqual(['/file']);
    for (const bad of ['nothing', 'sub/link', 'sub/deeper/file']) {
      const opening = SnapshotFileSystem.open(builder.repository, `${snapshotId}:${bad}`, { lock: 'none' });
      await expect(opening).rejects.toMatchObject({ code: 'path_not_found' });
    }
  });
});

describe('files', () => {
  it('that are none say what they are', async () => {
    await expect(files.openFile('/sub')).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(files.openFile('/sub/link')).rejects.toThrow(/"deeper", which is not followed/);
  });

  it('that cannot be read say why', async () => {
    await expect(files.openFile('/no-list')).rejects.toMatchObject({ code: 'corrupt' });
    await expect(files.openFile('/lost')).rejects.toMatchObject({ code: 'blob_not_found' });
  });
});

describe('the lock', () => {
  it('is shared, held until the end, and given back when opening fails', async () => {
    const locks = () => builder.repository.backend.list('lock');
    const open = await SnapshotFileSystem.open(builder.repository, 'latest');
    expect(await locks()).toHaveLength(1);
    await expect(builder.repository.lock('exclusive')).rejects.toMatchObject({ code: 'locked' });
    await open.close();
    expect(await locks()).toHaveLength(0);
    await expect(SnapshotFileSystem.open(builder.repository, 'abcdef')).rejects.toMatchObject({
      code: 'snapshot_not_found',
    });
    expect(await locks()).toHaveLength(0);
  });
});

describe('memory', () => {
  it('stays within the bounds of the caches', async () => {
    const small = await RepositoryBuilder.create();
    const chunks = Array.from({ length: 40 }, (_, at) => seededBytes(`chunk ${at}`, 10_000));
    const folders = Array.from({ length: 30 }, (_, at) => {
      return small.folder(
        `d${at}`,
        Array.from({ length: 20 }, (_, file) => small.file(`${at}-${file}`, [])),
      );
    });
    await small.snapshot([small.file('big', chunks), ...folders]);
    const opened = await SnapshotFileSystem.open(small.repository, 'latest', {
      lock: 'none',
      blobCacheBytes: 100_000,
      treeCacheBytes: 20_000,
    });
    const content = await opened.openFile('/big');
    for (let offset = 0; offset < content.size; offset += 7_000) {
      await content.readAt(offset, 7_000);
      expect(opened.cachedBytes.blobs).toBeLessThanOrEqual(100_000);
    }
    expect(opened.cachedBytes.blobs).toBeGreaterThan(50_000);
    for (let at = 0; at < 30; at++) {
      await opened.readDir(`/d${at}`);
      expect(opened.cachedBytes.trees).toBeLessThanOrEqual(20_000);
    }
    expect(opened.cachedBytes.trees).toBeGreaterThan(8_000);
  });
});
