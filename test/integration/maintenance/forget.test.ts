import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkTime } from '../../../main/engine/base/rfc3339.ts';
import { forgetGroupsJson } from '../../../main/engine/maintenance/forget-json.ts';
import { forget } from '../../../main/engine/maintenance/forget.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import { goJson } from '../../../main/engine/snapshot/go-json.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { initFolder, objectsIn } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';

describeWithRestic('forget on a repository that restic filled', () => {
  const scratch = scratchFolder();
  const path = join(scratch.path, 'repository');
  let repository: Repository;

  beforeAll(async () => {
    repository = await initFolder(path);
    const file = join(scratch.path, 'file');
    writeFileSync(file, 'content');
    const back = (time: string, host: string, ...tags: string[]) =>
      restic(path, ['backup', file, '--time', time, '--host', host, ...tags.flatMap((tag) => ['--tag', tag])]);
    for (const day of [1, 2, 3, 4]) await back(`2026-03-0${day} 10:00:00`, 'one');
    // In order, because restic sorts them in what it prints.
    await back('2026-03-02 12:00:00', 'one', 'b<&>', 'weekly');
    await back('2026-03-05 12:00:00', 'two');
  });
  afterAll(() => scratch.remove());

  it.each([
    { flags: ['--keep-last', '1'], policy: { keep: { last: 1 } } },
    { flags: ['--keep-daily', '2', '--keep-tag', 'weekly'], policy: { keep: { daily: 2 }, keepTags: [['weekly']] } },
    {
      flags: ['--keep-last', '1', '--group-by', 'host,paths,tags'],
      policy: { keep: { last: 1 } },
      groupBy: { host: true, paths: true, tags: true },
    },
    { flags: ['--keep-last', '2', '--group-by', ''], policy: { keep: { last: 2 } }, groupBy: {} },
  ])('says in JSON what restic forget $flags says', async ({ flags, ...options }) => {
    const { stdout } = await restic(path, ['forget', '--dry-run', '--json', ...flags]);
    const ours = await forget(repository, { ...options, dryRun: true });
    // restic prints groups in the order of a hash table.
    const keyOf = ({ host, tags }: { host: string; tags: unknown }) => `${host} ${JSON.stringify(tags)}`;
    const sorted = (json: string) =>
      (JSON.parse(json) as { host: string; tags: unknown }[]).sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    expect(sorted(goJson(forgetGroupsJson(ours.groups)))).toEqual(sorted(stdout));
    expect(objectsIn(path, 'snapshots')).toHaveLength(6);
  });
});

describe('forget', () => {
  const dayOf = (day: number) => `2026-03-0${day}T10:00:00Z`;

  async function withSnapshots(days: number) {
    const builder = await RepositoryBuilder.create();
    const ids = [];
    for (let day = 1; day <= days; day++) {
      const root = [builder.file('a', [Buffer.from(`day ${day}`)])];
      ids.push(await builder.snapshot(root, { time: checkTime(dayOf(day)) }));
    }
    return { repository: builder.repository, ids };
  }
  const left = async (repository: Repository) => (await listSnapshots(repository)).map(({ id }) => id).reverse();

  it('removes nothing without a policy', async () => {
    const { repository, ids } = await withSnapshots(2);
    expect(await forget(repository, {})).toMatchObject({ groups: [], removed: [] });
    expect(await forget(repository, { policy: { keep: { last: 0 } } })).toMatchObject({ removed: [] });
    expect(await left(repository)).toEqual(ids);
  });

  it('removes what is named, by the start of an id or as the latest one', async () => {
    const { repository, ids } = await withSnapshots(3);
    const result = await forget(repository, { snapshots: [ids[0]?.slice(0, 12) ?? '', 'latest'] });
    expect(result.removed).toEqual([ids[0], ids[2]]);
    expect(await left(repository)).toEqual([ids[1]]);
    await expect(forget(repository, { snapshots: ['ffffffffff'] })).rejects.toMatchObject({
      code: 'snapshot_not_found',
    });
  });

  it('does not empty a group by a slip, and then removes nothing anywhere', async () => {
    const { repository, ids } = await withSnapshots(2);
    const policy = { keepTags: [['mistyped']] };
    await expect(forget(repository, { policy })).rejects.toMatchObject({ code: 'refused' });
    expect(await left(repository)).toEqual(ids);
    await forget(repository, { policy, unsafeAllowRemoveAll: true });
    expect(await left(repository)).toEqual([]);
  });

  it('prunes in the same lock; a dry run of both plans as if the snapshots were gone', async () => {
    const { repository, ids } = await withSnapshots(3);
    const options = { policy: { keep: { last: 1 } }, prune: { maxUnused: '0' } };
    const packs = (await repository.backend.list('pack')).length;
    const dry = await forget(repository, { ...options, dryRun: true });
    expect(dry.prune?.statistics.total.blobs).toBeGreaterThan(0);
    expect(await left(repository)).toEqual(ids);
    expect(await repository.backend.list('pack')).toHaveLength(packs);
    const real = await forget(repository, options);
    expect(real.prune?.statistics).toEqual(dry.prune?.statistics);
    expect((await repository.backend.list('pack')).length).toBeLessThan(packs);
    expect(await left(repository)).toEqual([ids[2]]);
    expect(await repository.backend.list('lock')).toEqual([]);
  });

  it('refuses a repository that is in use', async () => {
    const { repository, ids } = await withSnapshots(2);
    const lock = await repository.lock('shared');
    await expect(forget(repository, { policy: { keep: { last: 1 } } })).rejects.toMatchObject({ code: 'locked' });
    expect(await forget(repository, { policy: { keep: { last: 1 } }, dryRun: true })).toMatchObject({
      removed: [ids[0]],
    });
    await lock.release();
  });
});
