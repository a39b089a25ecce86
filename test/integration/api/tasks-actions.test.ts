import { describe, expect, it } from 'vitest';
import type { ActionTaskView, TaskStatsView, TaskView } from '../../../contracts/tasks.ts';
import { API_CALL, create, register, SCRIPT, startTaskApi } from '../../support/task-api.ts';
import type { TestApi } from '../../support/api-server.ts';

async function ids(api: TestApi, query: string, as = 'viewer'): Promise<string[]> {
  const { status, body } = await api.request<TaskView[]>('GET', `/api/tasks${query}`, { as });
  expect(status).toBe(200);
  return body.map(({ task_id }) => task_id);
}

async function refusal(api: TestApi, body: Record<string, unknown>) {
  const answer = await api.request<{ error: string; code: string; details: Record<string, unknown> }>(
    'POST',
    '/api/tasks',
    { as: 'admin', body },
  );
  return { status: answer.status, ...answer.body };
}

describe('creating a task with an action', () => {
  it("fills in what was not said, and takes seed 2's examples", async () => {
    const api = await startTaskApi();
    const task = await create(api, {
      name: 'Database Backup',
      description: 'Daily database backup task',
      type: 'script',
      config: {
        command: 'pg_dump',
        args: ['-U', 'user', '-h', 'localhost', 'mydb', '>', 'backup.sql'],
        cwd: '/backups',
      },
      schedule: 'daily at 2:00',
      priority: 'high',
    });
    expect(task).toEqual({
      id: 1,
      task_id: 'database-backup',
      display_name: 'Database Backup',
      name: 'Database Backup',
      description: 'Daily database backup task',
      task_type: 'script',
      server_id: null,
      is_active: true,
      last_seen: null,
      created_at: '2026-01-15T12:00:00Z',
      updated_at: '2026-01-15T12:00:00Z',
      type: 'script',
      config: {
        command: 'pg_dump',
        args: ['-U', 'user', '-h', 'localhost', 'mydb', '>', 'backup.sql'],
        cwd: '/backups',
      },
      schedule: 'daily at 2:00',
      time_zone: 'Europe/Berlin',
      priority: 'high',
      dependencies: [],
      max_retries: 3,
      timeout: 300_000,
      state: 'created',
      next_run: '2026-01-16T01:00:00.000Z',
      last_run: null,
      created_by: 'admin',
      assigned_to: null,
      managed_by: null,
    });
    const discord = {
      name: 'Discord Notification',
      type: 'webhook',
      config: {
        url: 'https://discord.com/api/webhooks/1',
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: { content: 'Task completed!' },
      },
    };
    expect(await create(api, discord)).toMatchObject({ schedule: null, next_run: null, config: discord.config });
    const custom = { function: 'processData', params: { source: 'database', target: 'cache' } };
    await create(api, { name: 'Custom Processor', type: 'custom', config: custom, schedule: 'manual' });
    expect(api.published.map(({ type }) => type)).toEqual(['task.created', 'task.created', 'task.created']);
  });

  it('gives another id to each of the same name, also when they come at once', async () => {
    const api = await startTaskApi();
    const tasks = await Promise.all(Array.from({ length: 20 }, () => create(api, { ...API_CALL, name: 'Täglich!' })));
    const expected = ['taglich', ...Array.from({ length: 19 }, (_, index) => `taglich-${index + 2}`)];
    expect(new Set(tasks.map(({ task_id }) => task_id))).toEqual(new Set(expected));
    expect(await create(api, { ...API_CALL, name: 'Stats' })).toMatchObject({ task_id: 'stats-2' });
  });

  it('refuses an id that is taken by a task of either kind', async () => {
    const api = await startTaskApi();
    await register(api, { taskId: 'mine' });
    expect(await refusal(api, { ...API_CALL, taskId: 'mine' })).toMatchObject({
      status: 409,
      error: 'Task ID already exists',
    });
  });

  it('refuses what its type can not take, and names the place', async () => {
    const api = await startTaskApi();
    const cases: [string, Record<string, unknown>, string][] = [
      ['an unknown type', { ...API_CALL, type: 'shell' }, 'type'],
      ['no type', { ...API_CALL, type: undefined }, 'type'],
      ['a type without a configuration that we know', { ...API_CALL, type: 'restore' }, 'type'],
      ['no configuration', { ...API_CALL, config: undefined }, 'config'],
      ['a configuration of null', { ...API_CALL, config: null }, 'config'],
      ['a list', { ...API_CALL, config: [] }, 'config'],
      ['an unknown field of the configuration', { ...API_CALL, config: { url: 'http://a/', rm: 1 } }, 'config.rm'],
      ['another scheme', { ...API_CALL, config: { url: 'file:///etc/passwd' } }, 'config.url'],
      ['a command of the wrong type', { ...SCRIPT, config: { command: ['rm'] } }, 'config.command'],
      [
        'a mask for a value',
        { ...API_CALL, config: { url: 'http://a/', headers: { 'X-Api-Key': '********' } } },
        'config.headers',
      ],
      ['an unknown priority', { ...API_CALL, priority: 'urgent' }, 'priority'],
      ['too many retries', { ...API_CALL, maxRetries: 101 }, 'maxRetries'],
      ['no time at all', { ...API_CALL, timeout: 0 }, 'timeout'],
      ['more time than a timer has', { ...API_CALL, timeout: 2 ** 31 }, 'timeout'],
      ['a schedule in words of one’s own', { ...API_CALL, schedule: 'every now and then' }, 'schedule'],
      ['a cron expression that never comes', { ...API_CALL, schedule: '0 0 31 2 *' }, 'schedule'],
      ['an offset for a time zone', { ...API_CALL, timeZone: '+02:00' }, 'timeZone'],
      ['an expectation beside the schedule', { ...API_CALL, expectedSchedule: 'daily at 2:00' }, 'expectedSchedule'],
      ['somebody unknown', { ...API_CALL, assignedTo: 'nobody' }, 'assignedTo'],
      ['dependencies that are no list', { ...API_CALL, dependencies: 'a' }, 'dependencies'],
      ['a dependency that is no id', { ...API_CALL, dependencies: ['..'] }, 'dependencies.0'],
      ['too many dependencies', { ...API_CALL, dependencies: Array(101).fill('a') }, 'dependencies'],
    ];
    for (const [what, body, field] of cases) {
      const { status, details } = await refusal(api, body);
      expect.soft(status, what).toBe(400);
      expect.soft(details, what).toMatchObject({ field });
    }
    expect(await ids(api, '')).toEqual([]);
  });

  it('keeps secrets out of answers, events and the audit, and lets a client send their masks back', async () => {
    const api = await startTaskApi();
    const headers = { Authorization: 'Bearer s3cr3t', Accept: 'text/plain' };
    const task = await create(api, { ...API_CALL, config: { ...API_CALL.config, headers } });
    expect(task.config).toEqual({ ...API_CALL.config, headers: { Authorization: '********', Accept: 'text/plain' } });
    const path = `/api/tasks/${task.task_id}`;
    const edited = { ...task.config, method: 'HEAD' };
    const put = await api.request('PUT', path, { as: 'operator', body: { config: edited } });
    expect(put.body).toMatchObject({ config: edited });
    const stored = await api.catalog.read(({ tasks }) => tasks.find(task.task_id));
    expect(stored?.action?.config).toMatchObject({ method: 'HEAD', headers });

    const stolen = { ...task.config, url: 'https://evil.example/' };
    const theft = await api.request('PUT', path, { as: 'operator', body: { config: stolen } });
    expect(theft.status).toBe(400);
    expect(theft.body).toMatchObject({ details: { field: 'config', code: 'masked' } });

    const audit = await api.catalog.read((stores) => stores.audit.list({}, { limit: 10, offset: 0 }));
    expect(JSON.stringify([put.body, theft.body, api.published, audit])).not.toContain('s3cr3t');
  });
});

