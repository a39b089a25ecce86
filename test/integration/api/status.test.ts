import { describe, expect, it } from 'vitest';
import { MAX_DATA_BYTES, MAX_MESSAGE_BYTES, type CurrentStatusView } from '../../../contracts/status.ts';
import { startStatusApi } from '../../support/status-api.ts';
import { testCaller } from '../../support/api-server.ts';
import { API_CALL, create, register, SCRIPT } from '../../support/task-api.ts';

const RUNNING = { status: 'running', message: 'Backup in progress', progress: 45 };

describe('a report', () => {
  it('is answered with what was stored, and becomes the current status', async () => {
    const api = await startStatusApi();
    await register(api);
    const { status, body } = await api.report('prod-01-db', { ...RUNNING, data: { files: [1, null, 'ü'] } });
    expect(status).toBe(201);
    const said = { task_id: 'prod-01-db', ...RUNNING, data: { files: [1, null, 'ü'] } };
    expect(body).toEqual({ id: 1, ...said, timestamp: '2026-01-15T12:00:00.000Z' });
    expect(await api.status('prod-01-db')).toMatchObject({ ...said, timestamp: body.timestamp });
    expect((await api.status('1')).monitoring).toMatchObject({ state: 'running', since: '2026-01-15T12:00:00.000Z' });
    const task = await api.request('GET', '/api/tasks/prod-01-db');
    expect(task.body['last_seen']).toBe('2026-01-15T12:00:00Z');
    expect(api.published.map(({ type }) => type)).toEqual(['task.registered', 'status.recorded']);
    expect(api.published.at(-1)?.data).not.toHaveProperty('data');
  });

  it("is refused in seed 1's words", async () => {
    const api = await startStatusApi();
    await register(api, { isActive: false });
    const unknown = await api.report('nobody', RUNNING);
    expect([unknown.status, unknown.body]).toMatchObject([404, { error: 'Task not registered' }]);
    const inactive = await api.report('prod-01-db', RUNNING);
    expect([inactive.status, inactive.body]).toMatchObject([403, { error: 'Task is not active' }]);
    expect((await api.request('GET', '/api/history/prod-01-db')).body).toMatchObject({ total: 0, history: [] });
  });

  it.each([
    ['no status', {}, 'status'],
    ['an unknown status', { status: 'done' }, 'status'],
    ['progress of 101', { status: 'running', progress: 101 }, 'progress'],
    ['progress below 0', { status: 'running', progress: -0.1 }, 'progress'],
    ['progress as text', { status: 'running', progress: '45' }, 'progress'],
    ['progress that is no number', { status: 'running', progress: true }, 'progress'],
    ['a message that is no text', { status: 'running', message: 5 }, 'message'],
    ['a message that is too long', { status: 'running', message: 'x'.repeat(MAX_MESSAGE_BYTES + 1) }, 'message'],
    ['a message of too many bytes', { status: 'running', message: 'ü'.repeat(MAX_MESSAGE_BYTES / 2 + 1) }, 'message'],
    ['data that is too large', { status: 'running', data: 'x'.repeat(MAX_DATA_BYTES) }, 'data'],
    ['a timestamp', { status: 'running', timestamp: '2026-01-15T12:00:00Z' }, 'timestamp'],
    ['an unknown field', { status: 'running', taskid: 'a' }, 'taskid'],
    ['a list', [], 'body'],
  ])('with %s is 400 and names the field', async (_, body, field) => {
    const api = await startStatusApi();
    await register(api);
    const answer = await api.request('POST', '/api/status/prod-01-db', { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code: 'invalid_request', details: { field } });
  });

  it('of 10 MB is 413, malformed JSON 400, another content type 415', async () => {
    const api = await startStatusApi();
    await register(api);
    const big = await api.report('prod-01-db', { status: 'running', message: 'x'.repeat(10_000_000) });
    expect(big.status).toBe(413);
    const broken = await api.request('POST', '/api/status/prod-01-db', { body: '{"status":"running"' });
    expect(broken.status).toBe(400);
    const form = await api.request('POST', '/api/status/prod-01-db', {
      body: 'status=running',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(form.status).toBe(415);
    expect((await api.status('prod-01-db')).status).toBe('unknown');
  });

  it('takes what scripts print: control characters, half characters, the longest texts, null for nothing', async () => {
    const api = await startStatusApi();
    await register(api);
    const odd = "\u0000\u001b[31m'; DROP TABLE tasks; --\r\n\ud800 ../../etc/passwd";
    expect((await api.report('prod-01-db', { status: 'error', message: odd })).body.message).toBe(odd.toWellFormed());
    expect((await api.status('prod-01-db')).message).toBe(odd.toWellFormed());
    const longest = {
      status: 'running',
      message: '\u0001'.repeat(MAX_MESSAGE_BYTES),
      data: 'x'.repeat(MAX_DATA_BYTES - 2),
    };
    expect((await api.report('prod-01-db', longest)).status).toBe(201);
    expect(await api.status('prod-01-db')).toMatchObject(longest);
    const { body: list } = await api.request<CurrentStatusView[]>('GET', '/api/status');
    expect([list[0]?.message?.length, list[0]?.data]).toEqual([4096, null]);
    expect(
      (await api.report('prod-01-db', { status: 'unknown', message: null, progress: null, data: null })).status,
    ).toBe(201);
    const fraction = await api.report('prod-01-db', { status: 'running', progress: 33.3 });
    expect(fraction.body.progress).toBe(33.3);
  });

  it.each(['a/b', '.hidden', 'ü🐘', 'x'.repeat(255), '🐘'.repeat(255), "'; DROP TABLE tasks; --", '%2e%2e', 'a b'])(
    'reaches the task %s',
    async (taskId) => {
      const api = await startStatusApi();
      await register(api, { taskId });
      expect((await api.report(taskId, RUNNING)).status).toBe(201);
      expect((await api.status(taskId)).task_id).toBe(taskId);
      for (const path of ['history', 'stats']) {
        const { body } = await api.request('GET', `/api/${path}/${encodeURIComponent(taskId)}`);
        expect(body['task_id']).toBe(taskId);
      }
    },
  );

  it('that is sent again with its key is recorded once', async () => {
    const api = await startStatusApi();
    await register(api);
    await register(api, { taskId: 'other' });
    const headers = { 'idempotency-key': '17f98996-da54-435c-a4e0-6a70c7ba6a1e' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.report('prod-01-db', RUNNING, headers)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(19).fill(200), 201]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect((await api.report('other', RUNNING, headers)).status).toBe(201);
    expect((await api.request('GET', '/api/history/prod-01-db')).body['total']).toBe(1);
    expect((await api.report('prod-01-db', RUNNING, { 'idempotency-key': 'ü'.repeat(201) })).status).toBe(400);
  });

  it('that was kept elsewhere comes with its time, which is never in the future', async () => {
    const api = await startStatusApi();
    await register(api);
    const kept = (key: string, at: string) => ({ 'idempotency-key': key, 'x-guardit-recorded-at': at });
    const past = await api.report('prod-01-db', RUNNING, kept('a', '2026-01-15T03:00:00.000Z'));
    expect(past.body.timestamp).toBe('2026-01-15T03:00:00.000Z');
    const future = await api.report('prod-01-db', RUNNING, kept('b', '2036-01-15T03:00:00.000Z'));
    expect(future.body.timestamp).toBe('2026-01-15T12:00:00.000Z');
    expect((await api.report('prod-01-db', RUNNING, kept('c', 'yesterday'))).status).toBe(400);
    const keyless = await api.report('prod-01-db', RUNNING, { 'x-guardit-recorded-at': '2026-01-15T03:00:00.000Z' });
    expect(keyless.status).toBe(400);
    // An end that comes late closes its own run, not the one that has begun since.
    await api.report('prod-01-db', { status: 'completed' }, kept('d', '2026-01-15T03:30:00.000Z'));
    expect(await api.status('prod-01-db')).toMatchObject({ status: 'running', monitoring: { state: 'running' } });
    expect((await api.request('GET', '/api/stats/prod-01-db')).body).toMatchObject({
      total_runs: 1,
      avg_duration: 1800,
    });
  });
});

describe('who may report', () => {
  it('roles', async () => {
    const api = await startStatusApi({
      callers: { mine: testCaller('mine', 'reporter', { kind: 'run', taskId: 'health-check', runId: 'r' }) },
    });
    await register(api);
    await create(api, API_CALL);
    const post = async (as: string | undefined, taskId: string) =>
      (await api.request('POST', `/api/status/${taskId}`, { body: RUNNING, ...(as === undefined ? {} : { as }) }))
        .status;
    for (const as of ['admin', 'operator', 'reporter', undefined]) expect(await post(as, 'prod-01-db'), as).toBe(201);
    for (const as of ['viewer', 'agent', 'run', 'mine']) expect(await post(as, 'prod-01-db'), as).toBe(403);
    // A task with an action: nothing for local programs, not there for reporters; its own run may.
    expect(await post(undefined, 'health-check')).toBe(401);
    expect(await post('reporter', 'health-check')).toBe(404);
    expect(await post('mine', 'health-check')).toBe(201);
    for (const path of [
      '/api/status/prod-01-db',
      '/api/status',
      '/api/history/prod-01-db',
      '/api/metrics/prod-01-db/daily',
    ]) {
      expect((await api.request('GET', path, { as: 'viewer' })).status, path).toBe(200);
      expect((await api.request('GET', path, { as: 'run' })).status, path).toBe(403);
    }
    const seen = async (as?: string) =>
      (await api.request<CurrentStatusView[]>('GET', '/api/status', as === undefined ? {} : { as })).body.map(
        ({ task_id }) => task_id,
      );
    expect(await seen('viewer')).toEqual(['prod-01-db', 'health-check']);
    expect(await seen()).toEqual(['prod-01-db']);
    expect((await api.request('GET', '/api/stats/health-check')).status).toBe(401);
    expect((await api.request('DELETE', '/api/status/prod-01-db', { as: 'viewer' })).status).toBe(403);
  });

  it('what a running script says of its task changes neither its runs nor its state', async () => {
    const api = await startStatusApi();
    await create(api, SCRIPT);
    const body = { status: 'failed', message: 'half way' };
    expect((await api.request('POST', '/api/status/log-cleanup', { as: 'admin', body })).status).toBe(201);
    const task = await api.request('GET', '/api/tasks/log-cleanup', { as: 'admin' });
    expect(task.body).toMatchObject({ state: 'created', last_run: null, last_seen: '2026-01-15T12:00:00Z' });
    const stats = await api.request('GET', '/api/stats/log-cleanup', { as: 'admin' });
    expect(stats.body).toMatchObject({ total_runs: 0, last_status: 'failed' });
  });
});

describe('clearing', () => {
  it('forgets the status and the open run, not the history', async () => {
    const api = await startStatusApi();
    await register(api);
    expect((await api.request('DELETE', '/api/status/prod-01-db')).status).toBe(204);
    await api.report('prod-01-db', RUNNING);
    expect((await api.request('DELETE', '/api/status/prod-01-db')).status).toBe(204);
    expect(await api.status('prod-01-db')).toMatchObject({ status: 'unknown', timestamp: null });
    expect((await api.request('GET', '/api/stats/prod-01-db')).body).toMatchObject({
      total_runs: 0,
      uptime_percentage: null,
    });
    expect((await api.request('GET', '/api/history/prod-01-db')).body['total']).toBe(1);
    await api.report('prod-01-db', RUNNING);
    expect((await api.status('prod-01-db')).monitoring.state).toBe('running');
    const { body } = await api.request<{ action: string }[]>('GET', '/api/tasks/prod-01-db');
    expect(body).toBeDefined();
    expect(api.published.filter(({ type }) => type === 'status.cleared')).toHaveLength(1);
  });

  it('goes with the task, and so does everything else', async () => {
    const api = await startStatusApi();
    await register(api);
    for (const status of ['running', 'failed']) await api.report('prod-01-db', { status });
    await api.deps.monitor.check(api.clock.now());
    expect((await api.request('DELETE', '/api/tasks/prod-01-db')).status).toBe(204);
    await register(api);
    expect(await api.status('prod-01-db')).toMatchObject({ status: 'unknown' });
    expect((await api.request('GET', '/api/history/prod-01-db')).body['total']).toBe(0);
    expect((await api.request('GET', '/api/stats/prod-01-db')).body['total_runs']).toBe(0);
  });
});

describe('lists', () => {
  it('are filtered and paged', async () => {
    const api = await startStatusApi();
    for (const taskId of ['one', 'two', 'three']) await register(api, { taskId });
    await api.report('two', { status: 'failed' });
    const ids = async (query: string) => {
      const { body, headers } = await api.request<CurrentStatusView[]>('GET', `/api/status${query}`);
      return [body.map(({ task_id }) => task_id).join(), headers['x-total-count']];
    };
    expect(await ids('')).toEqual(['one,two,three', undefined]);
    expect(await ids('?status=failed')).toEqual(['two', undefined]);
    expect(await ids('?status=unknown&limit=1&offset=1')).toEqual(['three', '2']);
    for (const query of ['?status=done', '?limit=0', '?limit=1001', '?foo=1']) {
      expect((await api.request('GET', `/api/status${query}`)).status, query).toBe(400);
    }
  });
});
