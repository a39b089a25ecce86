import { describe, expect, it } from 'vitest';
import type { ActionTaskView, TaskView } from '../../../contracts/tasks.ts';
import { API_CALL, create, MONITORED, register, SCRIPT, startTaskApi } from '../../support/task-api.ts';
import type { TestApi } from '../../support/api-server.ts';

function put(api: TestApi, taskId: string, body: unknown, as = 'admin') {
  return api.request<ActionTaskView>('PUT', `/api/tasks/${taskId}`, { as, body });
}

describe('changing a monitored task', () => {
  it("does what seed 1's example says, and moves updated_at only", async () => {
    const api = await startTaskApi();
    const before = await register(api);
    api.clock.set('2026-01-15T12:34:56.789Z');
    const { status, body } = await api.request('PUT', '/api/tasks/prod-01-db', {
      body: {
        displayName: 'Production Server 1 - Database Backup (Updated)',
        description: 'Daily SQL Server full backup with compression',
        isActive: true,
      },
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...before,
      display_name: 'Production Server 1 - Database Backup (Updated)',
      description: 'Daily SQL Server full backup with compression',
      updated_at: '2026-01-15T12:34:56Z',
    });
    expect(api.published.at(-1)).toMatchObject({ type: 'task.updated', data: body });
    const [entry] = await api.catalog.read(({ audit }) => audit.list({}, { limit: 1, offset: 0 }));
    expect(entry).toMatchObject({
      action: 'task.updated',
      details: { fields: ['displayName', 'description', 'isActive'] },
    });
  });

  it('leaves no trace where nothing changes', async () => {
    const api = await startTaskApi();
    const before = await register(api, { expectedSchedule: 'daily at 2:00' });
    api.clock.advanceMs(60_000);
    const same = { displayName: before.display_name, expectedSchedule: 'daily at 2:00', serverId: null };
    for (const body of [{}, same]) {
      expect((await api.request('PUT', '/api/tasks/prod-01-db', { body })).body).toEqual(before);
    }
    expect(api.published).toHaveLength(1);
  });

  it('clears with null what may be empty, and nothing else', async () => {
    const api = await startTaskApi();
    const full = { description: 'x', serverId: 's', expectedSchedule: 'every 1 hours', timeZone: 'UTC' };
    await register(api, { ...full, graceMinutes: 5, maxDurationMinutes: 10 });
    const nothing = { description: null, serverId: null, expectedSchedule: null, timeZone: null };
    const { body } = await put(api, 'prod-01-db', { ...nothing, grace_minutes: null, max_duration_minutes: null });
    expect(Object.keys(body)).toHaveLength(10);
    expect(body).toMatchObject({ description: null, server_id: null });
    for (const field of ['displayName', 'taskType', 'isActive', 'name', 'type', 'config']) {
      expect.soft((await put(api, 'prod-01-db', { [field]: null })).status, field).toBe(400);
    }
  });

  it('refuses what it does not know, what never changes, and what only an action has', async () => {
    const api = await startTaskApi();
    const before = await register(api);
    const bodies: [Record<string, unknown>, string][] = [
      [{ taskId: 'other' }, 'taskId'],
      [{ task_id: 'other' }, 'task_id'],
      [{ id: 9 }, 'id'],
      [{ created_at: '2020-01-01T00:00:00Z' }, 'created_at'],
      [{ lastSeen: null }, 'lastSeen'],
      [{ displayName: 'x'.repeat(256) }, 'displayName'],
      [{ displayName: 'a', name: 'b' }, 'name'],
      [{ expectedSchedule: 'sometimes' }, 'expectedSchedule'],
      [{ schedule: 'daily at 2:00' }, 'schedule'],
      [{ config: { url: 'http://a/' } }, 'config'],
      [{ priority: 'high' }, 'priority'],
      [{ dependencies: [] }, 'dependencies'],
      [{ type: 'api_call' }, 'config'],
    ];
    for (const [body, field] of bodies) {
      const answer = await put(api, 'prod-01-db', body);
      expect.soft(answer.status, field).toBe(400);
      expect.soft(answer.body, field).toMatchObject({ details: { field } });
    }
    expect((await api.request('GET', '/api/tasks/prod-01-db')).body).toEqual(before);
  });

  it('loses none of many changes that come at once', async () => {
    const api = await startTaskApi();
    await register(api);
    const fields = {
      displayName: 'A',
      description: 'B',
      serverId: 'C',
      taskType: 'D',
      graceMinutes: 5,
      isActive: false,
    };
    const requests = Object.entries(fields).map(([name, value]) => put(api, 'prod-01-db', { [name]: value }));
    await Promise.all(requests);
    expect((await api.request('GET', '/api/tasks/prod-01-db')).body).toMatchObject({
      display_name: 'A',
      description: 'B',
      server_id: 'C',
      task_type: 'D',
      grace_minutes: 5,
      is_active: false,
    });
  });
});

