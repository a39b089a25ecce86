import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SnapshotId } from '../../main/engine/base/ids.ts';
import { check } from '../../main/engine/maintenance/check.ts';
import { killSomewhere, paceOf, type Pace } from '../support/kill.ts';
import { guardit, startGuardit } from '../support/processes.ts';
import { initFolder, objectsIn, openFolder, unfinishedFiles } from '../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../support/restic.ts';
import { seededBytes } from '../support/seeded-bytes.ts';
import { snapshotContents, type SnapshotContents } from '../support/snapshot-contents.ts';
import { compareEntries } from '../support/tree-compare.ts';
import { readTree, type TreeEntries } from '../support/tree-entries.ts';

const KILLS = 50;
const KIB = 1024;

const scratch = scratchFolder();
const source = join(scratch.path, 'source');
const inside = { cwd: scratch.path };
afterAll(() => scratch.remove());

/** Every round changes a tenth of the files, adds one and removes one. */
function change(round: number): void {
  mkdirSync(join(source, 'sub'), { recursive: true });
  const files = round === 0 ? 60 : 6;
  for (let i = 0; i < files; i++) {
    const name = `file-${(round * 7 + i) % 60}`;
    writeFileSync(join(source, i % 3 === 0 ? 'sub' : '.', name), seededBytes(`${round}-${name}`, (20 + i * 13) * KIB));
  }
  writeFileSync(join(source, `added-${round}`), seededBytes(`added-${round}`, 900 * KIB));
  rmSync(join(source, `added-${round - 3}`), { force: true });
}

async function readSnapshots(location: string): Promise<Map<SnapshotId, SnapshotContents>> {
  const repository = await openFolder(location);
  try {
    return await snapshotContents(repository);
  } finally {
    await repository.close();
  }
}

async function expectResticFindsNoError(location: string, thorough: boolean): Promise<void> {
  await restic(location, ['unlock']);
  expect(objectsIn(location, 'locks')).toEqual([]);
  const { stdout } = await restic(location, ['check', ...(thorough ? ['--read-data'] : [])]);
  expect(stdout).toContain('no errors were found');
}

describeWithRestic(`a backup that is killed at ${KILLS} random moments`, () => {
  const location = join(scratch.path, 'of-backups');
  /** What the source was like for each snapshot. */
  const states = new Map<string, TreeEntries>();
  let pace: Pace;

  beforeAll(async () => {
    await (await initFolder(location)).close();
    change(0);
    pace = await paceOf(location, startGuardit('backup', location, ['source', '--quiet'], inside));
    states.set(objectsIn(location, 'snapshots')[0] ?? '', readTree(source));
  });

  async function expectRestores(id: string): Promise<void> {
    const target = join(scratch.path, 'restored');
    await restic(location, ['restore', id, '--quiet', '--target', target]);
    expect(compareEntries(states.get(id) ?? new Map(), readTree(join(target, 'source'))), id).toEqual([]);
    rmSync(target, { recursive: true });
  }

  it('each time restic finds no error, and every earlier snapshot is restored', async () => {
    const killed = { inAll: 0, underLock: 0 };
    for (let round = 1; round <= KILLS; round++) {
      change(round);
      const running = startGuardit('backup', location, ['source', '--quiet'], inside);
      const end = await killSomewhere(location, running, pace, round % 2 === 0);
      const moment = `round ${round}, ${end.moment}`;
      if (end.killed) killed.inAll++;
      if (objectsIn(location, 'locks').length > 0) killed.underLock++;
      await expectResticFindsNoError(location, round % 10 === 0);
      // A snapshot that was saved before the kill is a good one.
      for (const id of objectsIn(location, 'snapshots')) if (!states.has(id)) states.set(id, readTree(source));
      expect(objectsIn(location, 'snapshots'), moment).toEqual([...states.keys()].sort());
      for (const id of states.keys()) await expectRestores(id);
      if (states.size > 4) {
        await guardit('forget', location, ['--keep-last', '2', '--group-by', '']);
        for (const id of states.keys()) if (!objectsIn(location, 'snapshots').includes(id)) states.delete(id);
      }
    }
    // Otherwise this test has not tested much.
    expect(killed.inAll).toBeGreaterThan(KILLS / 3);
    expect(killed.underLock).toBeGreaterThan(KILLS / 5);
  });

  it('what the killed ones left is cleared by one backup and one prune', async () => {
    await guardit('backup', location, ['source', '--quiet'], inside);
    // Temporary files of single writes name no process, so that only age tells that nobody finishes them.
    for (const path of unfinishedFiles(location)) utimesSync(path, 0, 0);
    await guardit('prune', location, ['--max-unused', '0']);
    expect(unfinishedFiles(location)).toEqual([]);
    const repository = await openFolder(location);
    const { errors, hints } = await check({ repository, readData: true, checkUnused: true });
    expect([...errors, ...hints]).toEqual([]);
    await repository.close();
    await expectResticFindsNoError(location, true);
  });
});

