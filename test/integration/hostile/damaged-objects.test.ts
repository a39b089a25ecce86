import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { prune } from '../../../main/engine/maintenance/prune.ts';
import { repairIndex } from '../../../main/engine/maintenance/repair-index.ts';
import { loadIndex } from '../../../main/engine/repository/load-index.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import { restore } from '../../../main/engine/restorer/restore.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { damageFile, DAMAGES, flipBit, replaceBy } from '../../support/damage.ts';
import { initFolder, objectsIn, openFolder } from '../../support/repositories.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { compareEntries, compareTrees } from '../../support/tree-compare.ts';
import { readTree } from '../../support/tree-entries.ts';

const scratch = scratchFolder();
const base = join(scratch.path, 'base');
const startedIn = process.cwd();
/** What was made for one of the two snapshots: each has its own packs and its own index. */
interface Made {
  readonly snapshot: SnapshotId;
  readonly index: string;
  readonly dataPack: string;
  readonly treePack: string;
}
let hit: Made;
let spared: Made;
let location: string;
let copies = 0;

beforeAll(async () => {
  process.chdir(scratch.path);
  for (const folder of ['hit', 'spared']) {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    writeFileSync(join(folder, 'a-small'), `small in ${folder}`);
    writeFileSync(join(folder, 'sub', 'large'), seededBytes(folder, 100_000));
    writeFileSync(join(folder, 'z-small'), `also small in ${folder}`);
  }
  const repository = await initFolder(base);
  hit = await backUp(repository, 'hit');
  spared = await backUp(repository, 'spared');
  await repository.close();
});
beforeEach(() => {
  location = join(scratch.path, `damaged-${copies++}`);
  cpSync(base, location, { recursive: true });
});
afterAll(() => {
  process.chdir(startedIn);
  scratch.remove();
});

async function backUp(repository: Repository, folder: string): Promise<Made> {
  const before = { index: objectsIn(base, 'index'), data: objectsIn(base, 'data') };
  // One worker makes one pack of each kind.
  const { snapshotId } = await archive({ repository, targets: [folder], workers: 1 });
  const [indexId = ''] = objectsIn(base, 'index').filter((name) => !before.index.includes(name));
  const index = await loadIndex(repository);
  const made: { data?: string; tree?: string } = {};
  for (let pack = 0; pack < index.packCount; pack++) {
    const id = index.packId(pack);
    const path = join('data', id.slice(0, 2), id);
    if (before.data.includes(path.slice('data/'.length))) continue;
    made[index.table.type(index.packEntries(pack).at(0))] = path;
  }
  if (!snapshotId || !made.data || !made.tree) throw new Error('The backup did not make what this test is about.');
  return { snapshot: snapshotId, index: join('index', indexId), dataPack: made.data, treePack: made.tree };
}

async function withRepository<Result>(work: (repository: Repository) => Promise<Result>): Promise<Result> {
  const repository = await openFolder(location);
  try {
    return await work(repository);
  } finally {
    await repository.close();
  }
}

/** Restores a snapshot whole, as it was. */
async function expectRestores(repository: Repository, { snapshot }: Made, folder: string): Promise<void> {
  const target = join(scratch.path, `target-${copies++}`);
  const { warnings } = await restore({ repository, snapshot, target, workers: 1 });
  expect(warnings).toEqual([]);
  expect(compareTrees(folder, join(target, folder))).toEqual([]);
}

