import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { FileRef } from '../../../main/engine/backend/backend.ts';
import { MemoryBackend, type MemoryStore } from '../../../main/engine/backend/memory-backend.ts';
import type { Warning } from '../../../main/engine/base/progress.ts';
import { copySnapshots } from '../../../main/engine/maintenance/copy.ts';
import { BlobWriter } from '../../../main/engine/maintenance/blob-writer.ts';
import { BlobReader } from '../../../main/engine/repository/blob-reader.ts';
import { RepositoryIndex } from '../../../main/engine/index/repository-index.ts';
import { loadIndex } from '../../../main/engine/repository/load-index.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { listSnapshots, loadSnapshot } from '../../../main/engine/snapshot/snapshot-store.ts';
import { TEST_POLYNOMIAL } from '../../support/repositories.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { snapshotContents } from '../../support/snapshot-contents.ts';

const options = { workers: 2, sourceLock: 'none' } as const;

async function makeSource(version: 1 | 2 = 2, backend = new MemoryBackend()) {
  const builder = await RepositoryBuilder.create({ version, polynomial: TEST_POLYNOMIAL, backend });
  const shared = seededBytes('shared', 200_000);
  const text = Buffer.from('some text that compresses well. '.repeat(2000));
  const first = await builder.snapshot([
    builder.file('a', [shared, text]),
    builder.folder('d', [builder.file('b', [text])]),
  ]);
  const second = await builder.snapshot([builder.file('a', [shared]), builder.folder('empty', [])], {
    tags: ['x'],
    parent: first,
    original: 'cd'.repeat(32) as never,
  });
  return { builder, repository: builder.repository, first, second };
}

const makeTarget = async (version: 1 | 2 = 2) =>
  (await RepositoryBuilder.create({ version, polynomial: TEST_POLYNOMIAL })).repository;

/** Contents of all snapshots, whatever their ids. */
const allContents = async (repository: Repository) => [...(await snapshotContents(repository)).values()].sort();

describe.each([
  [2, 2],
  [1, 2],
  [2, 1],
] as const)('a copy from version %i to version %i', (from, to) => {
  it('holds the same snapshots, under their first ids', async () => {
    const { repository: source, first, second } = await makeSource(from);
    const target = await makeTarget(to);
    const result = await copySnapshots(source, target, options);
    expect(result.copied.map(({ sourceId }) => sourceId).sort()).toEqual([first, second].sort());
    expect(await allContents(target)).toEqual(await allContents(source));
    for (const { sourceId, targetId } of result.copied) {
      const { id: _id, parent: _parent, original: _original, ...theirs } = await loadSnapshot(source, sourceId);
      const copy = await loadSnapshot(target, targetId);
      expect(copy).toMatchObject(theirs);
      expect(copy.parent).toBeUndefined();
      expect(copy.original).toBe(sourceId === second ? 'cd'.repeat(32) : first);
    }
    for (const backend of [source.backend, target.backend]) expect(await backend.list('lock')).toEqual([]);
    // Compressed, where the version allows it and it pays.
    const { table } = await loadIndex(target);
    for (let entry = 0; entry < table.entryCount; entry++) {
      const isRandom = table.plainLength(entry) === 200_000;
      expect(table.uncompressedLength(entry) !== 0).toBe(to === 2 && !isRandom);
    }
  });
});

describe('a second copy', () => {
  it('copies nothing, and only what is new later', async () => {
    const { builder, repository: source } = await makeSource();
    const target = await makeTarget();
    const first = await copySnapshots(source, target, options);
    const before = (await target.backend.list('pack')).length;
    const again = await copySnapshots(source, target, options);
    expect(again).toMatchObject({ copied: [], blobs: 0, bytes: 0 });
    expect(new Map(again.skipped.map(({ sourceId, targetId }) => [sourceId, targetId]))).toEqual(
      new Map(first.copied.map(({ sourceId, targetId }) => [sourceId, targetId])),
    );
    expect(await target.backend.list('pack')).toHaveLength(before);
    await builder.snapshot([builder.file('new', [Buffer.from('new')])], { hostname: 'other' });
    // Its chunk and its tree.
    expect(await copySnapshots(source, target, options)).toMatchObject({ copied: [{}], skipped: [{}, {}], blobs: 2 });
  });

  it('finds its way back: the source skips what came from it', async () => {
    const { repository: source } = await makeSource();
    const target = await makeTarget();
    await copySnapshots(source, target, options);
    expect(await copySnapshots(target, source, options)).toMatchObject({ copied: [], skipped: [{}, {}] });
  });
});

