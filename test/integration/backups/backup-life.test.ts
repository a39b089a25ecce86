import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startBackupService } from '../../support/backup-service.ts';

describe('a backup over HTTP', { timeout: 300_000 }, () => {
  it('is started, runs, is listed, shown, and deleted', async () => {
    const service = await startBackupService();
    const targetId = await service.protect();
    const started = await service.ask('POST', '/api/v1/backup/start', { target_id: targetId, backup_type: 'full' });
    expect(started.status).toBe(202);
    expect(started.body).toMatchObject({
      status: 'pending',
      backup_type: 'full',
      repository_id: 'local',
      nbd_export_name: null,
      file_path: null,
      target_id: 'documents',
      target_name: 'documents',
      parent_backup_id: null,
    });
    const id = String(started.body['backup_id']);
    expect(id).toMatch(/^backup-documents-full-\d{8}T\d{6}Z-[0-9a-f]{4}$/);
    const backup = await service.ended(id);
    expect(backup).toMatchObject({
      status: 'completed',
      progress: 100,
      warnings: 0,
      total_bytes: 11,
      bytes_transferred: 11,
      error: null,
      chain_id: id,
      statistics: { files_new: 2, total_files: 2 },
      target_kind: 'files',
    });
    expect(backup['file_path']).toBe(`${service.repository}/snapshots/${String(backup['snapshot_id'])}`);
    const log = await service.runLog(backup['run_id']);
    expect(log).toContain(`${id}: a full backup of documents into local.`);
    expect(log).toContain('2 files with 11 bytes: 2 new, 0 changed, 0 unmodified');
    const listed = await service.ask('GET', '/api/v1/backup/list?target=documents&status=completed');
    expect(listed.body).toMatchObject({ total: 1, backups: [{ backup_id: id }] });
    const target = await service.ask('GET', `/api/v1/targets/${targetId}`);
    expect(target.body).toMatchObject({
      last_good_backup: { backup_id: id },
      backup_counts: { completed: 1, failed: 0 },
    });
    const deleted = await service.ask('DELETE', `/api/v1/backup/${id}`);
    expect([deleted.status, deleted.body]).toEqual([200, { message: 'backup deleted successfully' }]);
    expect((await service.ask('GET', `/api/v1/backup/${id}`)).status).toBe(404);
    expect((await service.ask('GET', '/api/v1/backup/list')).body).toMatchObject({ total: 0, backups: [] });
  });

  it('builds chains: incrementals on the newest, differentials on the full', async () => {
    const service = await startBackupService();
    const targetId = await service.protect();
    const full = await service.backUp(targetId, 'incremental');
    expect(full).toMatchObject({ backup_type: 'full', parent_backup_id: null });
    expect(await service.runLog(full['run_id'])).toContain('There is no backup that it could be based on');
    writeFileSync(join(service.source, 'new.txt'), 'third');
    const first = await service.backUp(targetId);
    expect(first).toMatchObject({ backup_type: 'incremental', parent_backup_id: full['backup_id'] });
    expect(first['statistics']).toMatchObject({ files_new: 1, files_unmodified: 2 });
    const second = await service.backUp(targetId);
    expect(second['parent_backup_id']).toBe(first['backup_id']);
    const differential = await service.backUp(targetId, 'differential');
    expect(differential).toMatchObject({ backup_type: 'differential', parent_backup_id: full['backup_id'] });
    const chain = await service.ask('GET', `/api/v1/backup/chain?target_id=${targetId}`);
    expect(chain.body).toMatchObject({ chain_id: full['backup_id'], full_backup_id: full['backup_id'] });
    const ids = [full, first, second, differential].map((backup) => backup['backup_id']);
    expect((chain.body['backups'] as { backup_id: string }[]).map((backup) => backup.backup_id)).toEqual(ids);
    expect(chain.body['total_size_bytes']).toBeGreaterThan(0);
    const refused = await service.ask('DELETE', `/api/v1/backup/${String(first['backup_id'])}`);
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({
      error: 'backup_has_children',
      details: { children: [second['backup_id']] },
    });
  });

  it('becomes a full one where the parent was removed by another program', async () => {
    const service = await startBackupService();
    const targetId = await service.protect();
    const full = await service.backUp(targetId, 'full');
    rmSync(join(service.repository, 'snapshots', String(full['snapshot_id'])));
    const next = await service.backUp(targetId);
    expect(next).toMatchObject({
      backup_type: 'full',
      parent_backup_id: null,
      chain_id: next['backup_id'],
      warnings: 1,
    });
    expect(next['warning_list']).toEqual([expect.stringContaining('is not in the repository any more')]);
  });
});
