import { describe, expect, it } from 'vitest';
import { startBackupService } from '../../support/backup-service.ts';
import { writeFilesIn } from '../../support/source-files.ts';

describe('starting backups', { timeout: 300_000 }, () => {
  it('starts one of twenty that are asked for at once, and names it to the others', async () => {
    const service = await startBackupService();
    const targetId = await service.protect();
    const asked = Array.from({ length: 20 }, () =>
      service.ask('POST', '/api/v1/backup/start', { target_id: targetId, backup_type: 'full' }),
    );
    const answers = await Promise.all(asked);
    const started = answers.filter(({ status }) => status === 202);
    expect(started).toHaveLength(1);
    const id = started[0]?.body['backup_id'];
    const refused = answers.filter(({ status }) => status === 409);
    expect(refused).toHaveLength(19);
    for (const { body } of refused) expect(body).toMatchObject({ error: 'backup_active', details: { backup_id: id } });
    expect(await service.ended(id)).toMatchObject({ status: 'completed' });
    expect((await service.ask('GET', '/api/v1/backup/list')).body['total']).toBe(1);
  });

  it('starts all of a job or none', async () => {
    const service = await startBackupService();
    await service.protect({ name: 'one' });
    await service.protect({ name: 'two' });
    const create = (targets: string[]) => service.ask('POST', '/api/v1/backup/create', { type: 'full', targets });
    expect(await create(['one', 'nobody'])).toMatchObject({ status: 404, body: { details: { target: 'nobody' } } });
    expect((await service.ask('GET', '/api/v1/backup/list')).body['total']).toBe(0);
    const all = await create(['files', 'one']);
    expect(all.status).toBe(202);
    const backups = all.body['backups'] as { backup_id: string; target_id: string }[];
    expect(backups.map((backup) => backup.target_id).sort()).toEqual(['one', 'two']);
    for (const { backup_id: id } of backups) await service.ended(id);
    const listed = await service.ask('GET', `/api/v1/backup/list?job=${String(all.body['backup_job_id'])}`);
    expect(listed.body['total']).toBe(2);
  });

  it('lets nobody of a role that may not, and nobody without a token', async () => {
    const service = await startBackupService();
    const targetId = await service.protect();
    const [username, password] = ['watcher', 'a long enough password'];
    const user = { username, password, role: 'viewer' };
    expect((await service.ask('POST', '/api/auth/users', user)).status).toBe(201);
    const { body } = await service.ask('POST', '/api/auth/login', { username, password });
    const as = String(body['token']);
    const wish = { target_id: targetId, backup_type: 'full' };
    const start = await service.ask('POST', '/api/v1/backup/start', wish, { as });
    expect(start).toMatchObject({ status: 403, body: { error: 'forbidden' } });
    expect((await service.ask('GET', '/api/v1/backup/list', undefined, { as })).status).toBe(200);
    expect((await service.ask('DELETE', '/api/v1/backup/x', undefined, { as })).status).toBe(403);
    expect((await service.ask('POST', '/api/v1/targets', {}, { as })).status).toBe(403);
  });

  it('cancels one that runs, and one that waits', async () => {
    const service = await startBackupService();
    writeFilesIn(service.source, { 'stop.sh': 'sleep 600' });
    const pre_command = { command: 'sleep 600', shell: true };
    const targetId = await service.protect({ config: { paths: [service.source], pre_command } });
    const { body } = await service.ask('POST', '/api/v1/backup/start', { target_id: targetId, backup_type: 'full' });
    const path = `/api/v1/backup/${String(body['backup_id'])}`;
    while ((await service.ask('GET', path)).body['status'] !== 'running')
      await new Promise((next) => setTimeout(next, 20));
    expect(await service.ask('DELETE', path)).toMatchObject({ status: 409, body: { error: 'backup_active' } });
    expect(await service.ask('DELETE', `/api/v1/targets/${targetId}`)).toMatchObject({ status: 409 });
    expect((await service.ask('POST', `${path}/cancel`)).status).toBe(202);
    const backup = await service.ended(body['backup_id']);
    expect(backup).toMatchObject({ status: 'cancelled', error: { code: 'cancelled' }, snapshot_id: null });
    expect(await service.ask('POST', `${path}/cancel`)).toMatchObject({ status: 409 });
    // One without a snapshot goes at once.
    expect((await service.ask('DELETE', path)).status).toBe(200);
  });
});
