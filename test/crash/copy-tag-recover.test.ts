import { beforeAll, describe, expect, it } from 'vitest';
import { MemoryBackend, type MemoryStore } from '../../main/engine/backend/memory-backend.ts';
import { copySnapshots } from '../../main/engine/maintenance/copy.ts';
import { recoverTrees } from '../../main/engine/maintenance/recover.ts';
import { tagSnapshots } from '../../main/engine/maintenance/tag.ts';
import type { Repository } from '../../main/engine/repository/repository.ts';
import { listSnapshots, removeSnapshot } from '../../main/engine/snapshot/snapshot-store.ts';
import { copyStore, forEveryCrash, onRepository, openStore } from '../support/crash-points.ts';
import { expectCheckClean } from '../support/crash-verdicts.ts';
import { RepositoryBuilder } from '../support/repository-builder.ts';
import { seededBytes } from '../support/seeded-bytes.ts';
import { snapshotContents } from '../support/snapshot-contents.ts';

const source: MemoryStore = new Map();
let expected: string[];

/** What every snapshot holds, whatever their ids; throws where anything is missing. */
async function contentsOf(repository: Repository): Promise<string[]> {
  return [...(await snapshotContents(repository)).values()].map((lines) => lines.join('\n')).sort();
}

beforeAll(async () => {
  const builder = await RepositoryBuilder.create({ backend: new MemoryBackend(source) });
  const shared = seededBytes('shared', 90_000);
  await builder.snapshot([
    builder.file('a', [shared, Buffer.from('b')]),
    builder.folder('d', [builder.file('c', [shared])]),
  ]);
  await builder.snapshot([builder.file('a', [shared])], { hostname: 'second' });
  expected = await contentsOf(await openStore(source));
});

describe('a copy that dies', () => {
  it('leaves a good target at every moment, and the next one finishes it', async () => {
    const target: MemoryStore = new Map();
    await RepositoryBuilder.create({ backend: new MemoryBackend(target) });
    const from = await openStore(source);
    const copy = (to: Repository) => copySnapshots(from, to, { workers: 1, sourceLock: 'none' });
    const states = await forEveryCrash(target, onRepository(copy), async ({ store }) => {
      const repository = await openStore(store);
      await expectCheckClean(repository, 'before unlocking');
      for (const contents of await contentsOf(repository)) expect(expected).toContain(contents);
      await repository.unlock({ removeAll: true });
      await copy(repository);
      expect(await contentsOf(repository)).toEqual(expected);
    });
    // Lock, two packs, an index, two snapshots, unlock; each before and after.
    expect(states).toBeGreaterThanOrEqual(14);
  });
});

describe('a change of tags that dies', () => {
  it('never loses a snapshot', async () => {
    const tag = (repository: Repository) => tagSnapshots(repository, { add: ['new'] });
    await forEveryCrash(source, onRepository(tag), async ({ store }) => {
      const repository = await openStore(store);
      expect([...new Set(await contentsOf(repository))].sort()).toEqual(expected);
      await repository.unlock({ removeAll: true });
      await tag(repository);
      expect((await listSnapshots(repository)).every(({ tags }) => tags.includes('new'))).toBe(true);
      expect([...new Set(await contentsOf(repository))].sort()).toEqual(expected);
    });
  });
});

describe('a recovery that dies', () => {
  it('leaves a good repository, and the next one recovers everything', async () => {
    const base = copyStore(source);
    const forgetful = await openStore(base);
    for (const { id } of await listSnapshots(forgetful)) await removeSnapshot(forgetful, id);
    await forEveryCrash(
      base,
      onRepository((repository) => recoverTrees(repository)),
      async ({ store, finished }) => {
        const repository = await openStore(store);
        await expectCheckClean(repository, 'before unlocking');
        await repository.unlock({ removeAll: true });
        await recoverTrees(repository);
        const [contents = '', ...others] = await contentsOf(repository);
        expect(others).toEqual([]);
        // Two trees in it; what an earlier attempt wrote may be a third, and then both stand below that.
        expect(contents.match(/\/a file /g)).toHaveLength(2);
        expect(contents.match(/\/d\/c file /g)).toHaveLength(1);
        expect(finished || contents.length > 0).toBe(true);
      },
    );
  });
});
