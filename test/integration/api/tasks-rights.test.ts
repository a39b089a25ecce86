import { describe, expect, it } from 'vitest';
import type { TaskStatsView, TaskView } from '../../../contracts/tasks.ts';
import { testCaller, type TestApi } from '../../support/api-server.ts';
import { API_CALL, create, MONITORED, register, SCRIPT, startTaskApi } from '../../support/task-api.ts';

const PEOPLE = {
  ada: testCaller('Ada', 'reporter', { kind: 'user', id: 'id-of-ada' }),
  bob: testCaller('Bob', 'reporter', { kind: 'user', id: 'id-of-bob' }),
  keyLikeAda: testCaller('Ada', 'reporter', { kind: 'key', id: 'id-of-ada' }),
  tenantAdmin: testCaller('Tina', 'admin', { kind: 'user', id: 'id-of-tina', tenantId: 'acme' }),
  tenantViewer: testCaller('Tom', 'viewer', { kind: 'user', id: 'id-of-tom', tenantId: 'acme' }),
};

/** A monitored task, one with a webhook's rights and one with a script's. */
async function withTasks(): Promise<TestApi> {
  const api = await startTaskApi({}, { callers: PEOPLE });
  await register(api, { taskId: 'mon' });
  await create(api, { ...API_CALL, taskId: 'call' });
  await create(api, { ...SCRIPT, taskId: 'script' });
  return api;
}

async function statusOf(api: TestApi, method: string, path: string, as: string | undefined, body?: unknown) {
  const answer = await api.request(method, path, { ...(as === undefined ? {} : { as }), body });
  return answer.status;
}

async function visible(api: TestApi, as?: string): Promise<string[]> {
  const { body } = await api.request<TaskView[]>('GET', '/api/tasks', as === undefined ? {} : { as });
  return body.map(({ task_id }) => task_id);
}

const LOCAL = undefined;

describe('secrets', () => {
  it('lets only an admin say where one is sent', async () => {
    const api = await withTasks();
    const config = { method: 'GET', url: 'https://example.com/', headers: { Authorization: { $secret: 'api-token' } } };
    const task = { name: 'Take it', type: 'api_call', config };
    expect(await statusOf(api, 'POST', '/api/tasks', 'operator', task)).toBe(403);
    expect(await statusOf(api, 'PUT', '/api/tasks/call', 'operator', { config })).toBe(403);
    expect(await statusOf(api, 'POST', '/api/tasks', 'admin', task)).toBe(201);
    expect(await statusOf(api, 'PUT', '/api/tasks/take-it', 'operator', { schedule: 'daily at 3:00' })).toBe(200);
    const elsewhere = { ...config, url: 'https://elsewhere.example/' };
    expect(await statusOf(api, 'PUT', '/api/tasks/take-it', 'operator', { config: elsewhere })).toBe(403);
    expect(await statusOf(api, 'PUT', '/api/tasks/take-it', 'admin', { config: elsewhere })).toBe(200);
  });
});

