import { describe, expect, it } from 'vitest';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { prune } from '../../../main/engine/maintenance/prune.ts';
import { removeSnapshot } from '../../../main/engine/snapshot/snapshot-store.ts';
import { EventfulBackend } from '../../support/eventful-backend.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

describe('a prune that looks around before it has the lock', () => {
  async function withGarbage() {
    const backend = new EventfulBackend(new Map());
    const builder = await RepositoryBuilder.create({ backend });
    await builder.snapshot([builder.file('kept', [seededBytes('kept', 5000)])]);
    const node = builder.file('given up', [seededBytes('given up', 5000)]);
    const forgotten: SnapshotId = await builder.snapshot([node, builder.file('kept', [seededBytes('kept', 5000)])]);
    await removeSnapshot(builder.repository, forgotten);
    return { backend, builder, node };
  }

  it('keeps what a snapshot needs that came meanwhile', async () => {
    const { backend, builder, node } = await withGarbage();
    // Nothing is written but the snapshot: all of its blobs are there.
    backend.onLock = async () => {
      await builder.snapshot([node]);
    };
    await prune(builder.repository, { maxUnused: '0', workers: 1 });
    const { errors, counts } = await check({ repository: builder.repository, readData: true, workers: 1 });
    expect(errors).toEqual([]);
    expect(counts.snapshots).toBe(2);
  });

  it('knows what a backup stored meanwhile', async () => {
    const { backend, builder } = await withGarbage();
    backend.onLock = async () => {
      await builder.snapshot([builder.file('new', [seededBytes('new', 5000)])]);
    };
    const { executed } = await prune(builder.repository, { maxUnused: '0', workers: 2 });
    expect(executed?.deletedPacks).toBeGreaterThan(0);
    const { errors, hints, counts } = await check({
      repository: builder.repository,
      readData: true,
      checkUnused: true,
    });
    expect([...errors, ...hints]).toEqual([]);
    expect(counts).toMatchObject({ snapshots: 2, unusedBlobs: 0 });
  });

  it('removes the garbage when nothing happens meanwhile', async () => {
    const { builder } = await withGarbage();
    const { repository } = builder;
    await prune(Promise.resolve(repository), { maxUnused: '0', workers: 1 });
    const { errors, counts } = await check({ repository, readData: true, workers: 1 });
    expect(errors).toEqual([]);
    expect(counts).toMatchObject({ snapshots: 1, unusedBlobs: 0 });
  });
});