describe.each(DAMAGES)('%s', (damage) => {
  it('in the config: nothing opens, nothing changes', async () => {
    damageFile(join(location, 'config'), damage);
    const before = readTree(location);
    const code = damage === 'missing' ? 'repository_not_found' : 'corrupt';
    await expect(openFolder(location)).rejects.toMatchObject({ code });
    await expect(initFolder(location)).rejects.toMatchObject({ code: 'repository_exists' });
    expect(compareEntries(before, readTree(location))).toEqual([]);
  });

  it('in the only key: nothing opens, nothing changes', async () => {
    damageFile(join(location, 'keys', objectsIn(location, 'keys')[0] ?? ''), damage);
    const before = readTree(location);
    const code = damage === 'missing' ? 'repository_not_found' : 'corrupt';
    await expect(openFolder(location)).rejects.toMatchObject({ code });
    expect(compareEntries(before, readTree(location))).toEqual([]);
  });

  it('in a snapshot: the others are listed, restored and added to; nothing is pruned', async () => {
    damageFile(join(location, 'snapshots', hit.snapshot), damage);
    await withRepository(async (repository) => {
      const lost: string[] = [];
      const listed = await listSnapshots(repository, { onDamaged: (id) => lost.push(id) });
      expect(listed.map(({ id }) => id)).toEqual([spared.snapshot]);
      expect(lost).toEqual(damage === 'missing' ? [] : [hit.snapshot]);
      await expectRestores(repository, spared, 'spared');
      const gone = restore({ repository, snapshot: hit.snapshot, target: join(scratch.path, 'nowhere'), workers: 1 });
      await expect(gone).rejects.toMatchObject({ code: damage === 'missing' ? 'snapshot_not_found' : 'corrupt' });
      expect((await archive({ repository, targets: ['spared'] })).filesUnmodified).toBe(3);
      if (damage === 'missing') return;
      expect((await check({ repository })).errors).toMatchObject([
        { kind: 'snapshot_damaged', snapshotId: hit.snapshot },
      ]);
      const packs = objectsIn(location, 'data');
      await expect(prune(repository)).rejects.toMatchObject({ code: 'corrupt' });
      expect(objectsIn(location, 'data')).toEqual(packs);
    });
  });

  it('in an index: the error names the way out, which brings everything back', async () => {
    damageFile(join(location, hit.index), damage);
    await withRepository(async (repository) => {
      if (damage === 'missing') {
        await expectRestores(repository, spared, 'spared');
        expect((await check({ repository })).ok).toBe(false);
      } else {
        const refused = restore({
          repository,
          snapshot: spared.snapshot,
          target: join(scratch.path, 'nowhere'),
          workers: 1,
        });
        await expect(refused).rejects.toMatchObject({
          code: 'corrupt',
          message: expect.stringContaining('repair index'),
        });
      }
      await expect(prune(repository)).rejects.toMatchObject({ code: 'corrupt' });
      await repairIndex(repository);
      await expectRestores(repository, hit, 'hit');
      await expectRestores(repository, spared, 'spared');
      expect((await check({ repository, readData: true, workers: 1 })).errors).toEqual([]);
    });
  });

  it('in a pack of data: the files in it are named, all others are restored', async () => {
    damageFile(join(location, hit.dataPack), damage);
    await withRepository(async (repository) => {
      await expectRestores(repository, spared, 'spared');
      const target = join(scratch.path, `target-${copies++}`);
      const { warnings } = await restore({ repository, snapshot: hit.snapshot, target, workers: 1 });
      expect(warnings.length).toBeGreaterThan(0);
      const named = new Set(warnings.map(({ item }) => item.replace(/^.*\/hit\//, '')));
      const wrong = compareTrees('hit', join(target, 'hit')).map((line) => line.split(':')[0] ?? '');
      // Damage must never go unnamed; and of one flipped bit only one file suffers.
      for (const path of wrong) expect([...named], `${path} is wrong`).toContain(path);
      if (damage === 'a flipped bit') expect([...new Set(wrong)]).toEqual(['sub/large']);
      expect((await check({ repository, readData: true, workers: 1 })).ok).toBe(false);
    });
  });

  it('in a pack of folders: other snapshots are restored, and nothing is pruned', async () => {
    damageFile(join(location, hit.treePack), damage);
    await withRepository(async (repository) => {
      await expectRestores(repository, spared, 'spared');
      const target = join(scratch.path, `target-${copies++}`);
      const outcome = await restore({ repository, snapshot: hit.snapshot, target, workers: 1 }).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof Error) expect(outcome).toMatchObject({ name: 'EngineError', code: 'corrupt' });
      else expect((outcome as { warningCount: number }).warningCount).toBeGreaterThan(0);
      expect((await check({ repository, readData: true, workers: 1 })).ok).toBe(false);
      const packs = objectsIn(location, 'data');
      await expect(prune(repository, { maxUnused: '0' })).rejects.toMatchObject({ code: 'corrupt' });
      expect(objectsIn(location, 'data')).toEqual(packs);
      expect(objectsIn(location, 'locks')).toEqual([]);
    });
  });
});

describe('sound content under a foreign name', () => {
  it('is damage in a snapshot, an index and a pack', async () => {
    replaceBy(join(location, 'snapshots', hit.snapshot), join(location, 'snapshots', spared.snapshot));
    await withRepository(async (repository) => {
      await expect(listSnapshots(repository)).rejects.toMatchObject({ code: 'corrupt' });
      replaceBy(join(location, hit.index), join(location, spared.index));
      await expect(loadIndex(repository)).rejects.toMatchObject({ code: 'corrupt' });
    });
    cpSync(base, location, { recursive: true, force: true });
    replaceBy(join(location, hit.dataPack), join(location, spared.dataPack));
    await withRepository(async (repository) => {
      const { errors } = await check({ repository, readData: true, workers: 1 });
      expect(errors.some(({ packId }) => packId !== undefined && hit.dataPack.endsWith(packId))).toBe(true);
      const target = join(scratch.path, `target-${copies++}`);
      const { warnings } = await restore({ repository, snapshot: hit.snapshot, target, workers: 1 });
      expect(warnings.length).toBeGreaterThan(0);
    });
  });

  it('every byte of a pack counts', async () => {
    const path = join(location, hit.dataPack);
    const { size } = readTree(location).get(hit.dataPack) ?? {};
    for (const offset of [0, 15, Number(size) - 1, Number(size) - 4, Number(size) - 40]) {
      flipBit(path, offset);
      await withRepository(async (repository) => {
        expect((await check({ repository, readData: true, workers: 1 })).ok, `byte ${offset}`).toBe(false);
      });
      flipBit(path, offset);
    }
    await withRepository(async (repository) =>
      expect((await check({ repository, readData: true, workers: 1 })).ok).toBe(true),
    );
  });
});
