import { describe, expect, it } from 'vitest';
import { Monitor } from '../../../main/app/monitoring/monitor.ts';
import { removeOldReports } from '../../../main/app/status/retention.ts';
import { startStatusApi, ZONE, type StatusApi } from '../../support/status-api.ts';
import { register } from '../../support/task-api.ts';

const ID = 'prod-01-db';

async function says(api: StatusApi, at: string, status: string, more: Record<string, unknown> = {}): Promise<void> {
  api.clock.set(at);
  await api.report(ID, { status, ...more });
}

/** What the monitor tells when it looks at an instant. */
async function looks(api: StatusApi, at: string, monitor = api.deps.monitor): Promise<string[]> {
  api.clock.set(at);
  const before = api.published.length;
  await monitor.check(api.clock.now());
  return api.published
    .slice(before)
    .filter(({ type }) => type.startsWith('alert.'))
    .map(({ type, data }) => `${type} ${String(data['kind'])}`);
}

describe('overdue', () => {
  it('when the script falls silent: told once, resolved by the next run, also across restarts', async () => {
    const api = await startStatusApi();
    await register(api, { expectedSchedule: 'daily at 2:00', graceMinutes: 30 });
    // 2:00 in Berlin is 1:00 UTC; registered at noon, so today's is nobody's fault.
    expect(await looks(api, '2026-01-15T12:01:00Z')).toEqual([]);
    expect((await api.status(ID)).monitoring).toMatchObject({
      state: 'unknown',
      expected_at: '2026-01-16T01:00:00.000Z',
    });
    expect(await looks(api, '2026-01-16T01:29:59Z')).toEqual([]);
    expect(await looks(api, '2026-01-16T01:30:00Z')).toEqual(['alert.opened overdue']);
    expect((await api.status(ID)).monitoring).toMatchObject({ state: 'overdue', since: '2026-01-16T01:00:00.000Z' });
    expect(await looks(api, '2026-01-16T01:31:00Z')).toEqual([]);
    const afterRestart = new Monitor({ ...api.deps, timeZone: ZONE });
    expect(await looks(api, '2026-01-16T01:32:00Z', afterRestart)).toEqual([]);
    await says(api, '2026-01-16T01:40:00Z', 'running');
    expect(await looks(api, '2026-01-16T01:41:00Z', afterRestart)).toEqual(['alert.resolved overdue']);
    await says(api, '2026-01-16T02:00:00Z', 'completed');
    expect((await api.status(ID)).monitoring).toMatchObject({ state: 'ok', expected_at: '2026-01-17T01:00:00.000Z' });
    // A machine whose clock runs ahead begins a little early: that is the run of that time.
    await says(api, '2026-01-17T00:58:30Z', 'running');
    await says(api, '2026-01-17T00:59:00Z', 'completed');
    expect((await api.status(ID)).monitoring.expected_at).toBe('2026-01-18T01:00:00.000Z');
  });

  it('an interval counts from the run before; a changed expectation begins anew; an inactive task is left alone', async () => {
    const api = await startStatusApi();
    await register(api, { expectedSchedule: 'every 15 minutes', graceMinutes: 0 });
    await says(api, '2026-01-15T12:07:00Z', 'completed');
    expect((await api.status(ID)).monitoring.expected_at).toBe('2026-01-15T12:22:00.000Z');
    expect(await looks(api, '2026-01-15T12:22:00Z')).toEqual(['alert.opened overdue']);
    await api.request('PUT', `/api/tasks/${ID}`, { body: { description: 'Still late.' } });
    expect(await looks(api, '2026-01-15T12:23:00Z')).toEqual([]);
    await api.request('PUT', `/api/tasks/${ID}`, { body: { expectedSchedule: 'every 2 hours' } });
    expect(await looks(api, '2026-01-15T12:24:00Z')).toEqual(['alert.resolved overdue']);
    expect(await looks(api, '2026-01-15T14:24:00Z')).toEqual(['alert.opened overdue']);
    await api.request('PUT', `/api/tasks/${ID}`, { body: { isActive: false } });
    expect(await looks(api, '2026-01-15T14:25:00Z')).toEqual(['alert.resolved overdue']);
    api.clock.set('2026-01-18T00:00:00Z');
    await api.request('PUT', `/api/tasks/${ID}`, { body: { isActive: true } });
    expect(await looks(api, '2026-01-18T00:01:00Z')).toEqual([]);
  });

  it('an hour that the clock leaves out makes no task late twice', async () => {
    const api = await startStatusApi();
    api.clock.set('2026-03-28T12:00:00Z');
    await register(api, { expectedSchedule: 'daily at 2:30', graceMinutes: 10 });
    // 2:30 does not come on that night: it is expected when the clock is set from 2:00 to 3:00.
    expect((await api.status(ID)).monitoring.expected_at).toBe('2026-03-29T01:00:00.000Z');
    await says(api, '2026-03-29T01:00:05Z', 'completed');
    expect((await api.status(ID)).monitoring.expected_at).toBe('2026-03-30T00:30:00.000Z');
    expect(await looks(api, '2026-03-30T00:39:59Z')).toEqual([]);
    expect(await looks(api, '2026-03-30T00:40:00Z')).toEqual(['alert.opened overdue']);
  });
});

