import { beforeEach, describe, expect, it } from 'vitest';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { tagSnapshots, type TagOptions } from '../../../main/engine/maintenance/tag.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import { listSnapshots, loadSnapshot } from '../../../main/engine/snapshot/snapshot-store.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';

let repository: Repository;
let first: SnapshotId;
let second: SnapshotId;

beforeEach(async () => {
  const builder = await RepositoryBuilder.create();
  repository = builder.repository;
  first = await builder.snapshot([builder.file('a', [])], { tags: ['x', 'y'] });
  second = await builder.snapshot([builder.file('b', [])], { original: 'ab'.repeat(32) as SnapshotId });
});

const tag = (options: TagOptions) => tagSnapshots(repository, { lock: 'none', ...options });

describe('tagSnapshots', () => {
  it.each<[string, TagOptions, string[], string[]]>([
    ['sets', { set: ['n', 'm'] }, ['n', 'm'], ['n', 'm']],
    ['empties', { set: [''] }, [], []],
    ['adds', { add: ['y', 'z'] }, ['x', 'y', 'z'], ['y', 'z']],
    ['removes', { remove: ['x', 'z'] }, ['y'], []],
    ['adds and removes', { add: ['z'], remove: ['x'] }, ['y', 'z'], ['z']],
  ])('%s tags', async (_name, options, ofFirst, ofSecond) => {
    const { changed } = await tag(options);
    const snapshots = await listSnapshots(repository);
    expect(snapshots).toHaveLength(2);
    const byOriginal = new Map(snapshots.map((snapshot) => [snapshot.original ?? snapshot.id, snapshot.tags]));
    expect(byOriginal).toEqual(
      new Map([
        [first, ofFirst],
        ['ab'.repeat(32), ofSecond],
      ]),
    );
    for (const { newId, tags } of changed) expect((await loadSnapshot(repository, newId!)).tags).toEqual(tags);
  });

  it('leaves snapshots alone that have the tags already', async () => {
    expect(await tag({ add: ['x'], snapshots: [first] })).toEqual({ changed: [], unchanged: 1 });
    expect(await tag({ set: [''], snapshots: [second] })).toEqual({ changed: [], unchanged: 1 });
    expect((await listSnapshots(repository)).map(({ id }) => id).sort()).toEqual([first, second].sort());
  });

  it('changes nothing but tags and original', async () => {
    const { id: _id, ...before } = await loadSnapshot(repository, first);
    const { changed } = await tag({ add: ['z'], snapshots: [first] });
    const { id: _newId, ...after } = await loadSnapshot(repository, changed[0]!.newId!);
    expect(after).toEqual({ ...before, tags: ['x', 'y', 'z'], original: first });
    await expect(loadSnapshot(repository, first)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('only tells what it would do in a dry run', async () => {
    const { changed } = await tag({ add: ['z'], dryRun: true });
    expect(changed.map(({ oldId, newId }) => [oldId, newId])).toEqual(expect.arrayContaining([[first, undefined]]));
    expect((await listSnapshots(repository)).map(({ id }) => id).sort()).toEqual([first, second].sort());
  });

  it('refuses orders that make no sense', () => {
    expect(() => tag({})).toThrow(/No tags/);
    expect(() => tag({ set: ['a'], add: ['b'] })).toThrow(/not both/);
  });

  it('waits for nobody: it needs the repository alone', async () => {
    const lock = await repository.lock('shared');
    await expect(tagSnapshots(repository, { add: ['z'] })).rejects.toMatchObject({ code: 'locked' });
    await lock.release();
    await tagSnapshots(repository, { add: ['z'] });
    expect(await repository.backend.list('lock')).toEqual([]);
  });
});
