import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../contracts/runs.ts';
import { testCaller } from '../../support/api-server.ts';
import { register } from '../../support/task-api.ts';
import { shellTask, startRunService, type RunService } from '../../support/run-service.ts';

const PEOPLE = {
  ada: testCaller('Ada', 'reporter', { kind: 'user', id: 'id-of-ada' }),
  eve: testCaller('Eve', 'reporter', { kind: 'user', id: 'id-of-eve' }),
  tina: testCaller('Tina', 'admin', { kind: 'user', id: 'id-of-tina', tenantId: 'acme' }),
};

async function execute(service: RunService, taskId: string, body?: object): Promise<RunView> {
  const answer = await service.request<RunView>('POST', `/api/tasks/${taskId}/execute`, { as: 'operator', body });
  if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

describe('executing', () => {
  it('gives the run, by task_id or by number, and refuses a second one', async () => {
    const service = await startRunService();
    const { id } = await service.make(shellTask(service, 'a', 'sleep 30'));
    const run = await execute(service, String(id));
    expect(run).toMatchObject({ task_id: 'a', status: 'pending', trigger: 'manual', requested_by: 'operator' });
    const again = await service.request('POST', '/api/tasks/a/execute', { as: 'operator', body: {} });
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({ code: 'run_active', details: { run_id: run.id } });
    const deleted = await service.request('DELETE', '/api/tasks/a', { as: 'admin' });
    expect(deleted.body).toMatchObject({ code: 'run_active' });
    const cancelled = await service.request('POST', '/api/tasks/a/cancel', { as: 'operator' });
    expect(cancelled.status).toBe(202);
    expect(await service.ended(run.id)).toMatchObject({
      status: 'cancelled',
      error: { message: 'Cancelled by operator.' },
    });
    const restarted = await service.request<RunView>('POST', `/api/runs/${run.id}/restart`, { as: 'operator' });
    expect(restarted).toMatchObject({ status: 202, body: { trigger: 'retry', restart_of: run.id } });
    await service.request('POST', `/api/runs/${restarted.body.id}/cancel`, { as: 'operator' });
    await service.ended(restarted.body.id);
    expect((await service.request('DELETE', '/api/tasks/a', { as: 'admin' })).status).toBe(204);
    expect((await service.request('GET', `/api/runs/${run.id}`, { as: 'admin' })).status).toBe(404);
  });

  it('is refused where it makes no sense', async () => {
    const service = await startRunService();
    await register(service, { taskId: 'mon' });
    await service.make(shellTask(service, 'off', 'true', { isActive: false }));
    await service.make(shellTask(service, 'deploy', 'true', { dependencies: ['off'] }));
    const status = async (path: string, body?: unknown) => {
      const answer = await service.request('POST', path, { as: 'admin', body });
      return [answer.status, answer.body['code']];
    };
    expect(await status('/api/tasks/mon/execute')).toEqual([422, 'unprocessable']);
    expect(await status('/api/tasks/mon/cancel')).toEqual([422, 'unprocessable']);
    expect(await status('/api/tasks/mon/pause')).toEqual([422, 'unprocessable']);
    expect(await status('/api/tasks/off/execute')).toEqual([403, 'task_not_active']);
    expect(await status('/api/tasks/none/execute')).toEqual([404, 'task_not_registered']);
    expect(await status('/api/tasks/deploy/execute')).toEqual([409, 'dependencies_unmet']);
    expect(await status('/api/tasks/deploy/cancel')).toEqual([409, 'conflict']);
    expect(await status('/api/tasks/deploy/execute', { force: 'yes' })).toEqual([400, 'invalid_request']);
    expect(await status('/api/tasks/deploy/execute', { why: 1 })).toEqual([400, 'invalid_request']);
    expect(await status('/api/tasks/deploy/skip-next')).toEqual([422, 'unprocessable']);
    expect(await status('/api/tasks/deploy/pause', { until: '2020-01-01T00:00:00Z' })).toEqual([
      400,
      'invalid_request',
    ]);
    expect(await status('/api/runs/nothing/cancel')).toEqual([404, 'run_not_found']);
    expect(await status('/api/runs/%27%20OR%201%3D1/restart')).toEqual([404, 'run_not_found']);
    await service.ended((await execute(service, 'deploy', { force: true })).id);
  });

  it('is for operators and for whom the task belongs to', async () => {
    const service = await startRunService({ callers: PEOPLE });
    await service.make(shellTask(service, 'a', 'true'));
    const task = await service.catalog.read(({ tasks }) => tasks.find('a'));
    if (!task) throw new Error('The task is gone.');
    await service.catalog.write(({ tasks }) =>
      tasks.update({ ...task, assignedTo: { ref: 'user:id-of-ada', name: 'Ada' } }),
    );
    const status = async (method: string, path: string, as?: string) =>
      (await service.request(method, path, as === undefined ? {} : { as })).status;
    const { id } = await execute(service, 'a');
    await service.ended(id);
    for (const [as, expected] of [
      ['ada', [202, 200, 200, 202]],
      ['eve', [404, 404, 404, 404]],
      ['viewer', [403, 200, 200, 403]],
      ['reporter', [404, 404, 404, 404]],
      ['tina', [404, 404, 404, 404]],
      ['agent', [403, 403, 403, 403]],
      [undefined, [401, 401, 401, 401]],
    ] as const) {
      const statuses = [await status('POST', '/api/tasks/a/execute', as)];
      if (statuses[0] === 202) await service.endedOf('a', 2);
      statuses.push(await status('GET', `/api/runs/${id}`, as), await status('GET', `/api/runs/${id}/log`, as));
      statuses.push(await status('POST', `/api/runs/${id}/restart`, as));
      expect([as, ...statuses]).toEqual([as, ...expected]);
      if (statuses[3] === 202) await service.endedOf('a', 3);
    }
    const seenBy = async (as: string) => (await service.request('GET', '/api/runs', { as })).body['total'];
    expect([await seenBy('ada'), await seenBy('eve'), await seenBy('viewer'), await seenBy('tina')]).toEqual([
      3, 0, 3, 0,
    ]);
    for (const path of [
      '/api/scheduler/pause',
      '/api/scheduler/resume',
      '/api/tasks/a/pause',
      '/api/tasks/a/skip-next',
    ]) {
      expect(await status('POST', path, 'ada')).toBe(403);
    }
    const { entries } = await service.catalog.read(async ({ audit }) => ({
      entries: await audit.list({ object: 'task:a' }, { limit: 9, offset: 0 }),
    }));
    expect(entries.map(({ action, actor }) => `${action} ${actor.name}`)).toContain('task.executed Ada');
  });
});

describe('runs', () => {
  it('are listed newest first, by state, task, trigger and time', async () => {
    const service = await startRunService();
    await service.make(shellTask(service, 'good', 'true'));
    await service.make(shellTask(service, 'bad', 'false', { maxRetries: 0 }));
    for (const taskId of ['good', 'bad', 'good']) {
      await service.ended((await execute(service, taskId)).id);
      service.clock.advanceMs(60_000);
    }
    const list = async (query: string) => {
      const { body, status } = await service.request<{ runs: RunView[]; total: number }>('GET', `/api/runs${query}`, {
        as: 'viewer',
      });
      return status === 200 ? [body.total, ...body.runs.map(({ task_id }) => task_id)] : status;
    };
    expect(await list('')).toEqual([3, 'good', 'bad', 'good']);
    expect(await list('?limit=1&offset=1')).toEqual([3, 'bad']);
    expect(await list('?status=failed')).toEqual([1, 'bad']);
    expect(await list('?task_id=good&trigger=manual')).toEqual([2, 'good', 'good']);
    expect(await list('?trigger=schedule')).toEqual([0]);
    expect(await list('?from=2026-01-15T12:01:00Z&to=2026-01-15T12:02:00Z')).toEqual([1, 'bad']);
    expect(await list('?task_id=none')).toBe(404);
    expect(await list('?status=done')).toBe(400);
    expect(await list('?limit=0')).toBe(400);
  });

  it('tell why they failed, and what came of them', async () => {
    const service = await startRunService();
    await service.make(shellTask(service, 'a', 'exit 3', { maxRetries: 0 }));
    await service.make({ name: 'b', type: 'script', config: { command: '/no/such/program' }, maxRetries: 5 });
    expect(await service.ended((await execute(service, 'a')).id)).toMatchObject({
      status: 'failed',
      exit_code: 3,
      result: { exit_code: 3 },
    });
    expect(await service.ended((await execute(service, 'b')).id)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { code: 'cannot_start' },
    });
    expect((await service.request('GET', '/api/tasks/stats', { as: 'viewer' })).body).toMatchObject({
      byStatus: { failed: 2 },
    });
  });
});

