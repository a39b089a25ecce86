import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { guardit } from '../../support/processes.ts';
import { initFolder, objectsIn, openFolder, unfinishedFiles } from '../../support/repositories.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { openDescriptors } from '../../support/open-descriptors.ts';
import { snapshotContents } from '../../support/snapshot-contents.ts';
import { canMountTmpfs, mountTmpfs, type Tmpfs } from '../../support/tmpfs.ts';

const MIB = 1024 * 1024;
/** What is left on the disk: nothing for the lock, nothing for the first pack, something for one pack, … */
const FREE_BYTES = [0, 8 * 1024, 64 * 1024, 3 * MIB, 17 * MIB];

describe.skipIf(!canMountTmpfs)('a repository whose disk is full', () => {
  const scratch = scratchFolder();
  const source = join(scratch.path, 'source');
  let disk: Tmpfs;
  let location: string;

  beforeAll(async () => {
    disk = mountTmpfs('size=64m');
    location = join(disk.path, 'repository');
    mkdirSync(source);
    writeFileSync(join(source, 'small'), seededBytes('small', 100_000));
    const repository = await initFolder(location);
    await archive({ repository, targets: [source] });
    await repository.close();
    writeFileSync(join(source, 'large'), seededBytes('large', 25 * MIB));
  });
  afterAll(() => {
    disk.unmount();
    scratch.remove();
  });

  /** Leaves `freeBytes`, as whole pages. */
  function fill(freeBytes: number): void {
    const { bavail, bsize } = statfsSync(disk.path);
    writeFileSync(join(disk.path, 'ballast'), Buffer.alloc(Math.max(0, bavail * bsize - freeBytes), 1));
  }

  it.each(FREE_BYTES)('refuses a backup with %i bytes left, and loses nothing', async (freeBytes) => {
    const repository = await openFolder(location);
    const before = await snapshotContents(repository);
    fill(freeBytes);
    try {
      await expect(archive({ repository, targets: [source] })).rejects.toMatchObject({ code: 'no_space' });
      expect(objectsIn(location, 'locks')).toEqual([]);
      expect(unfinishedFiles(location)).toEqual([]);
      expect(openDescriptors(location)).toEqual([]);
      const { errors } = await check({ repository, lock: 'none', readData: true });
      expect(errors).toEqual([]);
      expect(await snapshotContents(repository)).toEqual(before);
    } finally {
      rmSync(join(disk.path, 'ballast'));
      await repository.close();
    }
  });

  it('says what is full, in one sentence', async () => {
    fill(3 * MIB);
    try {
      const { stderr } = await guardit('backup', location, [source], { exitCode: 1 });
      expect(stderr).toContain(location);
      expect(stderr).toMatch(/no space left/i);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(objectsIn(location, 'locks')).toEqual([]);
    } finally {
      rmSync(join(disk.path, 'ballast'));
    }
  });

  it('takes the backup as soon as there is room', async () => {
    const repository = await openFolder(location);
    const { snapshotId, warnings } = await archive({ repository, targets: [source] });
    expect(warnings).toBe(0);
    expect((await snapshotContents(repository)).has(snapshotId as never)).toBe(true);
    const { errors } = await check({ repository, readData: true });
    expect(errors).toEqual([]);
    await repository.close();
  });
});
