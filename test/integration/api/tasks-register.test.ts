import { describe, expect, it } from 'vitest';
import type { MonitoredTaskView } from '../../../contracts/tasks.ts';
import { MONITORED, register, startTaskApi } from '../../support/task-api.ts';

const REGISTER = '/api/tasks/register';

describe('registering a task', () => {
  it("answers as seed 1's example, to a program without a token", async () => {
    const api = await startTaskApi();
    api.clock.set('2025-11-09T10:30:00.900Z');
    const { status, body } = await api.request('POST', REGISTER, {
      body: {
        taskId: 'prod-01-db',
        displayName: 'Production Server 1 - Database Backup',
        taskType: 'database',
        description: 'Daily SQL Server full backup',
      },
    });
    expect(status).toBe(201);
    expect(body).toEqual({
      id: 1,
      task_id: 'prod-01-db',
      display_name: 'Production Server 1 - Database Backup',
      description: 'Daily SQL Server full backup',
      task_type: 'database',
      server_id: null,
      is_active: true,
      last_seen: null,
      created_at: '2025-11-09T10:30:00Z',
      updated_at: '2025-11-09T10:30:00Z',
    });
    expect((await api.request('GET', '/api/tasks/prod-01-db')).body).toEqual(body);
    expect((await api.request('GET', '/api/tasks')).body).toEqual([body]);
  });

  it('takes snake_case names and shows expectations only where there are some', async () => {
    const api = await startTaskApi();
    const { body } = await api.request('POST', REGISTER, {
      body: {
        task_id: 'a',
        display_name: 'A',
        task_type: 'files',
        server_id: 'srv-1',
        expected_schedule: 'Daily  at 02:00',
        grace_minutes: 30,
        max_duration_minutes: 90,
        time_zone: 'Asia/Tokyo',
        is_active: false,
      },
    });
    expect(body).toMatchObject({
      server_id: 'srv-1',
      expected_schedule: 'Daily  at 02:00',
      grace_minutes: 30,
      max_duration_minutes: 90,
      time_zone: 'Asia/Tokyo',
      is_active: false,
    });
  });

  it('refuses one name twice in two spellings', async () => {
    const api = await startTaskApi();
    const { status, body } = await api.request('POST', REGISTER, { body: { ...MONITORED, task_id: 'other' } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ code: 'invalid_request', details: { field: 'task_id', code: 'repeated' } });
  });

  it('takes null for everything that may be left out', async () => {
    const api = await startTaskApi();
    const nothing = {
      description: null,
      serverId: null,
      expectedSchedule: null,
      graceMinutes: null,
      maxDurationMinutes: null,
      timeZone: null,
    };
    expect(Object.keys(await register(api, nothing))).toHaveLength(10);
  });

  it('refuses a second task of the same id in the words of seed 1', async () => {
    const api = await startTaskApi();
    await register(api);
    const { status, body } = await api.request('POST', REGISTER, { body: MONITORED });
    expect(status).toBe(409);
    expect(body).toMatchObject({ error: 'Task ID already exists', code: 'task_exists' });
  });

  it('gives an id to exactly one of fifty that ask at once', async () => {
    const api = await startTaskApi();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, number) =>
        api.request('POST', REGISTER, { body: { ...MONITORED, displayName: `Racer ${number}` } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const losers = answers.filter(({ status }) => status === 409);
    expect(losers).toHaveLength(49);
    expect(losers.every(({ body }) => body['error'] === 'Task ID already exists')).toBe(true);
    const winner = answers.find(({ status }) => status === 201);
    expect((await api.request('GET', '/api/tasks')).body).toEqual([winner?.body]);
    // Neither audited nor announced: nothing happened for them.
    expect(api.published.map(({ type }) => type)).toEqual(['task.registered']);
    expect(await api.catalog.read(({ audit }) => audit.count({ action: 'task.registered' }))).toBe(1);
  });

  it('audits and announces what was registered', async () => {
    const api = await startTaskApi();
    const task = await register(api);
    expect(api.published).toMatchObject([
      { type: 'task.registered', data: task, audience: { taskId: 'prod-01-db' }, at: api.clock.now() },
    ]);
    const [entry] = await api.catalog.read(({ audit }) => audit.list({}, { limit: 10, offset: 0 }));
    expect(entry).toMatchObject({
      action: 'task.registered',
      object: 'task:prod-01-db',
      actor: { kind: 'loopback' },
    });
  });

  it('never gives a number twice', async () => {
    const api = await startTaskApi();
    const first = await register(api);
    await api.request('DELETE', '/api/tasks/prod-01-db');
    const second = await register(api);
    expect(second.id).toBeGreaterThan(first.id);
  });
});

describe('what can be an id', () => {
  const odd: Record<string, string> = {
    slashes: 'server/daily/db',
    emoji: '💾🔥',
    'a family of code points': '👨‍👩‍👧‍👦',
    dots: 'a.b..c',
    'three dots': '...',
    'a percent sign': '100%25',
    'a question mark and a hash': 'what?#now',
    'a plus and blanks inside': 'a + b',
    backslashes: 'C:\\backup\\..\\x',
    quotes: `it's "quoted"`,
    SQL: `x'; DROP TABLE tasks; --`,
    'a way out of a folder': '../../etc/passwd',
    'right to left': 'גיבוי',
    'a prototype': '__proto__',
    'a constructor': 'constructor',
    HTML: '<script>alert(1)</script>',
    '255 characters': 'x'.repeat(255),
    '255 characters of four bytes': '😀'.repeat(255),
  };
  for (const [what, taskId] of Object.entries(odd)) {
    it(`${what}: found, changed, listed and deleted under it`, async () => {
      const api = await startTaskApi();
      await register(api, { taskId: 'bystander' });
      expect((await register(api, { taskId })).task_id).toBe(taskId);
      const path = `/api/tasks/${encodeURIComponent(taskId)}`;
      expect((await api.request('GET', path)).body).toMatchObject({ task_id: taskId });
      const changed = await api.request('PUT', path, { body: { displayName: taskId.slice(0, 100) } });
      expect(changed.body).toMatchObject({ display_name: taskId.slice(0, 100) });
      const found = await api.request<MonitoredTaskView[]>('GET', `/api/tasks?q=${encodeURIComponent(taskId)}`);
      expect(found.body.map(({ task_id }) => task_id)).toEqual([taskId]);
      expect((await api.request('DELETE', path)).status).toBe(204);
      expect((await api.request('GET', path)).status).toBe(404);
      const left = await api.request<MonitoredTaskView[]>('GET', '/api/tasks');
      expect(left.body.map(({ task_id }) => task_id)).toEqual(['bystander']);
    });
  }

  const refused: Record<string, unknown> = {
    nothing: '',
    '256 characters': 'x'.repeat(256),
    'blanks around it': ' a ',
    'blanks only': '   ',
    'a NUL': 'a\u0000b',
    'a line feed': 'a\nb',
    'half a character': '\ud800',
    'a dot': '.',
    'two dots': '..',
    stats: 'stats',
    type: 'type',
    register: 'register',
    'a number': 7,
    null: null,
    'a list': ['a'],
    'an object': { toString: 'a' },
    true: true,
  };
  it('not these', async () => {
    const api = await startTaskApi();
    for (const [what, taskId] of Object.entries(refused)) {
      const { status, body } = await api.request('POST', REGISTER, { body: { ...MONITORED, taskId } });
      expect.soft(status, what).toBe(400);
      expect.soft(body, what).toMatchObject({ code: 'invalid_request', details: { field: 'taskId' } });
    }
    expect((await api.request('GET', '/api/tasks')).body).toEqual([]);
  });
});

describe('bodies that are refused', () => {
  const bodies: [string, Record<string, unknown>, string][] = [
    ['an unknown field', { isAdmin: true }, 'isAdmin'],
    ['a field of an action', { type: 'script' }, 'type'],
    ['a field of the answer', { id: 7 }, 'id'],
    ['a prototype', JSON.parse('{"__proto__": {"isActive": true}}') as Record<string, unknown>, '__proto__'],
    ['no name', { displayName: undefined }, 'displayName'],
    ['an empty name', { displayName: '' }, 'displayName'],
    ['a name of 256 characters', { displayName: 'x'.repeat(256) }, 'displayName'],
    ['a name with a control character', { displayName: 'a\u001b[2Jb' }, 'displayName'],
    ['no type', { taskType: undefined }, 'taskType'],
    ['a type of 51 characters', { taskType: 'x'.repeat(51) }, 'taskType'],
    ['a server of 256 characters', { serverId: 'x'.repeat(256) }, 'serverId'],
    ['a description with a NUL', { description: 'a\u0000' }, 'description'],
    ['a description that is too long', { description: 'x'.repeat(10_001) }, 'description'],
    ['isActive as text', { isActive: 'true' }, 'isActive'],
    ['isActive as null', { isActive: null }, 'isActive'],
    ['a schedule that nobody knows', { expectedSchedule: 'at dawn' }, 'expectedSchedule'],
    ['a schedule that is no text', { expectedSchedule: 5 }, 'expectedSchedule'],
    ['an unknown time zone', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['an empty time zone', { timeZone: '' }, 'timeZone'],
    ['negative grace', { graceMinutes: -1 }, 'graceMinutes'],
    ['half a minute', { maxDurationMinutes: 0.5 }, 'maxDurationMinutes'],
  ];
  it('name the field', async () => {
    const api = await startTaskApi();
    for (const [what, more, field] of bodies) {
      const body = { ...MONITORED };
      for (const [name, value] of Object.entries(more)) {
        Object.defineProperty(body, name, { value, enumerable: true, configurable: true });
      }
      const answer = await api.request('POST', REGISTER, { body });
      expect.soft(answer.status, what).toBe(400);
      expect.soft(answer.body, what).toMatchObject({ code: 'invalid_request', details: { field } });
      expect.soft(answer.body['error'], what).toContain(field);
    }
    expect((await api.request('GET', '/api/tasks')).body).toEqual([]);
  });

  it('takes as much as the table of seed 1 has room for', async () => {
    const api = await startTaskApi();
    const task = await register(api, {
      displayName: '😀'.repeat(255),
      taskType: 'ß'.repeat(50),
      serverId: 'x'.repeat(255),
      description: 'one\nline\tor two\r\n'.repeat(500),
    });
    expect(task.display_name).toBe('😀'.repeat(255));
    expect(task.description).toHaveLength(8_500);
  });

  it('names the formats that a schedule may have', async () => {
    const api = await startTaskApi();
    const { body } = await api.request('POST', REGISTER, {
      body: { ...MONITORED, expectedSchedule: 'daily at 25:00' },
    });
    expect(body['error']).toContain('the hour must be 0 to 23');
    expect(body).toMatchObject({ details: { code: 'invalid_schedule', accepted_formats: expect.any(Array) } });
  });

  it('malformed JSON, another type of content, and a body that is too large', async () => {
    const api = await startTaskApi();
    expect((await api.request('POST', REGISTER, { body: '{"taskId": ' })).status).toBe(400);
    expect((await api.request('POST', REGISTER, { body: '[]' })).status).toBe(400);
    expect((await api.request('POST', REGISTER, { body: 'null' })).status).toBe(400);
    expect((await api.request('POST', REGISTER)).status).toBe(400);
    const headers = { 'content-type': 'text/plain' };
    expect((await api.request('POST', REGISTER, { body: MONITORED, headers })).status).toBe(415);
    const large = { ...MONITORED, description: 'x'.repeat(2 << 20) };
    expect((await api.request('POST', REGISTER, { body: large })).status).toBe(413);
  });
});
