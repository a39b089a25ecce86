import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from '../../../main/engine/maintenance/check.ts';
import { prune } from '../../../main/engine/maintenance/prune.ts';
import { repairPacks } from '../../../main/engine/maintenance/repair-packs.ts';
import { repairSnapshots } from '../../../main/engine/maintenance/repair-snapshots.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { DamagedRepository, HARMS, look } from '../../support/damaged-repository.ts';
import { describeWithRestic } from '../../support/restic.ts';

describeWithRestic('a repository with a damaged pack', () => {
  const damaged = new DamagedRepository();
  beforeAll(() => damaged.make());
  afterAll(() => damaged.remove());

  it.each(HARMS)('a data pack with %s: named, salvaged, and what is lost taken out of the snapshots', async (harm) => {
    const repository = await damaged.damage({ type: 'pack', id: damaged.dataPack }, harm);
    const found = await look(repository);
    expect(found.brokenPacks).toEqual([damaged.dataPack]);
    expect(found.ok).toBe(false);
    const named = found.affected?.flatMap(({ paths }) => paths) ?? [];
    expect(named.length).toBeGreaterThan(0);
    if (harm !== 'a bit flipped') await expect(prune(repository)).rejects.toMatchObject({ code: 'corrupt' });

    const { lostBlobs, salvagedBlobs } = await repairPacks(repository, { packs: [damaged.dataPack] });
    expect(lostBlobs.length).toBeGreaterThan(0);
    if (harm === 'the file deleted') expect(salvagedBlobs).toBe(0);
    else expect(salvagedBlobs).toBeGreaterThan(0);
    const { snapshots } = await repairSnapshots(repository, { forget: true });
    expect(snapshots.some(({ outcome }) => outcome === 'repaired')).toBe(true);
    await damaged.expectSound(repository);
    const left = (await listSnapshots(repository)).reverse();
    expect(left).toHaveLength(2);
    for (const [state, { id }] of left.entries()) {
      for (const difference of await damaged.lostFiles(id, state)) {
        // Only what check had named, and nothing else, is different.
        expect(named.some((name) => difference.startsWith(name.replace('/source/', '')))).toBe(true);
      }
    }
  });

  it.each(HARMS)('a tree pack with %s: unreadable folders become empty, the rest stays', async (harm) => {
    const repository = await damaged.damage({ type: 'pack', id: damaged.treePack }, harm);
    const found = await look(repository);
    expect(found.brokenPacks).toEqual([damaged.treePack]);
    expect(found.affected?.length).toBeGreaterThan(0);
    await repairPacks(repository, { packs: [damaged.treePack] });
    await repairSnapshots(repository, { forget: true });
    await damaged.expectSound(repository);
    await prune(repository);
    await damaged.expectSound(repository);
  });

  it.each(HARMS)('%s: found alike by threads alone, and with the calling thread among the readers', async (harm) => {
    const repository = await damaged.damage({ type: 'pack', id: damaged.dataPack }, harm);
    const { backend } = repository;
    const options = { repository, readData: true, affectedSnapshots: true } as const;
    const alone = await check({ ...options, workers: 2 });
    expect(alone.ok).toBe(false);
    // Where the packs are known to be files, one of two readers is no thread of its own.
    for (const workers of [2, 5]) expect(await check({ ...options, backend, workers })).toEqual(alone);
  });
});
