import { describe, expect, it } from 'vitest';
import { MemoryBackend, type MemoryStore } from '../../../main/engine/backend/memory-backend.ts';
import type { BlobId, PackId } from '../../../main/engine/base/ids.ts';
import type { Progress } from '../../../main/engine/base/progress.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { loadIndex } from '../../../main/engine/repository/load-index.ts';
import { compareNodeNames, makeNode, type Node } from '../../../main/engine/snapshot/node.ts';
import { encodeNode } from '../../../main/engine/snapshot/tree-encoder.ts';
import { saveSnapshot } from '../../../main/engine/snapshot/snapshot-store.ts';
import { repairSnapshots } from '../../../main/engine/maintenance/repair-snapshots.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { makeSnapshot } from '../../support/snapshots.ts';

const NOWHERE = 'cd'.repeat(32) as BlobId;
const text = (content: string) => [Buffer.from(content)];

/** A tree of nodes as they come, whatever their names and order. */
function rawTree(...nodes: Node[]): Buffer {
  return Buffer.from(`{"nodes":[${nodes.map(encodeNode).join(',')}]}\n`);
}

async function checked(builder: RepositoryBuilder, root: readonly Node[]) {
  await builder.snapshot(root);
  return check({ repository: builder.repository, readData: true, affectedSnapshots: true, workers: 1 });
}

describe('what restic’s check does not look at', () => {
  it('says nothing about a repository that is as it should be', async () => {
    const builder = await RepositoryBuilder.create();
    const result = await checked(builder, [
      builder.file('a', text('one')),
      builder.folder('b', [
        builder.file('c', [seededBytes('c', 5000), seededBytes('d', 5000)]),
        builder.link('l', 'c'),
      ]),
    ]);
    expect(result).toMatchObject({ ok: true, errors: [], hints: [], brokenPacks: [], suggestPrune: false });
    expect(result.counts).toMatchObject({ snapshots: 1, trees: 2, keys: 1, unusedBlobs: 0, blobs: 5 });
    expect(result.counts.readPacks).toBe(result.counts.packs);
    expect(result.affected).toBeUndefined();
  });

  it.each([
    ['name_unsafe', ['..']],
    ['name_unsafe', ['a/b']],
    ['name_unsafe', ['.']],
    ['name_duplicate', ['same', 'same']],
  ] as const)('%s: %j', async (kind, names) => {
    const builder = await RepositoryBuilder.create();
    const folder = builder.rawFolder('folder', rawTree(...names.map((name) => builder.file(name, text('x')))));
    const { errors } = await checked(builder, [folder]);
    expect(errors).toMatchObject([{ kind, name: names.at(-1), treeId: folder.subtree }]);
  });

  it('hints at names out of order, sizes that are no sums and odd paths', async () => {
    const builder = await RepositoryBuilder.create();
    const files = [builder.file('b', text('x')), builder.file('a', text('y'), { size: 7 })];
    await builder.snapshot([builder.rawFolder('folder', rawTree(...files))], { paths: ['relative'] });
    const { ok, hints } = await check({ repository: builder.repository });
    expect(ok).toBe(true);
    expect(hints.map(({ kind }) => kind).sort()).toEqual(['size_differs', 'snapshot_paths', 'tree_order']);
  });

  it('counts what no snapshot needs, when asked', async () => {
    const builder = await RepositoryBuilder.create();
    builder.file('forgotten', text('nobody needs me'));
    await builder.snapshot([builder.file('a', text('one'))]);
    const { repository } = builder;
    expect((await check({ repository })).hints).toEqual([]);
    const { hints, suggestPrune, counts } = await check({ repository, checkUnused: true });
    expect(hints).toMatchObject([{ kind: 'blobs_unused' }]);
    expect(counts.unusedBlobs).toBe(1);
    expect(suggestPrune).toBe(true);
  });
});

