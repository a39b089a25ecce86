import { fillWithZeroes } from '../../support/full-disk.ts';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openCatalog } from '../../../main/infra/store/open-catalog.ts';
import { StoppedClock } from '../../support/catalogs.ts';
import { canMountTmpfs, mountTmpfs } from '../../support/tmpfs.ts';

const clock = new StoppedClock();

function smallDisk(options: string) {
  const disk = mountTmpfs(options);
  onTestFinished(() => disk.unmount());
  return disk;
}

test.skipIf(!canMountTmpfs)(
  'a full disk refuses the write as storage_full, keeps nothing of it, and goes on when there is room',
  async () => {
    const disk = smallDisk('size=6m');
    const catalog = await openCatalog({ folder: join(disk.path, 'data'), clock });
    await catalog.write(({ settings }) => settings.put('before', 'kept'));
    fillWithZeroes(join(disk.path, 'ballast'));
    const writes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, at) =>
        catalog.write(async ({ settings }) => {
          await settings.put(`half.${at}`, 'x'.repeat(40_000));
          await settings.put(`whole.${at}`, 'x'.repeat(40_000));
        }),
      ),
    );
    const refused = writes.filter((write) => write.status === 'rejected');
    expect(refused.length).toBeGreaterThan(0);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'storage_full', httpStatus: 507 });
    expect(catalog.health().state).toBe('failing');
    // Reading goes on, and what was refused is not there, not even half of it.
    const names = [...(await catalog.read(({ settings }) => settings.list())).keys()];
    expect(names).toHaveLength(1 + 2 * (writes.length - refused.length));
    expect(names).toContain('before');
    rmSync(join(disk.path, 'ballast'));
    await catalog.write(({ settings }) => settings.put('after', 'stored'));
    expect(catalog.health().state).toBe('ok');
    expect(await catalog.checkIntegrity()).toEqual([]);
    await catalog.close();
    const again = await openCatalog({ folder: join(disk.path, 'data'), clock });
    expect(await again.read(({ settings }) => settings.get('before'))).toBe('kept');
    expect(await again.read(({ settings }) => settings.get('after'))).toBe('stored');
    await again.close();
  },
);

test.skipIf(!canMountTmpfs)(
  'on a disk that is full from the start nothing is made, and later everything is',
  async () => {
    const disk = smallDisk('size=2m');
    fillWithZeroes(join(disk.path, 'ballast'));
    const folder = join(disk.path, 'data');
    await expect(openCatalog({ folder, clock })).rejects.toMatchObject({ code: 'storage_full' });
    rmSync(join(disk.path, 'ballast'));
    const catalog = await openCatalog({ folder, clock });
    expect(catalog.recovered).toBeNull();
    await catalog.write(({ settings }) => settings.put('a', 1));
    await catalog.close();
  },
);

test.skipIf(!canMountTmpfs)('a copy that does not fit is gone again, and the one before it stays', async () => {
  const disk = smallDisk('size=6m');
  const catalog = await openCatalog({ folder: join(disk.path, 'data'), clock: new StoppedClock() });
  const first = await catalog.copies.takeCopy();
  await catalog.write(({ settings }) => settings.put('big', 'x'.repeat(1_000_000)));
  fillWithZeroes(join(disk.path, 'ballast'));
  await expect(catalog.backupTo(join(disk.path, 'copy.sqlite'))).rejects.toMatchObject({ code: 'storage_full' });
  rmSync(join(disk.path, 'ballast'));
  expect((await catalog.copies.list()).map(({ takenAt }) => takenAt)).toEqual([first.takenAt]);
  await catalog.backupTo(join(disk.path, 'copy.sqlite'));
  await catalog.close();
});
