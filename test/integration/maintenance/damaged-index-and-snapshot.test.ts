import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { prune } from '../../../main/engine/maintenance/prune.ts';
import { repairIndex } from '../../../main/engine/maintenance/repair-index.ts';
import { repairSnapshots } from '../../../main/engine/maintenance/repair-snapshots.ts';
import { DamagedRepository, HARMS, look } from '../../support/damaged-repository.ts';
import { describeWithRestic } from '../../support/restic.ts';

describeWithRestic('a repository with a damaged index, snapshot or key', () => {
  const damaged = new DamagedRepository();
  beforeAll(() => damaged.make());
  afterAll(() => damaged.remove());

  it.each(HARMS)('an index with %s: rebuilt from the packs, with nothing lost', async (harm) => {
    const repository = await damaged.damage({ type: 'index', id: damaged.index }, harm);
    const found = await look(repository);
    expect(found.ok).toBe(false);
    if (harm !== 'the file deleted') expect(found.errors.map(({ kind }) => kind)).toContain('index_damaged');
    expect(found.hints.map(({ kind }) => kind)).toContain('pack_orphan');
    await expect(prune(repository)).rejects.toMatchObject({ code: 'corrupt' });

    const dry = await repairIndex(repository, { dryRun: true });
    const result = await repairIndex(repository);
    expect(dry.addedPacks).toEqual(result.addedPacks);
    expect(result.addedPacks.length).toBeGreaterThan(0);
    expect(result.damagedIndexes).toEqual(harm === 'the file deleted' ? [] : [damaged.index]);
    await damaged.expectSound(repository);
    for (const [state, id] of damaged.snapshots.entries()) expect(await damaged.lostFiles(id, state)).toEqual([]);
  });

  it.each(['a bit flipped', 'the end cut off'] as const)(
    'a snapshot with %s: named, and removed on request',
    async (harm) => {
      const [victim, other] = damaged.snapshots;
      if (victim === undefined || other === undefined) throw new Error('There are not two snapshots.');
      const repository = await damaged.damage({ type: 'snapshot', id: victim }, harm);
      const found = await look(repository);
      expect(found.errors).toMatchObject([{ kind: 'snapshot_damaged', snapshotId: victim }]);
      const kept = await repairSnapshots(repository);
      expect(kept.snapshots).toContainEqual({ id: victim, outcome: 'unreadable', changes: [] });
      expect((await look(repository)).ok).toBe(false);
      await repairSnapshots(repository, { forget: true });
      await damaged.expectSound(repository);
      expect(await damaged.lostFiles(other, 1)).toEqual([]);
    },
  );

  it('a key whose content is not that of its name', async () => {
    const repository = await damaged.damage(
      { type: 'snapshot', id: damaged.snapshots[0] ?? ('' as SnapshotId) },
      'the file deleted',
    );
    const { id } = (await repository.listKeys())[0] ?? {};
    if (id === undefined) throw new Error('There is no key.');
    const file = new LocalBackend(damaged.path).localPath({ type: 'key', id });
    chmodSync(file, 0o600);
    writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from(' ')]));
    expect((await look(repository)).errors).toMatchObject([{ kind: 'key_damaged', keyId: id }]);
  });

  it('index files that all know less than the packs: everything is read anew', async () => {
    const repository = await damaged.damage({ type: 'index', id: damaged.index }, 'the file deleted');
    const result = await repairIndex(repository, { readAllPacks: true });
    expect(result.unreadablePacks).toEqual([]);
    await damaged.expectSound(repository);
  });
});
