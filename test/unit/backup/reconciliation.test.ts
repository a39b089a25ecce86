import { describe, expect, it } from 'vitest';
import { startBackup } from '../../../main/app/backup/ask-backups.ts';
import type { SnapshotFacts } from '../../../main/app/engine-jobs/ports/job-facts.ts';
import { ADMIN, life, listed, newRemains, type Remains } from '../../support/backup-lives.ts';

const { signal } = new AbortController();

function snapshot(id: string, more: Partial<SnapshotFacts> = {}): SnapshotFacts {
  const made = { parentId: null, userName: 'me', programVersion: 'restic 0.14.0', totalFiles: 3, totalBytes: 30 };
  const about = { time: '2026-01-10T03:00:00+01:00', hostName: 'Old Server', paths: ['/srv'], tags: [] };
  return { id: id.repeat(64), ...made, ...about, ...more };
}

async function backUp(remains: Remains, type: 'full' | 'incremental') {
  const one = life(remains);
  await startBackup(one.deps, ADMIN, { target_id: 'documents', backup_type: type });
  await one.work();
}

const reconcile = (remains: Remains) => life(remains).reconciliation.one('local', signal);

describe('the catalog follows the repository', () => {
  it('lists what others have put there, under a target for each host and its paths', async () => {
    const remains = await newRemains();
    const others = [snapshot('a'), snapshot('b', { time: 'no time' }), snapshot('c', { paths: ['/home'] })];
    for (const one of [...others, snapshot('d', { tags: ['guardit-settings'] })])
      remains.disk.snapshots.set(one.id, one);
    expect(await reconcile(remains)).toEqual({ found: 3, lost: 0 });
    const backups = await listed(remains);
    expect(backups.map(({ state, type, runId }) => [state, type, runId])).toEqual(
      Array(3).fill(['completed', 'full', null]),
    );
    expect(backups[0]).toMatchObject({
      createdAt: new Date('2026-01-10T02:00:00Z'),
      facts: { totalFiles: 3, totalBytes: 30 },
    });
    const targets = await remains.catalog.read((stores) => stores.targets.list({ withRemoved: true }));
    const found = targets.filter(({ id }) => id.startsWith('found-old-server-'));
    expect(found.map(({ name, removedAt }) => [name, removedAt !== null])).toEqual([
      ['Old Server: /home', true],
      ['Old Server: /srv', true],
    ]);
    expect(await reconcile(remains)).toEqual({ found: 0, lost: 0 });
  });

  it('gives them back to the target and the backup that their tags name', async () => {
    const remains = await newRemains();
    const tags = [
      'guardit',
      'guardit-backup:backup-of-old',
      'guardit-target:documents',
      'guardit-immutable-until:2027-01-01T00:00:00.000Z',
    ];
    remains.disk.snapshots.set('e', snapshot('e', { id: 'e', tags }));
    await reconcile(remains);
    expect(await listed(remains)).toMatchObject([
      { id: 'backup-of-old', targetId: 'documents', immutableUntil: new Date('2027-01-01T00:00:00Z') },
    ]);
    await backUp(remains, 'incremental');
    expect((await listed(remains))[1]).toMatchObject({ type: 'incremental', parentId: 'backup-of-old' });
  });

  it('marks what others have removed, and its children go on', async () => {
    const remains = await newRemains();
    await backUp(remains, 'full');
    await backUp(remains, 'incremental');
    const [full] = await listed(remains);
    remains.disk.snapshots.delete(full?.snapshotId ?? '');
    expect(await reconcile(remains)).toEqual({ found: 0, lost: 1 });
    expect(await listed(remains)).toMatchObject([{ type: 'full', parentId: null, chainId: full?.id }]);
    const gone = await remains.catalog.read((stores) => stores.backups.find(full?.id ?? ''));
    expect(gone?.removedReason).toBe('removed outside GuardIT');
  });

  it('follows a snapshot whose tags others have changed', async () => {
    const remains = await newRemains();
    await backUp(remains, 'full');
    const [backup] = await listed(remains);
    const old = remains.disk.snapshots.get(backup?.snapshotId ?? '');
    if (!old) throw new Error('There is no snapshot.');
    remains.disk.snapshots.delete(old.id);
    remains.disk.snapshots.set('f', { ...old, id: 'f', tags: [...old.tags, 'mine'] });
    expect(await reconcile(remains)).toEqual({ found: 0, lost: 0 });
    expect(await listed(remains)).toMatchObject([{ id: backup?.id, snapshotId: 'f' }]);
  });
});
