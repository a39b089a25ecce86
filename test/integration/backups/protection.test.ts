import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { startBackupService } from '../../support/backup-service.ts';

const LATER = '2999-01-01T00:00:00.000Z';

describe('what must not be deleted', { timeout: 300_000 }, () => {
  it('is what is pinned, what is immutable, and what its repository keeps', async () => {
    const service = await startBackupService({ repository: { immutableDays: null } });
    const targetId = await service.protect();
    const { backup_id: id, snapshot_id: before } = await service.backUp(targetId, 'full');
    const path = `/api/v1/backup/${String(id)}`;
    const pinned = await service.ask('POST', `${path}/pin`, { reason: 'before the move' });
    expect(pinned.body).toMatchObject({ pinned: true, pinned_reason: 'before the move' });
    expect(await service.ask('DELETE', path)).toMatchObject({ status: 409, body: { error: 'backup_pinned' } });
    expect((await service.ask('POST', `${path}/unpin`)).body).toMatchObject({ pinned: false });
    const kept = await service.ask('PATCH', path, { immutable_until: LATER, description: 'Kept' });
    expect(kept).toMatchObject({ status: 200, body: { immutable_until: LATER, description: 'Kept' } });
    expect(kept.body['snapshot_id']).not.toBe(before);
    expect(await service.ask('PATCH', path, { immutable_until: '2998-01-01T00:00:00Z' })).toMatchObject({
      status: 423,
    });
    expect(await service.ask('DELETE', path)).toMatchObject({
      status: 423,
      body: { error: 'immutable', details: { immutable_until: LATER } },
    });
    // It is the base of the next one all the same, under its new id.
    expect(await service.backUp(targetId)).toMatchObject({
      backup_type: 'incremental',
      parent_backup_id: id,
      warnings: 0,
    });
  });

  it('is all that an immutable repository got lately', async () => {
    const service = await startBackupService({ repository: { immutableDays: 30 } });
    const targetId = await service.protect();
    const backup = await service.backUp(targetId, 'full');
    expect(backup['immutable_until']).not.toBeNull();
    const answer = await service.ask('DELETE', `/api/v1/backup/${String(backup['backup_id'])}`);
    expect(answer).toMatchObject({ status: 423, body: { error: 'immutable', details: { code: 'immutable' } } });
  });
});

describe('what is far from usual', { timeout: 300_000 }, () => {
  it('stands beside the backup until somebody has said that all is well', async () => {
    const service = await startBackupService();
    const targetId = await service.protect();
    const { backup_id: id, anomaly } = await service.backUp(targetId, 'full');
    expect(anomaly).toBeNull();
    // As if it had been found: to be so, a backup needs many others before it.
    const db = new Database(join(service.folder, 'catalog.sqlite'));
    db.prepare('INSERT INTO anomalies (backup_id, target_id, found_at, message) VALUES (?, ?, ?, ?)').run(
      ...[id, targetId, Date.now(), 'half of the files changed'],
    );
    db.close();
    const list = `/api/v1/backup/list?target_id=${targetId}`;
    const found = [{ backup_id: id, anomaly: 'half of the files changed' }];
    expect((await service.ask('GET', list)).body).toMatchObject({ backups: found });
    expect((await service.ask('POST', `/api/v1/backup/${String(id)}/dismiss-anomaly`)).status).toBe(204);
    expect((await service.ask('GET', `/api/v1/backup/${String(id)}`)).body).toMatchObject({ anomaly: null });
  });
});