describe('a copy', () => {
  it('takes the snapshots that were asked for', async () => {
    const { repository: source, first } = await makeSource();
    const target = await makeTarget();
    const byId = await copySnapshots(source, target, { ...options, snapshots: [first.slice(0, 10)] });
    expect(byId.copied.map(({ sourceId }) => sourceId)).toEqual([first]);
    const byTag = await copySnapshots(source, target, { ...options, filter: { tagLists: [['x']] } });
    expect(byTag.copied).toHaveLength(1);
  });

  it('of a repository into itself is refused', async () => {
    const store: MemoryStore = new Map();
    const { repository } = await makeSource(2, new MemoryBackend(store));
    const same = await Repository.open(new MemoryBackend(store), { password: 'password' });
    expect(() => copySnapshots(repository, same, options)).toThrow(/the same repository/);
  });

  it('warns, or refuses, when the chunkers differ', async () => {
    const { repository: source } = await makeSource();
    const target = (await RepositoryBuilder.create()).repository;
    expect(() => copySnapshots(source, target, { ...options, requireSameChunker: true })).toThrow(/chunks differently/);
    const warnings: Warning[] = [];
    await copySnapshots(source, target, { ...options, onWarning: (warning) => warnings.push(warning) });
    expect(warnings).toHaveLength(1);
    expect(await allContents(target)).toEqual(await allContents(source));
  });

  it('reads the other copy of a blob whose pack is damaged or gone', async () => {
    const store: MemoryStore = new Map();
    const { repository: source } = await makeSource(2, new MemoryBackend(store));
    const firstPacks = [...store.values()].filter(({ ref }) => ref.type === 'pack');
    // Everything once more, by a writer that knew nothing of the first packs.
    const index = await loadIndex(source);
    const reader = new BlobReader(source, index);
    const writer = await BlobWriter.open(source, new RepositoryIndex());
    for (let entry = 0; entry < index.table.entryCount; entry++) {
      const type = index.table.type(entry);
      writer.add(type, await reader.read(type, index.table.idHex(entry)));
    }
    await writer.flush();
    for (const [at, { ref, bytes }] of firstPacks.entries()) {
      if (at === 0) await source.backend.remove(ref);
      else bytes[100]! ^= 1;
    }
    const expected = await allContents(source);
    const target = await makeTarget();
    await copySnapshots(source, target, options);
    expect(await allContents(target)).toEqual(expected);
  });

  it('ends where a blob cannot be read, and saves no snapshot', async () => {
    const store: MemoryStore = new Map();
    const { repository: source } = await makeSource(2, new MemoryBackend(store));
    const index = await loadIndex(source);
    const entry = Array.from({ length: index.table.entryCount }, (_, at) => at).find(
      (at) => index.table.plainLength(at) === 200_000,
    )!;
    const ref: FileRef = { type: 'pack', id: index.packId(index.table.pack(entry)) };
    for (const object of store.values()) {
      if (object.ref.type === 'pack' && 'id' in ref && 'id' in object.ref && object.ref.id === ref.id) {
        object.bytes[index.table.offset(entry) + 1000]! ^= 1;
      }
    }
    const target = await makeTarget();
    await expect(copySnapshots(source, target, options)).rejects.toMatchObject({ code: 'corrupt' });
    expect(await listSnapshots(target)).toEqual([]);
    expect(await target.backend.list('lock')).toEqual([]);
    const staging = await target.backend.stagingFolder();
    expect(readdirSync(staging)).toEqual([]);
    expect(staging.startsWith(tmpdir())).toBe(true);
  });

  it('stops when it is cancelled', async () => {
    const { repository: source } = await makeSource();
    const target = await makeTarget();
    const stop = new AbortController();
    const onProgress = () => stop.abort();
    await expect(copySnapshots(source, target, { ...options, signal: stop.signal, onProgress })).rejects.toMatchObject({
      code: 'cancelled',
    });
    for (const backend of [source.backend, target.backend]) expect(await backend.list('lock')).toEqual([]);
  });
});