describe('changing a task with an action', () => {
  it('counts a new schedule from now, and a task switched on again from its usual times', async () => {
    const api = await startTaskApi();
    await create(api, { ...API_CALL, schedule: 'every 2 hours' });
    api.clock.advanceMs(5 * 3_600_000);
    expect((await put(api, 'health-check', { isActive: false })).body.next_run).toBeNull();
    // Created at 12:00, so due at 18:00, not from now on and not for the time before.
    expect((await put(api, 'health-check', { isActive: true })).body.next_run).toBe('2026-01-15T18:00:00.000Z');
    expect((await put(api, 'health-check', { schedule: 'every 3 hours' })).body.next_run).toBe(
      '2026-01-15T20:00:00.000Z',
    );
    // At 17:00 UTC it is 2:00 in Tokyo: that one has just been.
    const daily = await put(api, 'health-check', { schedule: 'daily at 2:00', timeZone: 'Asia/Tokyo' });
    expect(daily.body).toMatchObject({ next_run: '2026-01-16T17:00:00.000Z', time_zone: 'Asia/Tokyo' });
    expect((await put(api, 'health-check', { timeZone: null })).body.time_zone).toBe('Europe/Berlin');
    expect((await put(api, 'health-check', { schedule: null })).body).toMatchObject({ schedule: null, next_run: null });
  });

  it('resets with null what has a default', async () => {
    const api = await startTaskApi();
    const task = await create(api, { ...API_CALL, priority: 'high', maxRetries: 0, timeout: 5 });
    expect(task).toMatchObject({ priority: 'high', max_retries: 0, timeout: 5 });
    const { body } = await put(api, 'health-check', { priority: null, max_retries: null, timeout: null });
    expect(body).toMatchObject({ priority: 'normal', max_retries: 3, timeout: 300_000 });
  });

  it('takes another type only with its configuration', async () => {
    const api = await startTaskApi();
    await create(api, API_CALL);
    expect((await put(api, 'health-check', { type: 'script' })).status).toBe(400);
    const mixed = await put(api, 'health-check', { type: 'script', config: API_CALL.config });
    expect(mixed.body).toMatchObject({ details: { field: 'config.command' } });
    const { body } = await put(api, 'health-check', { type: 'script', config: SCRIPT.config });
    expect(body).toMatchObject({ type: 'script', config: SCRIPT.config });
    expect((await put(api, 'health-check', { expectedSchedule: 'daily at 2:00' })).status).toBe(400);
  });

  it('assigns it to a user by name', async () => {
    const api = await startTaskApi();
    await addUser(api, 'id-of-ada', 'Ada');
    await create(api, API_CALL);
    expect((await put(api, 'health-check', { assignedTo: 'ada' })).body.assigned_to).toBe('Ada');
    const refused = await put(api, 'health-check', { assignedTo: 'Eve' });
    expect(refused.body).toMatchObject({ details: { field: 'assignedTo', code: 'unknown_user' } });
    expect((await put(api, 'health-check', { assigned_to: null })).body.assigned_to).toBeNull();
  });
});

describe('giving a monitored task an action', () => {
  it('keeps its number and its name, and drops what was expected of it', async () => {
    const api = await startTaskApi();
    const before = await register(api, { expectedSchedule: 'daily at 2:00', timeZone: 'UTC', graceMinutes: 5 });
    const body = { type: 'script', config: SCRIPT.config, schedule: 'daily at 3:00' };
    const answer = await put(api, 'prod-01-db', body);
    expect(answer.body).toMatchObject({
      id: before.id,
      display_name: MONITORED.displayName,
      task_type: 'database',
      grace_minutes: 5,
      type: 'script',
      schedule: 'daily at 3:00',
      time_zone: 'UTC',
      max_retries: 3,
      state: 'created',
      next_run: '2026-01-16T03:00:00.000Z',
    });
    expect(answer.body).not.toHaveProperty('expected_schedule');
    expect((await api.request<TaskView[]>('GET', '/api/tasks', { as: 'viewer' })).body).toEqual([answer.body]);
  });
});

async function addUser(api: TestApi, id: string, username: string): Promise<void> {
  const now = api.clock.now();
  await api.catalog.write(({ users }) =>
    users.insert({
      id,
      username,
      usernameKey: username.toLowerCase(),
      role: 'reporter',
      tenantId: null,
      passwordHash: '-',
      disabled: false,
      tokenVersion: 1,
      createdAt: now,
      updatedAt: now,
      lastLoginAt: null,
    }),
  );
}
