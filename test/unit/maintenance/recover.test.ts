import { describe, expect, it } from 'vitest';
import { MemoryBackend, type MemoryStore } from '../../../main/engine/backend/memory-backend.ts';
import type { Warning } from '../../../main/engine/base/progress.ts';
import { recoverTrees } from '../../../main/engine/maintenance/recover.ts';
import { listSnapshots, removeSnapshot } from '../../../main/engine/snapshot/snapshot-store.ts';
import { SnapshotFileSystem } from '../../../main/engine/vfs/snapshot-file-system.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';

async function makeRepository(backend = new MemoryBackend()) {
  const builder = await RepositoryBuilder.create({ backend });
  const common = builder.folder('common', [builder.file('c', [Buffer.from('c')])]);
  const kept = await builder.snapshot([builder.file('kept', []), common]);
  const lost = await builder.snapshot([builder.file('lost', [Buffer.from('lost')]), common]);
  return { repository: builder.repository, kept, lost };
}

describe('recoverTrees', () => {
  it('brings back what a forgotten snapshot held, once', async () => {
    const { repository, kept, lost } = await makeRepository();
    expect(await recoverTrees(repository, { lock: 'none' })).toEqual({ roots: [], snapshotId: undefined });
    const { tree } = (await listSnapshots(repository)).find(({ id }) => id === lost)!;
    await removeSnapshot(repository, lost);
    expect(await recoverTrees(repository, { dryRun: true })).toEqual({ roots: [tree], snapshotId: undefined });
    const { roots, snapshotId } = await recoverTrees(repository);
    expect(roots).toEqual([tree]);
    const snapshots = await listSnapshots(repository);
    expect(snapshots.map(({ id }) => id).sort()).toEqual([kept, snapshotId].sort());
    expect(snapshots.find(({ id }) => id === snapshotId)).toMatchObject({ paths: ['/recover'], tags: ['recovered'] });
    const files = await SnapshotFileSystem.open(repository, snapshotId!, { lock: 'none' });
    const content = await files.openFile(`/${tree.slice(0, 8)}/lost`);
    expect((await content.readAt(0, 10)).toString()).toBe('lost');
    expect((await files.readDir(`/${tree.slice(0, 8)}/common`)).total).toBe(1);
    expect((await recoverTrees(repository)).roots).toEqual([]);
    expect(await repository.backend.list('lock')).toEqual([]);
  });

  it('recovers the tree of a snapshot that is damaged', async () => {
    const store: MemoryStore = new Map();
    const { repository, lost } = await makeRepository(new MemoryBackend(store));
    for (const { ref, bytes } of store.values()) if ('id' in ref && ref.id === (lost as string)) bytes[40]! ^= 1;
    const warnings: Warning[] = [];
    const { roots } = await recoverTrees(repository, { onWarning: (warning) => warnings.push(warning) });
    expect(roots).toHaveLength(1);
    expect(warnings.map(({ item }) => item)).toEqual([`snapshot ${lost}`]);
  });
});