describe('a log', () => {
  it('is sent whole or in part', async () => {
    const service = await startRunService();
    await service.make(shellTask(service, 'a', 'printf "0123456789\\360\\237\\377"'));
    const { id } = await execute(service, 'a');
    const { log_size } = await service.ended(id);
    const get = (range?: string, method = 'GET') =>
      service.request(method, `/api/runs/${id}/log`, { as: 'viewer', headers: range === undefined ? {} : { range } });
    const whole = await get();
    expect(whole.bytes.length).toBe(log_size);
    expect(whole.bytes.includes(Buffer.from('0123456789\xf0\x9f\xff', 'latin1'))).toBe(true);
    expect(whole.headers).toMatchObject({ 'content-type': 'text/plain; charset=utf-8', 'accept-ranges': 'bytes' });
    for (const [range, start, end] of [
      ['bytes=0-9', 0, 10],
      ['bytes=5-', 5, log_size],
      ['bytes=-7', (log_size ?? 0) - 7, log_size],
      ['bytes=3-999999', 3, log_size],
    ] as const) {
      const part = await get(range);
      expect([range, part.status]).toEqual([range, 206]);
      expect(part.headers['content-range']).toBe(`bytes ${start}-${(end ?? 0) - 1}/${log_size}`);
      expect(part.bytes.equals(whole.bytes.subarray(start, end ?? 0))).toBe(true);
    }
    const beyond = await get('bytes=99999-');
    expect(beyond.status).toBe(416);
    expect(beyond.headers['content-range']).toBe(`bytes */${log_size}`);
    for (const strange of ['bytes=5-2', 'lines=1-2', 'bytes=0-1,4-5', 'bytes=-', 'x']) {
      expect([strange, (await get(strange)).bytes.length]).toEqual([strange, log_size]);
    }
    const head = await get(undefined, 'HEAD');
    expect([head.status, head.headers['content-length'], head.bytes.length]).toEqual([200, String(log_size), 0]);
  });

  it('can be followed until the run has ended', async () => {
    const service = await startRunService();
    await service.make(shellTask(service, 'a', 'for i in 1 2 3 4; do echo line $i; sleep 0.2; done'));
    const { id } = await execute(service, 'a');
    const followed = await service.request('GET', `/api/runs/${id}/log?follow=true`, { as: 'viewer' });
    expect(followed.bytes.toString().match(/line \d|Completed/g)).toEqual([
      'line 1',
      'line 2',
      'line 3',
      'line 4',
      'Completed',
    ]);
    expect(followed.bytes.toString()).toBe(await service.log(id));
  });

  it('is empty for a run that never began', async () => {
    const service = await startRunService();
    for (let n = 0; n < 5; n++) await service.make(shellTask(service, `t${n}`, 'sleep 30'));
    const runs: RunView[] = [];
    for (let n = 0; n < 5; n++) runs.push(await execute(service, `t${n}`));
    const last = runs[4]?.id ?? '';
    const { body } = await service.request('GET', '/api/scheduler', { as: 'viewer' });
    expect(body).toMatchObject({ executing: 4, queue: [{ run_id: last, task_id: 't4' }] });
    expect(await service.log(last)).toBe('');
    const cancelled = await service.request('POST', `/api/runs/${last}/cancel`, { as: 'admin' });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', started_at: null });
    await service.runs.stop();
    for (const { id } of runs.slice(0, 4)) {
      expect(await service.ended(id)).toMatchObject({ status: 'cancelled', error: { code: 'service_stopped' } });
    }
    expect((await service.request('POST', '/api/tasks/t0/execute', { as: 'admin' })).status).toBe(503);
  });
});