describe('runs that take too long, fail, or differ', () => {
  it('stuck beyond the longest duration', async () => {
    const api = await startStatusApi();
    await register(api, { maxDurationMinutes: 60 });
    await says(api, '2026-01-15T12:00:00Z', 'running');
    expect(await looks(api, '2026-01-15T13:00:00Z')).toEqual([]);
    expect(await looks(api, '2026-01-15T13:00:01Z')).toEqual(['alert.opened stuck']);
    expect((await api.status(ID)).monitoring).toMatchObject({ state: 'stuck', since: '2026-01-15T13:00:00.000Z' });
    await says(api, '2026-01-15T13:10:00Z', 'completed');
    expect(await looks(api, '2026-01-15T13:11:00Z')).toEqual(['alert.resolved stuck']);
  });

  it('failed until a run succeeds; soon after the report', async () => {
    const api = await startStatusApi();
    await register(api);
    await says(api, '2026-01-15T12:00:00Z', 'failed', { message: 'insufficient disk space' });
    expect(api.deps.monitor.hasChanges).toBe(true);
    await api.deps.monitor.checkChanged(api.clock.now());
    expect(api.published.at(-1)).toMatchObject({
      type: 'alert.opened',
      data: { kind: 'failed', task_id: ID, message: 'Production database failed: insufficient disk space' },
      audience: { taskId: ID },
    });
    expect((await api.status(ID)).monitoring).toMatchObject({ state: 'failed', since: '2026-01-15T12:00:00.000Z' });
    await says(api, '2026-01-15T13:00:00Z', 'running');
    expect(await looks(api, '2026-01-15T13:01:00Z')).toEqual([]);
    await says(api, '2026-01-15T13:30:00Z', 'completed');
    expect(await looks(api, '2026-01-15T13:31:00Z')).toEqual(['alert.resolved failed']);
    await says(api, '2026-01-15T14:00:00Z', 'failed');
    expect(await looks(api, '2026-01-15T14:00:01Z')).toEqual(['alert.opened failed']);
    await api.request('DELETE', `/api/status/${ID}`);
    expect(await looks(api, '2026-01-15T14:00:02Z')).toEqual(['alert.resolved failed']);
  });

  it('far from the usual duration, which is learned from five runs on', async () => {
    const api = await startStatusApi();
    await register(api);
    for (let day = 1; day <= 5; day++) {
      expect((await api.status(ID)).monitoring.usual_duration_seconds).toBeNull();
      await says(api, `2026-02-0${day}T01:00:00Z`, 'running');
      await says(api, `2026-02-0${day}T01:10:0${day}Z`, 'completed');
    }
    expect((await api.status(ID)).monitoring).toMatchObject({ usual_duration_seconds: 603, warning: null });
    await says(api, '2026-02-06T01:00:00Z', 'running');
    expect(await looks(api, '2026-02-06T01:15:00Z')).toEqual([]);
    expect(await looks(api, '2026-02-06T01:30:00Z')).toEqual(['alert.opened long_running']);
    expect((await api.status(ID)).monitoring).toMatchObject({
      state: 'running',
      warning: expect.stringContaining('usually'),
    });
    await says(api, '2026-02-06T01:40:00Z', 'completed');
    expect(await looks(api, '2026-02-06T01:41:00Z')).toEqual([
      'alert.opened unusual_duration',
      'alert.resolved long_running',
    ]);
    await says(api, '2026-02-07T01:00:00Z', 'running');
    await says(api, '2026-02-07T01:00:20Z', 'completed');
    expect((await api.status(ID)).monitoring).toMatchObject({
      state: 'ok',
      warning: expect.stringContaining('shorter'),
    });
    await says(api, '2026-02-08T01:00:00Z', 'running');
    await says(api, '2026-02-08T01:10:00Z', 'completed');
    expect(await looks(api, '2026-02-08T01:11:00Z')).toEqual(['alert.resolved unusual_duration']);
  });

  it('a minute in which nothing happens writes nothing', async () => {
    const api = await startStatusApi();
    for (let number = 0; number < 3; number++) {
      await register(api, { taskId: `task-${number}`, expectedSchedule: 'daily at 2:00' });
    }
    await api.deps.monitor.check(api.clock.now());
    const { write } = api.catalog;
    api.catalog.write = () => Promise.reject(new Error('It wrote.'));
    await api.deps.monitor.check(api.clock.now());
    api.catalog.write = write;
  });
});

it('reports are kept for so many days, daily metrics for ever', async () => {
  const api = await startStatusApi();
  await register(api);
  api.clock.set('2026-01-01T00:00:00Z');
  for (let number = 0; number < 1_200; number++) {
    await api.report(ID, { status: 'completed', message: String(number) });
  }
  await says(api, '2026-01-02T00:00:00.001Z', 'completed', { message: 'kept' });
  const now = new Date('2026-04-02T00:00:00Z');
  expect(await removeOldReports(api.catalog, { now, keepDays: 90 })).toEqual({ reports: 1_200, runs: 0 });
  const later = new Date('2027-06-01T00:00:00Z');
  expect(await removeOldReports(api.catalog, { now: later, keepDays: 90 })).toEqual({ reports: 1, runs: 1_201 });
  expect((await api.request('GET', `/api/history/${ID}`)).body['total']).toBe(0);
  expect((await api.request('GET', `/api/stats/${ID}`)).body['total_runs']).toBe(1_201);
  // The current status outlives the report that it came with.
  expect(await api.status(ID)).toMatchObject({ status: 'completed', message: 'kept' });
});