describe('who sees what', () => {
  it('lists, counts and shows the same tasks', async () => {
    const api = await withTasks();
    const expected: [string | undefined, string[]][] = [
      ['admin', ['mon', 'call', 'script']],
      ['operator', ['mon', 'call', 'script']],
      ['viewer', ['mon', 'call', 'script']],
      ['reporter', ['mon']],
      [LOCAL, ['mon']],
      ['ada', ['mon']],
      ['tenantAdmin', []],
      ['tenantViewer', []],
    ];
    for (const [as, tasks] of expected) {
      expect.soft(await visible(api, as), as).toEqual(tasks);
      const options = as === undefined ? {} : { as };
      const stats = await api.request<TaskStatsView>('GET', '/api/tasks/stats', options);
      expect.soft(stats.body.total, as).toBe(tasks.length);
      const scripts = await api.request<TaskView[]>('GET', '/api/tasks/type/script', options);
      expect.soft(scripts.body.length, as).toBe(tasks.includes('script') ? 1 : 0);
      const page = await api.request('GET', '/api/tasks?limit=1', options);
      expect.soft(page.headers['x-total-count'], as).toBe(String(tasks.length));
    }
  });

  it('tells a local program that it lacks a token, and others that there is no such task', async () => {
    const api = await withTasks();
    const local = await api.request('GET', '/api/tasks/script');
    expect(local.status).toBe(401);
    expect(local.body).toMatchObject({ code: 'unauthenticated' });
    expect(local.headers['www-authenticate']).toContain('Bearer');
    const hidden = await api.request('GET', '/api/tasks/script', { as: 'reporter' });
    expect(hidden.status).toBe(404);
    const absent = await api.request('GET', '/api/tasks/nothing', { as: 'reporter' });
    expect(hidden.body).toEqual(absent.body);
    const byNumber = await api.request('GET', '/api/tasks/3', { as: 'reporter' });
    expect(byNumber.status).toBe(404);
  });

  it('keeps agents and running scripts out', async () => {
    const api = await withTasks();
    for (const as of ['agent', 'run']) {
      for (const path of ['', '/stats', '/type/database', '/mon']) {
        expect.soft(await statusOf(api, 'GET', `/api/tasks${path}`, as), `${as} ${path}`).toBe(403);
      }
      expect.soft(await statusOf(api, 'POST', '/api/tasks/register', as, MONITORED), as).toBe(403);
      expect.soft(await statusOf(api, 'PUT', '/api/tasks/mon', as, {}), as).toBe(403);
      expect.soft(await statusOf(api, 'DELETE', '/api/tasks/mon', as), as).toBe(403);
    }
    expect(await statusOf(api, 'GET', '/api/tasks', 'a-wrong-token')).toBe(401);
  });

  it('shows a user what is assigned to them and what they made, by their id and not by their name', async () => {
    const api = await withTasks();
    const script = await api.catalog.read(({ tasks }) => tasks.find('script'));
    if (!script) throw new Error('The script is gone.');
    const assignedTo = { ref: 'user:id-of-ada', name: 'Ada' };
    await api.catalog.write(({ tasks }) => tasks.update({ ...script, assignedTo }));
    expect(await visible(api, 'ada')).toEqual(['mon', 'script']);
    expect(await visible(api, 'bob')).toEqual(['mon']);
    expect(await visible(api, 'keyLikeAda')).toEqual(['mon']);
    expect(await statusOf(api, 'GET', '/api/tasks/script', 'ada')).toBe(200);
    expect(await statusOf(api, 'GET', '/api/tasks/script', 'keyLikeAda')).toBe(404);
    expect(await statusOf(api, 'PUT', '/api/tasks/script', 'ada', { description: 'mine' })).toBe(200);
    expect(await statusOf(api, 'PUT', '/api/tasks/script', 'ada', { schedule: 'daily at 2:00' })).toBe(403);
    expect(await statusOf(api, 'PUT', '/api/tasks/script', 'ada', { timeZone: 'UTC' })).toBe(403);
    expect(await statusOf(api, 'PUT', '/api/tasks/script', 'ada', { config: SCRIPT.config })).toBe(403);
    expect(await statusOf(api, 'DELETE', '/api/tasks/script', 'ada')).toBe(403);
  });

  it('hides from a key and from local programs what they registered when it gets an action', async () => {
    const api = await startTaskApi({}, { callers: PEOPLE });
    const body = { ...MONITORED, taskId: 'a' };
    for (const as of ['reporter', 'ada', LOCAL]) {
      const taskId = `by-${as ?? 'local'}`;
      expect(await statusOf(api, 'POST', '/api/tasks/register', as, { ...body, taskId })).toBe(201);
      const change = { type: 'script', config: SCRIPT.config };
      expect(await statusOf(api, 'PUT', `/api/tasks/${taskId}`, 'admin', change)).toBe(200);
    }
    expect(await visible(api, 'reporter')).toEqual([]);
    expect(await visible(api, LOCAL)).toEqual([]);
    expect(await visible(api, 'ada')).toEqual(['by-ada']);
  });
});

