import { expect, it } from 'vitest';
import { MemoryBackend, type MemoryStore } from '../../../main/engine/backend/memory-backend.ts';
import { EngineError } from '../../../main/engine/base/errors.ts';
import type { PackId, SnapshotId } from '../../../main/engine/base/ids.ts';
import type { Warning } from '../../../main/engine/base/progress.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { planPrune } from '../../../main/engine/maintenance/prune-plan.ts';
import { prune } from '../../../main/engine/maintenance/prune.ts';
import { loadIndex } from '../../../main/engine/repository/load-index.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import type { Node } from '../../../main/engine/snapshot/node.ts';
import { removeSnapshot } from '../../../main/engine/snapshot/snapshot-store.ts';
import { FaultyBackend, type PlannedFailure } from '../../support/faulty-backend.ts';
import { PASSWORD } from '../../support/repositories.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { snapshotContents } from '../../support/snapshot-contents.ts';

const KIB = 1024;

/** Every snapshot makes one data pack and one tree pack of its own: files of 100 KiB, of which the snapshot names some. */
async function packOf(builder: RepositoryBuilder, name: string, files: number): Promise<SnapshotId> {
  const nodes = Array.from({ length: files }, (_, i) =>
    builder.file(`${name}-${i}`, [seededBytes(`${name}-${i}`, 100 * KIB)]),
  );
  return builder.snapshot(nodes, { paths: [`/${name}`] });
}

/** Two data packs with 10 files each; of the first 9, of the second `used` are still needed. */
async function twoPacks(used: number, store: MemoryStore = new Map()) {
  const builder = await RepositoryBuilder.create({ backend: new MemoryBackend(store) });
  const { repository } = builder;
  const first = await packOf(builder, 'first', 10);
  const second = await packOf(builder, 'second', 10);
  const pick = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => builder.file(`${name}-${i}`, [seededBytes(`${name}-${i}`, 100 * KIB)]));
  const kept = await builder.snapshot([...pick('first', 9), ...pick('second', used)]);
  await removeSnapshot(repository, first);
  await removeSnapshot(repository, second);
  return { repository, kept, store };
}

async function packIds(repository: Repository): Promise<string[]> {
  return (await repository.backend.list('pack')).map(({ id }) => id).sort();
}

async function expectClean(repository: Repository): Promise<void> {
  const result = await check({ repository, readData: true, checkUnused: true, workers: 1 });
  expect(result.errors).toEqual([]);
}

it('leaves packs alone while the unused part is within the limit', async () => {
  const { repository } = await twoPacks(9);
  // 2 of 20 files are unused: 10 % of what is there, about 11 % of what is used.
  const lenient = await planPrune(repository, { maxUnused: '15%' });
  expect(lenient.repack.filter((pack) => isData(lenient.index, pack))).toEqual([]);
  expect(lenient.statistics.unusedAfterBytes).toBeGreaterThan(2 * 100 * KIB);
  const strict = await planPrune(repository, { maxUnused: '5%' });
  expect(strict.repack.filter((pack) => isData(strict.index, pack)).length).toBeGreaterThan(0);
  expect(await planPrune(repository, { maxUnused: 'unlimited' })).toMatchObject({ repack: [] });
  const absolute = await planPrune(repository, { maxUnused: '1M' });
  expect(absolute.repack.filter((pack) => isData(absolute.index, pack))).toEqual([]);
});

it('repacks the pack with the larger unused part first, up to the limit of bytes', async () => {
  const { repository } = await twoPacks(2);
  const both = await planPrune(repository, { maxUnused: '0' });
  expect(both.repack.filter((pack) => isData(both.index, pack))).toHaveLength(2);
  const packBytes = 1_100_000;
  const one = await planPrune(repository, { maxUnused: '0', maxRepackBytes: 1.5 * packBytes });
  const [only, ...others] = one.repack.filter((pack) => isData(one.index, pack));
  expect(others).toEqual([]);
  const kept = [...(only === undefined ? [] : entriesOf(one.index, only))].filter((entry) => one.kept[entry] === 1);
  expect(kept).toHaveLength(2);
  expect(await planPrune(repository, { maxUnused: '0', maxRepackBytes: 100 })).toMatchObject({ repack: [] });
});

it('refuses limits that make no sense before it reads anything', async () => {
  const { repository } = await twoPacks(2);
  for (const maxUnused of ['101%', 'much', '-1']) {
    await expect(planPrune(repository, { maxUnused })).rejects.toMatchObject({ code: 'invalid_argument' });
  }
});

it('touches only trees with repackCacheableOnly', async () => {
  const { repository } = await twoPacks(2);
  const plan = await planPrune(repository, { maxUnused: '0', repackCacheableOnly: true });
  expect(plan.repack.filter((pack) => isData(plan.index, pack))).toEqual([]);
});

