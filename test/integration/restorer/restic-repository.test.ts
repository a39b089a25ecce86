import { cpSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FileRef } from '../../../main/engine/backend/backend.ts';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import type { PackId } from '../../../main/engine/base/ids.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import type { RestoreItem, RestoreOptions } from '../../../main/engine/restorer/restore-options.ts';
import { restore } from '../../../main/engine/restorer/restore.ts';
import { makeFixtureTree } from '../../support/fixture-tree.ts';
import { openDescriptors } from '../../support/open-descriptors.ts';
import { initFolder, openFolder, PASSWORD } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { compareTrees } from '../../support/tree-compare.ts';

const scratch = scratchFolder();
const source = join(scratch.path, 'source');
let runs = 0;

beforeAll(() => makeFixtureTree(source));
afterAll(scratch.remove);

async function backUp(version: 1 | 2): Promise<string> {
  const location = join(scratch.path, `repository-${version}-${runs++}`);
  await (await initFolder(location, version)).close();
  await restic(location, ['backup', 'source'], { cwd: scratch.path });
  return location;
}

async function restored(repository: Repository, options: Partial<RestoreOptions> = {}) {
  const target = join(scratch.path, `target-${runs++}`);
  return { target, result: await restore({ repository, snapshot: 'latest', target, ...options }) };
}

/** The same repository where no worker can open a file of it. */
async function inMemory(location: string): Promise<Repository> {
  const backend = new MemoryBackend();
  const put = (ref: FileRef, path: string) => backend.write(ref, readFileSync(path));
  await put({ type: 'config' }, join(location, 'config'));
  for (const [type, folder] of [
    ['key', 'keys'],
    ['snapshot', 'snapshots'],
    ['index', 'index'],
    ['pack', 'data'],
  ] as const) {
    for (const name of readdirSync(join(location, folder), { recursive: true, encoding: 'utf8' })) {
      const id = name.split('/').at(-1) ?? '';
      if (id.length === 64) await put({ type, id: id as PackId }, join(location, folder, name));
    }
  }
  return Repository.open(backend, { password: PASSWORD });
}