describe('who changes what', () => {
  it('lets reporters and local programs register, change and delete monitored tasks, and viewers only look', async () => {
    const api = await withTasks();
    for (const as of [LOCAL, 'reporter', 'operator', 'admin', 'ada']) {
      const body = { ...MONITORED, taskId: `of-${as ?? 'local'}` };
      expect.soft(await statusOf(api, 'POST', '/api/tasks/register', as, body), as).toBe(201);
      const path = `/api/tasks/${body.taskId}`;
      expect.soft(await statusOf(api, 'PUT', path, as, { isActive: false }), as).toBe(200);
      expect.soft(await statusOf(api, 'DELETE', path, as), as).toBe(204);
    }
    expect(await statusOf(api, 'POST', '/api/tasks/register', 'viewer', MONITORED)).toBe(403);
    expect(await statusOf(api, 'PUT', '/api/tasks/mon', 'viewer', { isActive: false })).toBe(403);
    expect(await statusOf(api, 'DELETE', '/api/tasks/mon', 'viewer')).toBe(403);
  });

  it('lets nobody make an action without the right to it', async () => {
    const api = await withTasks();
    const custom = { name: 'Custom', type: 'custom', config: { function: 'run' } };
    const webhook = { name: 'Hook', type: 'webhook', config: { url: 'https://example.com/' } };
    const expected: [string | undefined, Record<string, unknown>, number][] = [
      [LOCAL, API_CALL, 401],
      [LOCAL, SCRIPT, 401],
      ['reporter', API_CALL, 403],
      ['ada', API_CALL, 403],
      ['viewer', API_CALL, 403],
      ['operator', API_CALL, 201],
      ['operator', webhook, 201],
      ['operator', SCRIPT, 403],
      ['operator', custom, 403],
      ['tenantAdmin', SCRIPT, 403],
      ['tenantAdmin', API_CALL, 403],
      ['admin', SCRIPT, 201],
      ['admin', custom, 201],
    ];
    for (const [as, body, status] of expected) {
      expect.soft(await statusOf(api, 'POST', '/api/tasks', as, body), `${as} ${String(body['type'])}`).toBe(status);
    }
  });

  it('lets nobody turn a monitored task into a script without the right, whole or field by field', async () => {
    const api = await withTasks();
    const before = await api.request('GET', '/api/tasks/mon');
    const script = { type: 'script', config: { command: 'rm', args: ['-rf', '/'] } };
    const call = { type: 'api_call', config: API_CALL.config };
    const expected: [string | undefined, Record<string, unknown>, number][] = [
      [LOCAL, script, 401],
      [LOCAL, call, 401],
      [LOCAL, { displayName: 'harmless', ...script }, 401],
      ['reporter', script, 403],
      ['reporter', call, 403],
      ['ada', script, 403],
      ['operator', script, 403],
      ['operator', { type: 'custom', config: { function: 'run' } }, 403],
      ['viewer', call, 403],
      ['tenantAdmin', script, 404],
    ];
    const fields = {
      config: {},
      schedule: 'daily at 2:00',
      priority: 'high',
      dependencies: [],
      maxRetries: 1,
      timeout: 1,
    };
    for (const [field, value] of Object.entries({ ...fields, max_retries: 1, assigned_to: 'Ada', schedule: null })) {
      expected.push([LOCAL, { [field]: value }, 401], ['reporter', { [field]: value }, 403]);
    }
    for (const [as, body, status] of expected) {
      expect.soft(await statusOf(api, 'PUT', '/api/tasks/mon', as, body), `${as} ${JSON.stringify(body)}`).toBe(status);
    }
    expect((await api.request('GET', '/api/tasks/mon')).body).toEqual(before.body);
    expect(api.published.filter(({ type }) => type === 'task.updated')).toEqual([]);
    expect(await statusOf(api, 'PUT', '/api/tasks/mon', 'operator', call)).toBe(200);
  });

  it('lets operators plan a script, and only admins say what it executes', async () => {
    const api = await withTasks();
    const shown = await api.request<{ config: unknown }>('GET', '/api/tasks/script', { as: 'operator' });
    const expected: [string, Record<string, unknown>, number][] = [
      ['operator', { schedule: 'daily at 2:00', priority: 'high', displayName: 'Cleanup' }, 200],
      ['operator', { schedule: 'daily at 3:00', config: shown.body.config, type: 'script' }, 200],
      ['operator', { config: { command: 'id' } }, 403],
      ['operator', { type: 'api_call', config: API_CALL.config }, 403],
      ['admin', { config: { command: 'id' } }, 200],
    ];
    for (const [as, body, status] of expected) {
      expect.soft(await statusOf(api, 'PUT', '/api/tasks/script', as, body), JSON.stringify(body)).toBe(status);
    }
    expect(await statusOf(api, 'PUT', '/api/tasks/call', 'operator', { type: 'script', config: SCRIPT.config })).toBe(
      403,
    );
  });

  it('lets nobody reach a task with an action whom it is hidden from', async () => {
    const api = await withTasks();
    for (const task of ['call', 'script', '2', '3']) {
      for (const [as, status] of [
        [LOCAL, 401],
        ['reporter', 404],
        ['bob', 404],
        ['tenantAdmin', 404],
      ] as const) {
        const what = `${as} ${task}`;
        expect.soft(await statusOf(api, 'PUT', `/api/tasks/${task}`, as, { isActive: false }), what).toBe(status);
        expect.soft(await statusOf(api, 'PUT', `/api/tasks/${task}`, as, {}), what).toBe(status);
        expect.soft(await statusOf(api, 'DELETE', `/api/tasks/${task}`, as), what).toBe(status);
      }
    }
    expect(await visible(api, 'viewer')).toEqual(['mon', 'call', 'script']);
  });

  it('lets the people of a tenant keep monitored tasks that only they see', async () => {
    const api = await withTasks();
    const body = { ...MONITORED, taskId: 'of-acme' };
    expect(await statusOf(api, 'POST', '/api/tasks/register', 'tenantAdmin', body)).toBe(201);
    expect(await visible(api, 'tenantAdmin')).toEqual(['of-acme']);
    expect(await visible(api, 'tenantViewer')).toEqual([]);
    const change = { type: 'script', config: SCRIPT.config };
    expect(await statusOf(api, 'PUT', '/api/tasks/of-acme', 'tenantAdmin', change)).toBe(403);
    expect(await statusOf(api, 'DELETE', '/api/tasks/mon', 'tenantAdmin')).toBe(404);
  });
});