describeWithRestic(`a prune that is killed at ${KILLS} random moments`, () => {
  const base = join(scratch.path, 'to-prune');
  const location = join(scratch.path, 'pruned');
  let contents: Map<SnapshotId, SnapshotContents>;
  let pace: Pace;

  /** By links: no program writes into an object that exists. */
  function freshCopy(): void {
    rmSync(location, { recursive: true, force: true });
    execFileSync('cp', ['-al', base, location]);
  }

  beforeAll(async () => {
    await (await initFolder(base)).close();
    for (let round = 100; round < 110; round++) {
      change(round);
      await guardit('backup', base, ['source', '--quiet'], inside);
    }
    await guardit('forget', base, ['--keep-last', '1', '--keep-tag', 'none', '--group-by', '']);
    for (let round = 110; round < 113; round++) {
      change(round);
      await guardit('backup', base, ['source', '--quiet'], inside);
    }
    contents = await readSnapshots(base);
    freshCopy();
    pace = await paceOf(location, startGuardit('prune', location, ['--max-unused', '0', '--quiet']));
    expect(objectsIn(location, 'data')).not.toEqual(objectsIn(base, 'data'));
  }, 600_000);

  it('each time restic finds no error, every snapshot is whole, and a second prune succeeds', async () => {
    const killed = { inAll: 0, underLock: 0 };
    for (let round = 1; round <= KILLS; round++) {
      freshCopy();
      const running = startGuardit('prune', location, ['--max-unused', '0', '--quiet']);
      const end = await killSomewhere(location, running, pace, round % 4 < 2);
      if (end.killed) killed.inAll++;
      if (objectsIn(location, 'locks').length > 0) killed.underLock++;
      await expectResticFindsNoError(location, round % 5 === 0);
      expect(await readSnapshots(location), `round ${round}, ${end.moment}`).toEqual(contents);
      // Odd rounds: restic completes what we left.
      if (round % 2 === 0) await guardit('prune', location, ['--max-unused', '0', '--quiet']);
      else await restic(location, ['prune', '--max-unused', '0', '--quiet']);
      expect(await readSnapshots(location)).toEqual(contents);
    }
    expect(killed.inAll).toBeGreaterThan(KILLS / 3);
    expect(killed.underLock).toBeGreaterThan(KILLS / 5);
    await expectResticFindsNoError(location, true);
  });
});

describe('both programs in turn', () => {
  it('forget and prune one repository ten times', async () => {
    const location = join(scratch.path, 'alternating');
    await (await initFolder(location)).close();
    for (let round = 200; round < 220; round++) {
      change(round);
      const ours = round % 4 < 2;
      if (ours) await guardit('backup', location, ['source', '--quiet'], inside);
      else await restic(location, ['backup', 'source', '--quiet'], inside);
      if (round % 2 === 0) continue;
      const policy = ['--keep-last', '3', '--group-by', ''];
      if (round % 4 === 1) {
        await guardit('forget', location, policy);
        await guardit('prune', location, ['--max-unused', '0']);
      } else await restic(location, ['forget', ...policy, '--prune', '--max-unused', '0']);
      await guardit('check', location, ['--read-data']);
      await expectResticFindsNoError(location, true);
      expect((await readSnapshots(location)).size).toBeLessThanOrEqual(3);
    }
  });
});
