import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from '../../../main/engine/maintenance/check.ts';
import { forget } from '../../../main/engine/maintenance/forget.ts';
import { prune } from '../../../main/engine/maintenance/prune.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { ChangingFolder } from '../../support/changing-folder.ts';
import { initFolder, objectsIn, unfinishedFiles } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { compareTrees } from '../../support/tree-compare.ts';

describeWithRestic.each([{ version: 2 }, { version: 1 }] as const)(
  'a repository of format $version that restic fills',
  ({ version }) => {
    const scratch = scratchFolder();
    const path = join(scratch.path, 'repository');
    const inScratch = { cwd: scratch.path };
    const source = new ChangingFolder(join(scratch.path, 'source'), join(scratch.path, 'states'));
    /** Copies of the states that the snapshots have, oldest first. */
    let states: string[] = [];
    let repository: Repository;

    const backUp = async (times: number) => {
      for (let i = 0; i < times; i++) {
        states.push(source.change());
        await restic(path, ['backup', 'source'], inScratch);
      }
    };
    const expectAllWell = async () => {
      const { stdout } = await restic(path, ['check', '--read-data']);
      expect(stdout).toContain('no errors were found');
      const ours = await check({ repository, readData: true, workers: 1 });
      expect(ours.errors).toEqual([]);
      const snapshots = (await listSnapshots(repository)).reverse();
      expect(snapshots).toHaveLength(states.length);
      for (const [i, { id }] of snapshots.entries()) {
        const target = join(scratch.path, 'restored');
        await restic(path, ['restore', id, '--target', target]);
        // The copies of the states have times that went through a double.
        expect(compareTrees(states[i] ?? '', join(target, 'source'), { ignore: ['mtimeNs'] })).toEqual([]);
        rmSync(target, { recursive: true });
      }
      expect(objectsIn(path, 'locks')).toEqual([]);
      expect(unfinishedFiles(path)).toEqual([]);
    };

    beforeAll(async () => {
      repository = await initFolder(path, version);
      await backUp(4);
    });
    afterAll(() => scratch.remove());

    it('keeps what the snapshots need when we forget and prune', async () => {
      const result = await forget(repository, { policy: { keep: { last: 2 } }, prune: { maxUnused: '0' } });
      states = states.slice(-2);
      expect(result.removed).toHaveLength(2);
      expect(result.prune?.statistics.repack.blobs).toBeGreaterThan(0);
      expect(result.prune?.executed?.undeletedPacks).toBe(0);
      await expectAllWell();
      const again = await prune(repository, { maxUnused: '0' });
      expect(again.statistics.total).toEqual({ blobs: 0, bytes: 0 });
      expect(again.executed).toMatchObject({ newPacks: 0, deletedPacks: 0, indexesWritten: 0, indexesRemoved: 0 });
    });

    it('stays good when restic prunes after us, and we after restic', async () => {
      await backUp(2);
      await restic(path, ['forget', '--keep-last', '2', '--prune', '--max-unused', '0']);
      states = states.slice(-2);
      await expectAllWell();
      await backUp(1);
      await forget(repository, { policy: { keep: { last: 1 } }, prune: { maxUnused: '0' } });
      states = states.slice(-1);
      await expectAllWell();
      const { stdout } = await restic(path, ['prune', '--max-unused', '0', '--dry-run']);
      expect(stdout).toMatch(/total prune:\s+0 blobs/);
    });
  },
);
