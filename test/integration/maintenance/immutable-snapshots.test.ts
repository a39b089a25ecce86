import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BlobId, SnapshotId } from '../../../main/engine/base/ids.ts';
import type { Warning } from '../../../main/engine/base/progress.ts';
import { checkTime } from '../../../main/engine/base/rfc3339.ts';
import { applyPolicy } from '../../../main/engine/maintenance/forget-policy.ts';
import { forget } from '../../../main/engine/maintenance/forget.ts';
import { prune } from '../../../main/engine/maintenance/prune.ts';
import { repairSnapshots } from '../../../main/engine/maintenance/repair-snapshots.ts';
import { tagSnapshots } from '../../../main/engine/maintenance/tag.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';

const FAR = 'guardit-immutable-until:2099-01-01T00:00:00Z';
const OVER = 'guardit-immutable-until:2020-01-01T00:00:00Z';
const ODD = 'guardit-immutable-until:some day';

async function repositoryWith(...tagLists: string[][]) {
  const builder = await RepositoryBuilder.create();
  const ids: SnapshotId[] = [];
  for (const [at, tags] of tagLists.entries()) {
    const root = [builder.file('a', [Buffer.from(`content ${at}`)])];
    ids.push(await builder.snapshot(root, { time: checkTime(`2026-03-0${at + 1}T10:00:00Z`), tags }));
  }
  return { repository: builder.repository, ids };
}

describe('forget', () => {
  test('by id refuses all of them when one is protected', async () => {
    const { repository, ids } = await repositoryWith([], [FAR]);
    const attempt = forget(repository, { snapshots: ids });
    await expect(attempt).rejects.toMatchObject({ code: 'refused', context: { snapshotId: ids[1] } });
    expect(await listSnapshots(repository)).toHaveLength(2);
  });

  test('by id removes what was protected once', async () => {
    const { repository, ids } = await repositoryWith([OVER], []);
    expect((await forget(repository, { snapshots: ids.slice(0, 1) })).removed).toEqual(ids.slice(0, 1));
  });

  test('by a policy keeps it and says why; prune keeps its data', async () => {
    const { repository, ids } = await repositoryWith([FAR], [ODD], [], []);
    const warnings: Warning[] = [];
    const result = await forget(repository, {
      policy: { keep: { last: 1 } },
      prune: {},
      onWarning: (warning) => void warnings.push(warning),
    });
    expect(result.removed).toEqual([ids[2]]);
    const reasons = result.groups[0]?.keep.map((kept) => [kept.snapshot.id, kept.reasons]);
    expect(reasons).toEqual([
      [ids[3], ['last snapshot']],
      [ids[1], [`immutable: the time in its tag "${ODD}" can't be read`]],
      [ids[0], ['immutable until 2099-01-01T00:00:00Z']],
    ]);
    expect(warnings).toMatchObject([{ item: ids[1], during: 'forget' }]);
    await prune(repository);
    expect((await check({ repository, readData: true, workers: 1 })).ok).toBe(true);
  });

  test('a policy that keeps nothing else does not empty a group with protected snapshots', async () => {
    const { repository, ids } = await repositoryWith([FAR], []);
    const result = await forget(repository, { policy: { keepTags: [['none has it']] } });
    expect(result.removed).toEqual([ids[1]]);
  });

  test('a policy can be asked without a repository', () => {
    const records = [
      { id: 'one', time: '2026-01-01T00:00:00Z', tags: [], size: 1 },
      { id: 'two', time: '2026-01-02T00:00:00Z', tags: [], size: 2 },
    ];
    expect(applyPolicy(records, { keep: { last: 1 } }).remove).toEqual([records[0]]);
  });
});

describe('tag', () => {
  test('neither removes nor shortens it, for none of the snapshots', async () => {
    const { repository, ids } = await repositoryWith([], [FAR]);
    for (const change of [{ set: ['a'] }, { remove: [FAR] }]) {
      await expect(tagSnapshots(repository, { ...change, snapshots: ids })).rejects.toMatchObject({ code: 'refused' });
    }
    expect((await listSnapshots(repository)).map(({ tags }) => tags)).toEqual([[FAR], []]);
  });

  test('changes other tags, and carries it over', async () => {
    const { repository, ids } = await repositoryWith([FAR]);
    const later = 'guardit-immutable-until:2100-01-01T00:00:00Z';
    await tagSnapshots(repository, { add: ['b', later], remove: [FAR], snapshots: ids });
    expect((await listSnapshots(repository)).map(({ tags }) => tags)).toEqual([['b', later]]);
  });

  test('refuses a time that nobody can read', async () => {
    const { repository, ids } = await repositoryWith([]);
    expect(() => tagSnapshots(repository, { add: [ODD], snapshots: ids })).toThrow(/some day/);
  });
});

describe('repair snapshots --forget', () => {
  let builder: RepositoryBuilder;
  let lost: SnapshotId;
  const warnings: Warning[] = [];

  beforeAll(async () => {
    builder = await RepositoryBuilder.create();
    const damaged = builder.file('a', [], { content: ['0'.repeat(64) as BlobId], size: 1 });
    await builder.snapshot([damaged], { time: checkTime('2026-03-01T10:00:00Z'), tags: [FAR] });
    lost = await builder.snapshot([], {
      time: checkTime('2026-03-02T10:00:00Z'),
      tags: [FAR],
      tree: '1'.repeat(64) as BlobId,
    });
    await repairSnapshots(builder.repository, { forget: true, onWarning: (warning) => void warnings.push(warning) });
  });
  afterAll(() => builder.repository.close());

  test('a repaired one carries it over', async () => {
    const repaired = (await listSnapshots(builder.repository)).find(({ original }) => original !== undefined);
    expect(repaired?.tags).toEqual([FAR]);
  });

  test('one of which nothing can be read stays all the same', async () => {
    expect((await listSnapshots(builder.repository)).map(({ id }) => id)).toContain(lost);
    expect(warnings).toMatchObject([{ item: lost, during: 'repair' }]);
  });
});