describe('what is missing or damaged', () => {
  it('names files and folders whose blobs are in no index, and the snapshots that need them', async () => {
    const builder = await RepositoryBuilder.create();
    const lost = builder.file('lost', text('here'), { content: [NOWHERE] });
    const gone = makeNode({ name: 'gone', type: 'dir', subtree: NOWHERE });
    const empty = builder.file('no-list', [], { content: null });
    const result = await checked(builder, [
      builder.folder('f', [lost, gone, empty]),
      builder.file('good', text('good')),
    ]);
    expect(result.errors.map(({ kind, name }) => [kind, name])).toEqual([
      ['tree_missing', 'gone'],
      ['blob_missing', 'lost'],
      ['node_invalid', 'no-list'],
    ]);
    expect(result.affected).toHaveLength(1);
    expect(result.affected?.[0]).toMatchObject({ more: false });
    expect([...(result.affected?.[0]?.paths ?? [])].sort()).toEqual(['/f/gone', '/f/lost', '/f/no-list']);

    await repairSnapshots(builder.repository, { forget: true });
    const after = await check({ repository: builder.repository });
    expect(after.errors).toEqual([]);
    expect(after.counts.snapshots).toBe(1);
  });

  it('names the root when a snapshot’s own tree is missing; repair removes such a snapshot', async () => {
    const { repository } = await RepositoryBuilder.create();
    const { id: _id, ...snapshot } = makeSnapshot('2026-01-02T03:04:05Z', { tree: NOWHERE });
    const id = await saveSnapshot(repository, snapshot);
    const { errors, affected } = await check({ repository, affectedSnapshots: true });
    expect(errors).toMatchObject([{ kind: 'tree_missing', snapshotId: id }]);
    expect(affected).toEqual([{ id, paths: ['/'], more: false }]);
    const dry = await repairSnapshots(repository, { dryRun: true });
    expect(dry.snapshots).toMatchObject([{ id, outcome: 'removed' }]);
    expect(await repository.unpacked.listIds('snapshot')).toEqual([id]);
    await repairSnapshots(repository);
    expect(await repository.unpacked.listIds('snapshot')).toEqual([]);
  });

  it('finds every defect that a pack can have beside its blobs', async () => {
    const store: MemoryStore = new Map();
    const builder = await RepositoryBuilder.create({ backend: new MemoryBackend(store) });
    await builder.snapshot([builder.file('a', [seededBytes('a', 3000), seededBytes('b', 3000)])]);
    const { repository } = builder;
    const index = await loadIndex(repository);
    for (let pack = 0; pack < index.packCount; pack++) {
      const object = [...store.values()].find(({ ref }) => ref.type === 'pack' && ref.id === index.packId(pack));
      if (!object) throw new Error('The pack is not in the store.');
      for (const at of [object.bytes.length - 1, object.bytes.length - 20]) {
        object.bytes[at] = (object.bytes[at] ?? 0) ^ 1;
        const { errors, brokenPacks } = await check({ repository, lock: 'none', readData: true, workers: 1 });
        expect(brokenPacks).toEqual([index.packId(pack)]);
        expect(errors.every(({ kind }) => kind === 'pack_damaged')).toBe(true);
        object.bytes[at] = (object.bytes[at] ?? 0) ^ 1;
      }
    }
    expect((await check({ repository, lock: 'none', readData: true, workers: 1 })).ok).toBe(true);
  });

  it('keeps a bounded list and counts everything', async () => {
    const builder = await RepositoryBuilder.create();
    const files = Array.from({ length: 50 }, (_, i) => builder.file(`f${i}`, [], { content: [NOWHERE] }));
    await builder.snapshot(files.sort(compareNodeNames));
    const result = await check({ repository: builder.repository, maxFindings: 10, affectedSnapshots: true });
    expect(result.errors).toHaveLength(10);
    expect(result.errorCount).toBe(50);
    expect(result.affected?.[0]?.paths).toHaveLength(50);
  });

  it('reads only the packs of the subset', async () => {
    const builder = await RepositoryBuilder.create();
    for (let i = 0; i < 4; i++) await builder.snapshot([builder.file('a', text(`content ${i}`))]);
    const { repository } = builder;
    const all = (await repository.backend.list('pack')).length;
    let read = 0;
    for (const part of ['1/3', '2/3', '3/3']) {
      const { counts } = await check({ repository, lock: 'none', readDataSubset: part, workers: 1 });
      read += counts.readPacks;
    }
    expect(read).toBe(all);
    const { counts } = await check({ repository, lock: 'none', readDataSubset: '50%', workers: 1 });
    expect(counts.readPacks).toBe(Math.floor(all / 2));
    await expect(check({ repository, readDataSubset: '9/3' })).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

describe('as an operation', () => {
  it('is exclusive, or needs no lock when told so', async () => {
    const { repository } = await RepositoryBuilder.create();
    const lock = await repository.lock('shared');
    await expect(check({ repository })).rejects.toMatchObject({ code: 'locked' });
    expect((await check({ repository, lock: 'none' })).ok).toBe(true);
    await lock.release();
    expect((await check({ repository })).ok).toBe(true);
    expect(await repository.backend.list('lock')).toEqual([]);
  });

  it('stops when it is told to, and reports progress up to all bytes', async () => {
    const builder = await RepositoryBuilder.create();
    await builder.snapshot([builder.file('a', [seededBytes('a', 100_000)])]);
    const { repository } = builder;
    const events: Progress[] = [];
    await check({ repository, readData: true, workers: 1, onProgress: (event) => events.push(event) });
    const last = events.filter(({ phase }) => phase === 'read-data').at(-1);
    expect(last?.bytesDone).toBe(last?.totalBytes);
    expect(last?.bytesDone).toBeGreaterThan(100_000);
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    await expect(check({ repository, readData: true, signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(await repository.backend.list('lock')).toEqual([]);
  });

  it('tells orphans and packs that two indexes list', async () => {
    const builder = await RepositoryBuilder.create();
    await builder.snapshot([builder.file('a', text('x'))]);
    const { repository } = builder;
    const [first] = await repository.unpacked.listIds('index');
    if (first === undefined) throw new Error('There is no index.');
    await repository.unpacked.save('index', await repository.unpacked.load('index', first));
    await repository.backend.write({ type: 'pack', id: 'ee'.repeat(32) as PackId }, Buffer.from('orphan'));
    const { ok, hints, suggestRepairIndex } = await check({ repository });
    expect(ok).toBe(true);
    expect(new Set(hints.map(({ kind }) => kind))).toEqual(new Set(['pack_duplicate', 'pack_orphan']));
    expect(suggestRepairIndex).toBe(true);
  });
});
