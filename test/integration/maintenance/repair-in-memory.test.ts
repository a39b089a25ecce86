import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { check } from '../../../main/engine/maintenance/check.ts';
import { repairIndex } from '../../../main/engine/maintenance/repair-index.ts';
import { repairPacks } from '../../../main/engine/maintenance/repair-packs.ts';
import { repairSnapshots } from '../../../main/engine/maintenance/repair-snapshots.ts';
import { loadIndex } from '../../../main/engine/repository/load-index.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { snapshotContents } from '../../support/snapshot-contents.ts';

const scratch = scratchFolder();
afterAll(() => scratch.remove());

/** Ten files in one data pack, of which the end is cut off: the header and the last blobs are gone. */
async function withShortPack() {
  const builder = await RepositoryBuilder.create();
  const { repository } = builder;
  await builder.snapshot(Array.from({ length: 10 }, (_, i) => builder.file(`f${i}`, [seededBytes(`f${i}`, 20_000)])));
  const before = [...(await snapshotContents(repository)).values()][0] ?? [];
  const index = await loadIndex(repository);
  const numbers = Array.from({ length: index.packCount }, (_, pack) => pack);
  const pack = numbers.find((number) => index.table.type(index.packEntries(number).at(0)) === 'data') ?? -1;
  const ref = { type: 'pack', id: index.packId(pack) } as const;
  const whole = await repository.backend.read(ref);
  const short = whole.subarray(0, Math.floor(whole.length / 2));
  await repository.backend.remove(ref);
  await repository.backend.write(ref, short);
  return { repository, packId: ref.id, short, before };
}

it('saves what is left of a pack that no worker can open by itself, and keeps a copy of it', async () => {
  const { repository, packId, short, before } = await withShortPack();
  const backupFolder = join(scratch.path, 'copies');
  const { lostBlobs, salvagedBlobs, newPacks } = await repairPacks(repository, {
    packs: [packId.slice(0, 20)],
    backupFolder,
  });
  expect(readFileSync(join(backupFolder, `pack-${packId}`)).equals(short)).toBe(true);
  expect(salvagedBlobs).toBeGreaterThan(2);
  expect(salvagedBlobs + lostBlobs.length).toBe(10);
  expect(newPacks).toHaveLength(1);
  const { snapshots } = await repairSnapshots(repository);
  expect(snapshots).toMatchObject([{ outcome: 'repaired' }]);
  expect(snapshots[0]?.changes).toHaveLength(lostBlobs.length);

  // The original stays beside the repaired one, which has everything that was saved.
  const [repaired] = (await listSnapshots(repository)).filter(({ tags }) => tags.includes('repaired'));
  expect(repaired?.original).toBe(snapshots[0]?.id);
  await repairSnapshots(repository, { forget: true });
  expect(await listSnapshots(repository)).toHaveLength(1);
  expect((await check({ repository, readData: true, workers: 1 })).errors).toEqual([]);
  const [after = []] = [...(await snapshotContents(repository)).values()];
  expect(after.filter((line) => before.includes(line))).toHaveLength(salvagedBlobs);
  expect(after).toHaveLength(10);
});

it('adds no second repaired snapshot when it is run again', async () => {
  const { repository, packId } = await withShortPack();
  await repairPacks(repository, { packs: [packId] });
  await repairSnapshots(repository);
  const once = (await listSnapshots(repository)).map(({ id }) => id);
  await repairSnapshots(repository);
  expect((await listSnapshots(repository)).map(({ id }) => id)).toEqual(once);
  expect(once).toHaveLength(2);
});

it('writes nothing in dry runs, and no index that needs no change', async () => {
  const { repository, packId } = await withShortPack();
  const indexes = await repository.unpacked.listIds('index');
  expect(await repairIndex(repository, { dryRun: true })).toMatchObject({
    unreadablePacks: [packId],
    indexesWritten: 0,
  });
  expect((await repairSnapshots(repository, { dryRun: true, forget: true })).dryRun).toBe(true);
  expect(await repository.unpacked.listIds('index')).toEqual(indexes);
  const sound = (await RepositoryBuilder.create()).repository;
  expect(await repairIndex(sound)).toMatchObject({ indexesWritten: 0, indexesRemoved: 0, addedPacks: [] });
});

it('refuses to repair packs that nobody named or knows', async () => {
  const { repository } = await withShortPack();
  await expect(repairPacks(repository, { packs: [] })).rejects.toMatchObject({ code: 'invalid_argument' });
  await expect(repairPacks(repository, { packs: ['ffffffffffffffff'] })).rejects.toMatchObject({ code: 'not_found' });
  expect(await repository.backend.list('lock')).toEqual([]);
});
