import { describe, expect, test } from 'vitest';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import type { BlobId, PackId } from '../../../main/engine/base/ids.ts';
import type { Warning } from '../../../main/engine/base/progress.ts';
import { verifySnapshot } from '../../../main/engine/maintenance/verify-snapshot.ts';
import { loadIndex } from '../../../main/engine/repository/load-index.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const chunk = (name: string) => seededBytes(name, 100_000);

/** Flips a bit of a stored blob, where there is no file. */
async function damage(repository: Repository, type: 'data' | 'tree', id: BlobId): Promise<PackId> {
  const index = await loadIndex(repository);
  const entry = index.table.findHex(type, id);
  const packId = index.packId(index.table.pack(entry));
  const ref = { type: 'pack', id: packId } as const;
  const bytes = Buffer.from(await repository.backend.read(ref));
  const at = index.table.offset(entry) + 20;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await repository.backend.remove(ref);
  await repository.backend.write(ref, bytes);
  return packId;
}

describe('one snapshot of several', () => {
  test('is sound although another one is damaged; both are told apart', async () => {
    const builder = await RepositoryBuilder.create({ backend: new MemoryBackend() });
    const shared = builder.file('shared', [chunk('shared')]);
    const own = builder.file('own', [chunk('own'), chunk('shared')]);
    const good = await builder.snapshot([builder.folder('folder', [shared])]);
    const bad = await builder.snapshot([shared, builder.folder('sub', [own])]);
    const { repository } = builder;
    const packId = await damage(repository, 'data', own.content?.[0] ?? ('' as BlobId));

    const sound = await verifySnapshot({ repository, snapshot: good, workers: 1 });
    expect(sound).toMatchObject({ ok: true, errorCount: 0, affected: undefined });
    expect(sound.counts).toMatchObject({ files: 1, blobs: 3 });
    expect(sound.counts.readBytes).toBeGreaterThan(100_000);

    const damaged = await verifySnapshot({ repository, snapshot: bad, workers: 1 });
    expect(damaged).toMatchObject({ ok: false, errorCount: 1, affected: { paths: ['/sub/own'], more: false } });
    expect(damaged.errors).toMatchObject([{ kind: 'blob_damaged', packId, blobId: own.content?.[0] }]);
  });

  test('names a folder that can not be read, and a pack that is gone', async () => {
    const builder = await RepositoryBuilder.create({ backend: new MemoryBackend() });
    const folder = builder.folder('folder', [builder.file('a', [chunk('a')])]);
    const snapshot = await builder.snapshot([folder, builder.file('b', [chunk('b')])]);
    const { repository } = builder;
    await damage(repository, 'tree', folder.subtree ?? ('' as BlobId));
    const found = await verifySnapshot({ repository, snapshot, workers: 1 });
    expect(found.errors.map(({ kind }) => kind)).toEqual(['tree_damaged']);
    expect(found.affected?.paths).toEqual(['/folder']);
    const index = await loadIndex(repository);
    const entry = index.table.findHex('data', builder.file('b', [chunk('b')]).content?.[0] ?? ('' as BlobId));
    await repository.backend.remove({ type: 'pack', id: index.packId(index.table.pack(entry)) });
    const worse = await verifySnapshot({ repository, snapshot, workers: 1 });
    expect(worse.affected?.paths).toEqual(expect.arrayContaining(['/b', '/folder']));
  });

  test('is sound with a warning when another copy of a damaged blob is whole', async () => {
    const backend = new MemoryBackend();
    const one = await RepositoryBuilder.create({ backend });
    // Neither knows of the other: each stores the chunk.
    const two = await RepositoryBuilder.over(one.repository);
    const file = one.file('file', [chunk('twice')]);
    two.file('file', [chunk('twice')]);
    const snapshot = await one.snapshot([file]);
    await two.snapshot([]);
    const { repository } = one;
    const packId = await damage(repository, 'data', file.content?.[0] ?? ('' as BlobId));
    const warnings: Warning[] = [];
    const onWarning = (warning: Warning) => void warnings.push(warning);
    const found = await verifySnapshot({ repository, snapshot, workers: 1, onWarning });
    expect(found).toMatchObject({ ok: true, errorCount: 0 });
    expect(warnings).toMatchObject([{ item: packId, message: expect.stringContaining('Another copy') }]);
  });
});
