import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { guardit } from '../../support/processes.ts';
import { initFolder, objectsIn, openFolder, PASSWORD } from '../../support/repositories.ts';
import { scratchFolder } from '../../support/restic.ts';
import { readTree } from '../../support/tree-entries.ts';
import { compareEntries } from '../../support/tree-compare.ts';
import { canMountTmpfs, mountTmpfs, type Tmpfs } from '../../support/tmpfs.ts';

const scratch = scratchFolder();
const source = join(scratch.path, 'source');
const location = join(scratch.path, 'repository');

beforeAll(async () => {
  mkdirSync(source);
  writeFileSync(join(source, 'file'), 'content');
  await (await initFolder(location)).close();
});
afterAll(() => scratch.remove());

describe('what is refused changes nothing', () => {
  const open = (path: string, password = PASSWORD) => Repository.open(new LocalBackend(path), { password });
  const plain = join(scratch.path, 'plain-folder');
  const file = join(scratch.path, 'file');

  beforeAll(() => {
    mkdirSync(plain);
    writeFileSync(join(plain, 'letter'), 'Dear');
    writeFileSync(file, 'no folder');
  });

  it.each([
    ['a wrong password', 12, location, 'wrong'],
    ['an empty password', undefined, location, ''],
    ['a folder that is no repository', 10, plain, PASSWORD],
    ['a location that is not there', 10, join(scratch.path, 'nothing'), PASSWORD],
    ['a location that is a file', undefined, file, PASSWORD],
  ])('%s', async (_name, exitCode, path, password) => {
    const before = readTree(scratch.path);
    await expect(open(path, password)).rejects.toMatchObject({ name: 'EngineError' });
    for (const verb of ['snapshots', 'check', 'backup', 'prune', 'restore']) {
      const args =
        verb === 'backup' ? [source] : verb === 'restore' ? ['latest', '--target', join(scratch.path, 'out')] : [];
      const { stderr } = await guardit(verb, path, args, { password, exitCode: exitCode ?? 1 });
      expect(stderr, verb).not.toMatch(/\n\s+at |bug in GuardIT/);
      expect(stderr.trim().length, verb).toBeGreaterThan(20);
    }
    expect(compareEntries(before, readTree(scratch.path))).toEqual([]);
  });

  it('a source that is not there', async () => {
    const repository = await openFolder(location);
    const missing = archive({ repository, targets: [join(scratch.path, 'nowhere')] });
    await expect(missing).rejects.toMatchObject({ code: 'path_not_found' });
    expect(await listSnapshots(repository)).toEqual([]);
    expect(objectsIn(location, 'locks')).toEqual([]);
    await guardit('backup', location, [join(scratch.path, 'nowhere')], { exitCode: 1 });
  });

  it('one of two sources that is not there is a warning, and the other one is saved', async () => {
    const args = [join(scratch.path, 'nowhere'), source];
    const { stderr } = await guardit('backup', location, args, { exitCode: 3 });
    expect(stderr).toContain(join(scratch.path, 'nowhere'));
    const repository = await openFolder(location);
    expect(await listSnapshots(repository)).toHaveLength(1);
    await repository.close();
  });

  it('a repository that another one has locked', async () => {
    const repository = await openFolder(location);
    const lock = await repository.lock('exclusive');
    for (const verb of ['backup', 'prune', 'snapshots']) {
      const { stderr } = await guardit(verb, location, verb === 'backup' ? [source] : [], { exitCode: 11 });
      expect(stderr).toContain(`PID ${process.pid}`);
    }
    expect(objectsIn(location, 'locks')).toEqual([lock.id]);
    await lock.release();
    await repository.close();
  });
});

describe.skipIf(!canMountTmpfs)('a repository on a read-only disk', () => {
  let disk: Tmpfs;
  let path: string;

  beforeAll(async () => {
    disk = mountTmpfs('size=16m');
    path = join(disk.path, 'repository');
    const repository = await initFolder(path);
    await archive({ repository, targets: [source] });
    await repository.close();
    disk.remount('ro');
  });
  afterAll(() => disk.unmount());

  it('refuses what changes it', async () => {
    const repository = await openFolder(path);
    await expect(archive({ repository, targets: [source] })).rejects.toMatchObject({ code: 'read_only' });
    const { stderr } = await guardit('backup', path, [source], { exitCode: 1 });
    expect(stderr).toMatch(/read-only/i);
    await guardit('prune', path, [], { exitCode: 1 });
  });

  it('is listed, checked and restored without a lock', async () => {
    const repository = await openFolder(path);
    expect((await check({ repository, lock: 'none', readData: true })).errors).toEqual([]);
    const { stdout } = await guardit('snapshots', path, ['--no-lock', '--json']);
    expect(JSON.parse(stdout)).toHaveLength(1);
    await guardit('check', path, ['--no-lock', '--read-data']);
    const target = join(scratch.path, 'from-read-only');
    await guardit('restore', path, ['latest', '--no-lock', '--target', target]);
    expect(compareEntries(readTree(source), readTree(join(target, source)))).toEqual([]);
    rmSync(target, { recursive: true });
  });
});