describe('dependencies', () => {
  it('must exist', async () => {
    const api = await startTaskApi();
    await register(api, { taskId: 'there' });
    const body = { ...API_CALL, dependencies: ['there', 'task_build_app', 'task_run_tests'] };
    const { status, error, details } = await refusal(api, body);
    expect(status).toBe(400);
    expect(error).toContain('"task_build_app", "task_run_tests"');
    expect(details).toMatchObject({ field: 'dependencies', missing: ['task_build_app', 'task_run_tests'] });
  });

  it('are kept once each, and replaced as a whole', async () => {
    const api = await startTaskApi();
    for (const taskId of ['a', 'b', 'c']) await register(api, { taskId });
    const task = await create(api, { ...API_CALL, dependencies: ['b', 'a', 'b'] });
    expect(task.dependencies).toEqual(['b', 'a']);
    expect((await api.request('GET', `/api/tasks/${task.task_id}`, { as: 'viewer' })).body).toEqual(task);
    const put = (dependencies: unknown) =>
      api.request<ActionTaskView>('PUT', `/api/tasks/${task.task_id}`, { as: 'operator', body: { dependencies } });
    expect((await put(['c'])).body.dependencies).toEqual(['c']);
    expect((await put(null)).body.dependencies).toEqual([]);
    expect((await put(['nowhere'])).status).toBe(400);
  });

  it('must not lead back to the task: the way round is named', async () => {
    const api = await startTaskApi();
    const itself = await refusal(api, { ...API_CALL, taskId: 'a', dependencies: ['a'] });
    expect(itself).toMatchObject({ status: 400, code: 'dependency_cycle', details: { cycle: ['a', 'a'] } });

    await create(api, { ...API_CALL, taskId: 'a' });
    await create(api, { ...API_CALL, taskId: 'b', dependencies: ['a'] });
    await create(api, { ...API_CALL, taskId: 'c', dependencies: ['b'] });
    const { status, body } = await api.request('PUT', '/api/tasks/a', {
      as: 'operator',
      body: { dependencies: ['c'], displayName: 'not this either' },
    });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'dependency_cycle', details: { cycle: ['a', 'c', 'b', 'a'] } });
    expect(body['error']).toContain('a → c → b → a');
    expect((await api.request('GET', '/api/tasks/a', { as: 'viewer' })).body).toMatchObject({
      display_name: API_CALL.name,
      dependencies: [],
    });
  });

  it('let one of two changes win that would close a circle together', async () => {
    const api = await startTaskApi();
    await create(api, { ...API_CALL, taskId: 'a' });
    await create(api, { ...API_CALL, taskId: 'b' });
    const link = (from: string, to: string) =>
      api.request('PUT', `/api/tasks/${from}`, { as: 'admin', body: { dependencies: [to] } });
    const answers = await Promise.all([link('a', 'b'), link('b', 'a')]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400]);
  });

  it('keep what they name from being deleted, until they are gone', async () => {
    const api = await startTaskApi();
    await register(api, { taskId: 'base' });
    await create(api, { ...API_CALL, taskId: 'first', dependencies: ['base'] });
    await create(api, { ...API_CALL, taskId: 'second', dependencies: ['base'] });
    const refused = await api.request('DELETE', '/api/tasks/base');
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'conflict', details: { dependents: ['first', 'second'] } });
    expect(refused.body['error']).toContain('first, second');
    for (const taskId of ['first', 'second', 'base']) {
      expect((await api.request('DELETE', `/api/tasks/${taskId}`, { as: 'admin' })).status).toBe(204);
    }
  });
});