describeWithRestic('a snapshot made by restic', () => {
  let location = '';
  beforeAll(async () => {
    location = await backUp(2);
  });

  it.each([1, 2] as const)(
    'of a version %i repository comes back with everything, and is verified',
    async (version) => {
      const repository = await openFolder(version === 2 ? location : await backUp(1));
      const { target, result } = await restored(repository, { verify: true });
      expect(result).toMatchObject({ warnings: [], filesSkipped: 0, filesDeleted: 0 });
      expect(result.filesRestored).toBe(result.totalFiles);
      expect(result.bytesRestored).toBe(result.totalBytes);
      expect(result.filesVerified).toBeGreaterThan(300);
      expect(compareTrees(source, join(target, 'source'))).toEqual([]);
      expect(openDescriptors(target)).toEqual([]);
      expect(openDescriptors(location)).toEqual([]);
    },
  );

  it('comes back from a backend without files just the same, with one worker and with three', async () => {
    const repository = await inMemory(location);
    for (const workers of [1, 3]) {
      const { target, result } = await restored(repository, { workers, lock: 'none' });
      expect(result.warnings).toEqual([]);
      expect(compareTrees(source, join(target, 'source'))).toEqual([]);
    }
  });

  it('leaves holes for zeros', async () => {
    const repository = await openFolder(location);
    const allocated = (path: string) => lstatSync(path).blocks * 512;
    const plain = await restored(repository, { include: ['/source/contents/zeros', '/source/contents/sparse'] });
    expect(allocated(join(plain.target, 'source/contents/zeros'))).toBeLessThan(64 * 1024);
    const sparse = await restored(repository, { include: ['/source/contents/sparse'], sparse: true, verify: true });
    expect(sparse.result).toMatchObject({ warnings: [], filesVerified: 1 });
    // 30,000 bytes of data at three places, and some blocks for the file system's own bookkeeping.
    expect(allocated(join(sparse.target, 'source/contents/sparse'))).toBeLessThan(200 * 1024);
    expect(allocated(join(plain.target, 'source/contents/sparse'))).toBeLessThan(20 * 1024 * 1024);
  });

  it('gives what is included, and the folders above it with their metadata', async () => {
    const repository = await openFolder(location);
    const { target, result } = await restored(repository, {
      include: ['/source/folders/many/file-1?'],
      iinclude: ['TO-FILE'],
    });
    expect(result.warnings).toEqual([]);
    const names = readdirSync(target, { recursive: true, encoding: 'utf8' }).sort();
    const files = Array.from({ length: 10 }, (_, i) => `source/folders/many/file-1${i}`);
    expect(names).toEqual([
      'source',
      'source/folders',
      'source/folders/many',
      ...files,
      'source/links',
      'source/links/to-file',
    ]);
    expect(lstatSync(join(target, 'source/folders'), { bigint: true }).mtimeNs).toBe(
      lstatSync(join(source, 'folders'), { bigint: true }).mtimeNs,
    );
  });

  it('leaves out what is excluded', async () => {
    const repository = await openFolder(location);
    const { target, result } = await restored(repository, {
      exclude: ['contents', '/source/names'],
      iexclude: ['LINKS'],
    });
    expect(result.warnings).toEqual([]);
    expect(readdirSync(join(target, 'source')).sort()).toEqual(
      readdirSync(source)
        .filter((name) => !['contents', 'names', 'links'].includes(name))
        .sort(),
    );
    const both = restored(repository, { exclude: ['a'], include: ['b'] });
    await expect(both).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('gives a subfolder alone', async () => {
    const repository = await openFolder(location);
    const { target } = await restored(repository, { snapshot: 'latest:source/links' });
    expect(compareTrees(join(source, 'links'), target, { except: [''] })).toEqual([]);
    await expect(restored(repository, { snapshot: 'latest:source/nope' })).rejects.toMatchObject({
      code: 'path_not_found',
    });
    await expect(restored(repository, { snapshot: 'latest:source/links/file' })).rejects.toMatchObject({
      code: 'path_not_found',
    });
  });

  it('is restored again over itself without fetching anything', async () => {
    const repository = await openFolder(location);
    const { target } = await restored(repository);
    for (const overwrite of ['always', 'if-changed'] as const) {
      const items: RestoreItem[] = [];
      const again = await restore({
        repository,
        snapshot: 'latest',
        target,
        overwrite,
        onItem: (item) => items.push(item),
      });
      expect(again.warnings).toEqual([]);
      expect(new Set(items.filter(({ type }) => type === 'file').map(({ action }) => action))).toEqual(
        new Set(['unchanged']),
      );
      expect(again.bytesRestored).toBe(0);
      expect(compareTrees(source, join(target, 'source'))).toEqual([]);
    }
  });

  it('says in a dry run what would happen, and writes nothing', async () => {
    const repository = await openFolder(location);
    const items: RestoreItem[] = [];
    const { target, result } = await restored(repository, { dryRun: true, onItem: (item) => items.push(item) });
    expect(() => lstatSync(target)).toThrow('ENOENT');
    const real = await restored(repository);
    expect(result).toMatchObject({
      totalFiles: real.result.totalFiles,
      filesRestored: real.result.filesRestored,
      totalBytes: real.result.totalBytes,
    });
    expect(items).toHaveLength(result.totalFiles);
    mkdirSync(target);
    cpSync(join(source, 'contents'), join(target, 'source/contents'), { recursive: true });
    const over = await restore({ repository, snapshot: 'latest', target, dryRun: true });
    expect(over.filesSkipped).toBeGreaterThan(10);
    expect(readdirSync(join(target, 'source'))).toEqual(['contents']);
  });
});