it('joins small packs when there are ten of them, and not before', async () => {
  const builder = await RepositoryBuilder.create();
  for (let i = 0; i < 9; i++) await packOf(builder, `small-${i}`, 1);
  const { repository } = builder;
  // Trees make nine small packs too, so that the limit is that of all kinds together.
  const before = (await packIds(repository)).length;
  expect(before).toBe(18);
  const few = await planPrune(repository, { repackSmallerThanBytes: 2 * KIB });
  expect(few.repack).toEqual([]);
  await packOf(builder, 'small-9', 1);
  const result = await prune(repository, { repackSmallerThanBytes: 2 * KIB });
  expect(result.statistics.packs.repack).toBe(10);
  expect(await packIds(repository)).toHaveLength(11);
  await expectClean(repository);
});

it('changes nothing in a dry run, and needs no lock for it', async () => {
  const { repository, store } = await twoPacks(2);
  const before = [...store.keys()].sort();
  const lock = await repository.lock('shared');
  const result = await prune(repository, { dryRun: true, maxUnused: '0' });
  await lock.release();
  expect(result).toMatchObject({ dryRun: true });
  expect(result.executed).toBeUndefined();
  expect(result.statistics.packs).toMatchObject({ repack: 2 });
  expect([...store.keys()].sort()).toEqual(before);
});

it('does what the dry run said', async () => {
  const { repository, kept } = await twoPacks(2);
  const before = await snapshotContents(repository);
  const planned = await prune(repository, { dryRun: true, maxUnused: '0' });
  const done = await prune(repository, { maxUnused: '0' });
  expect(done.statistics).toEqual(planned.statistics);
  expect(await snapshotContents(repository)).toEqual(before);
  expect([...before.keys()]).toEqual([kept]);
  const after = await planPrune(repository, { maxUnused: '0' });
  expect(after.statistics.unused).toEqual({ blobs: 0, bytes: 0 });
  expect(after.statistics.used).toMatchObject({ blobs: planned.statistics.remaining.blobs });
  await expectClean(repository);
});