describe('deleting', () => {
  it('is refused while a run is active, and happens in one with the look', async () => {
    const active = new Set<number>();
    const api = await startTaskApi({ hasActiveRun: async (_stores, id) => active.has(id) });
    const task = await create(api, API_CALL);
    active.add(task.id);
    const path = `/api/tasks/${task.task_id}`;
    const refused = await api.request('DELETE', path, { as: 'operator' });
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'run_active' });
    expect((await api.request('GET', path, { as: 'viewer' })).status).toBe(200);
    active.clear();
    expect((await api.request('DELETE', path, { as: 'operator' })).status).toBe(204);
    expect((await api.request('DELETE', path, { as: 'operator' })).status).toBe(404);
    expect(api.published.at(-1)).toMatchObject({ type: 'task.deleted', data: { task_id: task.task_id } });
    const [entry] = await api.catalog.read(({ audit }) => audit.list({}, { limit: 1, offset: 0 }));
    expect(entry).toMatchObject({ action: 'task.deleted', object: `task:${task.task_id}` });
  });
});

describe('lists', () => {
  async function filled(): Promise<TestApi> {
    const api = await startTaskApi();
    await register(api, { taskId: 'prod-01-db', taskType: 'database', description: '100%_done' });
    await register(api, { taskId: 'prod-01-copy', taskType: 'copy', displayName: 'To the NAS' });
    await create(api, { ...API_CALL, taskId: 'health', schedule: 'every 5 minutes', priority: 'low' });
    await create(api, { ...SCRIPT, taskId: 'cleanup', schedule: 'daily at 2:00', priority: 'high', isActive: false });
    await create(api, { ...SCRIPT, taskId: 'dump', taskType: 'database', schedule: 'manual' });
    const dump = await api.catalog.read(({ tasks }) => tasks.find('dump'));
    await api.catalog.write(async ({ tasks }) => tasks.setState(dump?.id ?? 0, 'running', api.clock.now()));
    return api;
  }

  it('filter by state, type, priority and text, all together', async () => {
    const api = await filled();
    expect(await ids(api, '')).toEqual(['prod-01-db', 'prod-01-copy', 'health', 'cleanup', 'dump']);
    expect(await ids(api, '?status=running')).toEqual(['dump']);
    expect(await ids(api, '?type=script')).toEqual(['cleanup', 'dump']);
    expect(await ids(api, '?type=database')).toEqual(['prod-01-db', 'dump']);
    expect(await ids(api, '/type/database')).toEqual(['prod-01-db', 'dump']);
    expect(await ids(api, '/type/Database')).toEqual([]);
    expect(await ids(api, '?priority=high')).toEqual(['cleanup']);
    expect(await ids(api, '?q=PROD-01')).toEqual(['prod-01-db', 'prod-01-copy']);
    expect(await ids(api, '?q=nas')).toEqual(['prod-01-copy']);
    expect(await ids(api, '?status=pending&type=script')).toEqual([]);
    expect(await ids(api, '?type=script&q=dump&status=running&priority=normal')).toEqual(['dump']);
  });

  it('take what looks like a pattern or like SQL for what it is', async () => {
    const api = await filled();
    expect(await ids(api, `?q=${encodeURIComponent('%_')}`)).toEqual(['prod-01-db']);
    expect(await ids(api, `?q=${encodeURIComponent('_')}`)).toEqual(['prod-01-db']);
    expect(await ids(api, `?q=${encodeURIComponent('\\')}`)).toEqual([]);
    for (const text of [`' OR '1'='1`, `"; DROP TABLE tasks; --`, `') UNION SELECT * FROM users --`]) {
      expect(await ids(api, `?q=${encodeURIComponent(text)}`)).toEqual([]);
      expect(await ids(api, `?type=${encodeURIComponent(text)}`)).toEqual([]);
      expect(await ids(api, `/type/${encodeURIComponent(text)}`)).toEqual([]);
      expect((await api.request('GET', `/api/tasks/${encodeURIComponent(text)}`)).status).toBe(404);
    }
    expect(await ids(api, '')).toHaveLength(5);
  });

  it('come in pages, with the total in a header only then', async () => {
    const api = await filled();
    const whole = await api.request('GET', '/api/tasks', { as: 'viewer' });
    expect(whole.headers['x-total-count']).toBeUndefined();
    const page = await api.request<TaskView[]>('GET', '/api/tasks?limit=2&offset=1', { as: 'viewer' });
    expect(page.body.map(({ task_id }) => task_id)).toEqual(['prod-01-copy', 'health']);
    expect(page.headers['x-total-count']).toBe('5');
    const rest = await api.request<TaskView[]>('GET', '/api/tasks?offset=4&q=d', { as: 'viewer' });
    expect(rest.body).toEqual([]);
    expect(rest.headers['x-total-count']).toBe('3');
  });

  it('refuse parameters that they do not know', async () => {
    const api = await filled();
    const queries = ['?status=dead', '?priority=9', '?limit=0', '?limit=1001', '?limit=1e1', '?offset=-1', '?sort=id'];
    for (const query of [...queries, '?q=', '?limit=1&limit=2', '?__proto__=1']) {
      expect.soft((await api.request('GET', `/api/tasks${query}`)).status, query).toBe(400);
    }
  });

  it('are counted as seed 2 shows it', async () => {
    const api = await filled();
    const { body } = await api.request<TaskStatsView>('GET', '/api/tasks/stats', { as: 'viewer' });
    expect(body).toEqual({
      total: 5,
      byStatus: { created: 4, running: 1 },
      byType: { api_call: 1, copy: 1, database: 1, script: 2 },
      byPriority: { high: 1, low: 1, normal: 3 },
      running: 1,
      scheduled: 1,
    });
  });
});

