import { describe, expect, it } from 'vitest';
import { startBackupService } from '../../support/backup-service.ts';

const NIGHTLY = { name: 'nightly', cron: '0 2 * * *', targets: ['documents'], type: 'full', retention: 7 };

describe('schedules', { timeout: 300_000 }, () => {
  it('make a task of each target, run on request, and keep what they made', async () => {
    const service = await startBackupService();
    await service.protect();
    await service.protect({ name: 'photos' });
    const made = await service.ask('POST', '/api/v1/schedules', { ...NIGHTLY, time_zone: 'Europe/Berlin' });
    expect(made).toMatchObject({
      status: 201,
      body: { schedule_id: 'nightly', schedule: '0 2 * * *', time_zone: 'Europe/Berlin', retention: { days: 7 } },
    });
    const task = await service.ask('GET', '/api/tasks/nightly-documents');
    expect(task.body).toMatchObject({ managed_by: 'schedule:nightly', type: 'backup', schedule: '0 2 * * *' });
    expect((await service.ask('DELETE', '/api/tasks/nightly-documents')).status).toBe(409);
    const target = await service.ask('GET', '/api/v1/targets/documents');
    expect(target.body).toMatchObject({ schedules: ['nightly'], next_run: made.body['next_run'] });
    expect(await service.ask('DELETE', '/api/v1/targets/documents')).toMatchObject({
      status: 409,
      body: { details: { schedules: ['nightly'] } },
    });
    const run = await service.ask('POST', '/api/v1/schedules/nightly/run');
    expect(run).toMatchObject({ status: 202, body: { backups: [{ schedule_id: 'nightly', backup_type: 'full' }] } });
    const [{ backup_id: id = '' } = {}] = run.body['backups'] as { backup_id?: string }[];
    expect(await service.ended(id)).toMatchObject({ status: 'completed', schedule_id: 'nightly' });
    const shown = await service.ask('GET', '/api/v1/schedules/nightly');
    expect(shown.body['targets']).toMatchObject([{ last_run: { backup_id: id, status: 'completed', error: null } }]);
    const changed = await service.ask('PATCH', '/api/v1/schedules/nightly', {
      targets: ['photos'],
      schedule: 'every 4 hours',
    });
    expect(changed.body).toMatchObject({ cron: null, schedule: 'every 4 hours', targets: [{ target_id: 'photos' }] });
    expect((await service.ask('GET', '/api/tasks/nightly-documents')).status).toBe(404);
    expect((await service.ask('DELETE', '/api/v1/schedules/nightly')).status).toBe(204);
    expect((await service.ask('GET', '/api/tasks/nightly-photos')).status).toBe(404);
    expect((await service.ask('GET', `/api/v1/backup/${id}`)).status).toBe(200);
    expect((await service.ask('DELETE', '/api/v1/targets/documents')).status).toBe(204);
    expect((await service.ask('GET', '/api/v1/targets')).body).toMatchObject({ total: 1 });
    expect((await service.ask('GET', '/api/v1/backup/list?target=documents')).body).toMatchObject({ total: 1 });
  });

  it('make the backup of a run that nobody asked for', async () => {
    const service = await startBackupService();
    await service.protect();
    await service.ask('POST', '/api/v1/schedules', { ...NIGHTLY, type: 'incremental' });
    // As the scheduler does it: the task alone, without a record of a backup.
    const { status, body: run } = await service.ask('POST', '/api/tasks/nightly-documents/execute');
    expect(status).toBe(202);
    for (;;) {
      const { body } = await service.ask('GET', '/api/v1/backup/list?schedule_id=nightly&status=completed');
      if (body['total'] === 1) break;
      await new Promise((next) => setTimeout(next, 20));
    }
    const { body } = await service.ask('GET', '/api/v1/backup/list?schedule_id=nightly');
    expect(body['backups']).toMatchObject([{ run_id: run['id'], backup_type: 'full', target_id: 'documents' }]);
  });

  it('refuse what is no schedule', async () => {
    const service = await startBackupService();
    await service.protect();
    const make = async (more: object) => {
      const { status, body } = await service.ask('POST', '/api/v1/schedules', { ...NIGHTLY, ...more });
      const { field, code } = Object(body['details']) as Record<string, unknown>;
      return [status, body['error'], field, code];
    };
    expect(await make({ cron: undefined })).toEqual([400, 'validation_failed', 'cron', 'required']);
    expect(await make({ cron: 'sometimes' })).toEqual([400, 'validation_failed', 'cron', 'invalid_schedule']);
    expect(await make({ schedule: 'daily at 2:00' })).toEqual([400, 'validation_failed', 'cron', 'contradiction']);
    expect(await make({ cron: undefined, schedule: 'manual' })).toEqual([
      400,
      'validation_failed',
      'schedule',
      'invalid_schedule',
    ]);
    expect(await make({ time_zone: 'Mars/Olympus' })).toEqual([
      400,
      'validation_failed',
      'time_zone',
      'invalid_time_zone',
    ]);
    expect((await make({ targets: ['nobody'] })).slice(0, 2)).toEqual([404, 'not_found']);
    expect((await make({ retention: 0 }))[0]).toBe(400);
    expect((await make({}))[0]).toBe(201);
    expect(await make({})).toEqual([409, 'conflict', 'name', 'taken']);
  });
});