it('refuses a repository that somebody else has locked, and leaves no lock of its own', async () => {
  const { repository } = await twoPacks(2);
  const lock = await repository.lock('shared');
  await expect(prune(repository)).rejects.toMatchObject({ code: 'locked' });
  await lock.release();
  const stop = new AbortController();
  stop.abort();
  await expect(prune(repository, { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  expect(await repository.backend.list('lock')).toEqual([]);
});

it('can be stopped while it repacks; the next run goes on', async () => {
  const { repository } = await twoPacks(2);
  const indexed = (await loadIndex(repository)).packCount;
  const before = await snapshotContents(repository);
  const stop = new AbortController();
  const onProgress = ({ phase }: { phase: string }) => {
    if (phase === 'repack') stop.abort();
  };
  // Every blob gets a pack of its own, so that some are finished when the first old pack is read.
  const limits = { maxUnused: '0', packBytes: 50 * KIB };
  await expect(prune(repository, { ...limits, signal: stop.signal, onProgress })).rejects.toMatchObject({
    code: 'cancelled',
  });
  expect((await loadIndex(repository)).packCount).toBeGreaterThan(indexed);
  expect(await snapshotContents(repository)).toEqual(before);
  await expectClean(repository);
  await prune(repository, { maxUnused: '0' });
  expect(await snapshotContents(repository)).toEqual(before);
  await expectClean(repository);
});

it('deletes packs that no index names', async () => {
  const { repository } = await twoPacks(10);
  const orphan = 'ab'.repeat(32) as PackId;
  await repository.backend.write({ type: 'pack', id: orphan }, Buffer.from('left behind by a crash'));
  const { statistics } = await prune(repository);
  expect(statistics.packs.unindexed).toBe(1);
  expect(statistics.unindexedBytes).toBe(22);
  expect(await packIds(repository)).not.toContain(orphan);
});

it('stops before any change when a needed pack is missing, cut short, or a blob is in no index', async () => {
  for (const harm of ['missing', 'short', 'no index'] as const) {
    const { repository, store } = await twoPacks(2);
    const index = await loadIndex(repository);
    const victim = index.packId(0);
    if (harm === 'no index') for (const id of index.indexIds.slice(0, 1)) await repository.unpacked.remove('index', id);
    else {
      const bytes = await repository.backend.read({ type: 'pack', id: victim });
      await repository.backend.remove({ type: 'pack', id: victim });
      if (harm === 'short') await repository.backend.write({ type: 'pack', id: victim }, bytes.subarray(1));
    }
    const before = [...store.keys()].sort();
    await expect(prune(repository), harm).rejects.toMatchObject({ code: 'corrupt' });
    expect([...store.keys()].sort(), harm).toEqual(before);
  }
});

it('forgets packs that are missing and that nobody needs', async () => {
  const builder = await RepositoryBuilder.create();
  const { repository } = builder;
  const gone = await packOf(builder, 'gone', 2);
  const index = await loadIndex(repository);
  const packs = Array.from({ length: index.packCount }, (_, pack) => index.packId(pack));
  await packOf(builder, 'stays', 2);
  await removeSnapshot(repository, gone);
  for (const id of packs) await repository.backend.remove({ type: 'pack', id });
  const { statistics } = await prune(repository);
  expect(statistics.packs).toMatchObject({ missing: 2, remove: 0 });
  await expectClean(repository);
});

it('does not move a damaged blob, and says which it is', async () => {
  const { repository, store } = await twoPacks(2);
  const plan = await planPrune(repository, { maxUnused: '0' });
  const victim = plan.repack.find((pack) => isData(plan.index, pack)) ?? -1;
  const entry = entriesOf(plan.index, victim).find((one) => plan.kept[one] === 1) ?? -1;
  flipByte(store, plan.index.packId(victim), plan.index.table.offset(entry) + 40);
  const indexes = (await repository.backend.list('index')).map(({ id }) => id);
  await expect(prune(repository, { maxUnused: '0' })).rejects.toMatchObject({
    code: 'corrupt',
    context: { packId: plan.index.packId(victim), blobId: plan.index.table.idHex(entry) },
  });
  expect(await packIds(repository)).toEqual(expect.arrayContaining([plan.index.packId(victim)]));
  expect((await repository.backend.list('index')).map(({ id }) => id)).toEqual(expect.arrayContaining(indexes));
});

it('takes a blob from its other copy when one is damaged', async () => {
  const store: MemoryStore = new Map();
  const { repository } = await RepositoryBuilder.create({ backend: new MemoryBackend(store) });
  // Two clients at once: neither knows that the other stores the shared blob too.
  const clients = [await RepositoryBuilder.over(repository), await RepositoryBuilder.over(repository)];
  const needed: Node[] = [];
  for (const [i, client] of clients.entries()) {
    const files = ['shared', `used-${i}`, `unused-${i}`].map((name) =>
      client.file(name, [seededBytes(name, 50 * KIB)]),
    );
    const whole = await client.snapshot(files, { paths: [`/${i}`] });
    await removeSnapshot(repository, whole);
    needed.push(...files.slice(i, 2));
  }
  await (await RepositoryBuilder.over(repository)).snapshot(needed);
  const before = await snapshotContents(repository);
  const plan = await planPrune(repository, { maxUnused: '0' });
  expect(plan.statistics.duplicate.blobs).toBe(1);
  const shared = plan.repack
    .flatMap((pack) => entriesOf(plan.index, pack))
    .filter((entry) => plan.kept[entry] === 1 && plan.index.table.nextCopy(plan.index.table.primary(entry)) >= 0);
  const [entry = -1] = shared;
  expect(shared).toHaveLength(1);
  flipByte(store, plan.index.packId(plan.index.table.pack(entry)), plan.index.table.offset(entry) + 40);
  await prune(repository, { maxUnused: '0' });
  expect(await snapshotContents(repository)).toEqual(before);
  await expectClean(repository);
});

it('does not copy anew what an interrupted run had copied', async () => {
  const { store } = await twoPacks(2);
  const failure = new EngineError('backend_failed', 'The disk is gone.');
  const failing = await openFaulty(store, { operation: 'remove', type: 'index', error: failure });
  await expect(prune(failing, { maxUnused: '0' })).rejects.toMatchObject({ code: 'backend_failed' });
  const repository = await Repository.open(new MemoryBackend(store), { password: PASSWORD });
  const before = await snapshotContents(repository);
  const { executed, statistics } = await prune(repository, { maxUnused: '0' });
  expect(executed?.newPacks).toBe(0);
  expect(statistics.packs.remove).toBeGreaterThanOrEqual(2);
  expect(await snapshotContents(repository)).toEqual(before);
  await expectClean(repository);
});

it('reports packs that it cannot delete as warnings', async () => {
  const store: MemoryStore = new Map();
  await twoPacks(2, store);
  const failure = new EngineError('permission_denied', 'No right to delete.');
  const repository = await openFaulty(store, { operation: 'remove', type: 'pack', error: failure });
  const warnings: Warning[] = [];
  const { executed } = await prune(repository, { maxUnused: '0', onWarning: (warning) => warnings.push(warning) });
  expect(executed?.undeletedPacks).toBe(1);
  expect(warnings).toHaveLength(1);
  const again = await prune(repository);
  expect(again.statistics.packs.unindexed).toBe(1);
  await expectClean(repository);
});

function openFaulty(store: MemoryStore, failure: PlannedFailure): Promise<Repository> {
  return Repository.open(new FaultyBackend(new MemoryBackend(store), { failures: [failure] }), { password: PASSWORD });
}

function isData(index: Awaited<ReturnType<typeof loadIndex>>, pack: number): boolean {
  return index.table.type(index.packEntries(pack).at(0)) === 'data';
}

function entriesOf(index: Awaited<ReturnType<typeof loadIndex>>, pack: number): number[] {
  const entries = index.packEntries(pack);
  return Array.from({ length: entries.count }, (_, i) => entries.at(i));
}

function flipByte(store: MemoryStore, pack: PackId, at: number): void {
  for (const { ref, bytes } of store.values()) {
    if (ref.type === 'pack' && ref.id === pack) bytes[at] = (bytes[at] ?? 0) ^ 1;
  }
}