describe('the id in a path', () => {
  it('is the task_id first, then the number', async () => {
    const api = await startTaskApi();
    const first = await register(api, { taskId: 'first' });
    expect((await api.request('GET', `/api/tasks/${first.id}`)).body).toEqual(first);
    await register(api, { taskId: String(first.id) });
    expect((await api.request('GET', `/api/tasks/${first.id}`)).body).toMatchObject({ task_id: String(first.id) });
  });

  it('that is none, or in a shape of its own, is Task not registered', async () => {
    const api = await startTaskApi();
    await register(api, { taskId: 'etc' });
    const paths = ['nowhere', '0', '01', '-1', '1.0', '1e0', '%00', '%20etc', '..', '.', '%2e%2e', 'a%2F..%2Fetc'];
    for (const path of [...paths, 'etc%00', '9'.repeat(400), 'type', 'register', '__proto__', 'ETC', '%F0%9F%92%BE']) {
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const body = method === 'PUT' ? { body: {} } : {};
        const answer = await api.request(method, `/api/tasks/${path}`, body);
        expect.soft(answer.status, `${method} ${path}`).toBe(404);
        expect.soft(answer.body, `${method} ${path}`).toMatchObject({ error: 'Task not registered' });
      }
    }
    const malformed = await api.request('GET', '/api/tasks/%E0%A4%A');
    expect([400, 404]).toContain(malformed.status);
    expect((await api.request('GET', `/api/tasks/${'x'.repeat(5_000)}`)).status).toBe(404);
    expect(await ids(api, '')).toEqual(['etc']);
  });
});
