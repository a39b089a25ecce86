import { describe, expect, it } from 'vitest';
import type { StatusRecord } from '../../../contracts/status.ts';
import { startStatusApi, type StatusApi } from '../../support/status-api.ts';
import { register } from '../../support/task-api.ts';

interface Page {
  task_id: string;
  page: number;
  limit: number;
  total: number;
  history: StatusRecord[];
}

async function says(api: StatusApi, at: string, status: string, more: Record<string, unknown> = {}): Promise<void> {
  api.clock.set(at);
  const answer = await api.report('prod-01-db', { status, ...more });
  if (answer.status !== 201) throw new Error(`Reporting answered ${answer.status}.`);
}

describe('history', () => {
  it('comes in pages, newest first', async () => {
    const api = await startStatusApi();
    await register(api);
    // All at the same instant: the order is that in which they came.
    for (let progress = 1; progress <= 25; progress++) await api.report('prod-01-db', { status: 'running', progress });
    const get = async (query: string) => (await api.request<Page>('GET', `/api/history/prod-01-db${query}`)).body;
    const first = await get('?page=1&limit=10');
    expect(first).toMatchObject({ task_id: 'prod-01-db', page: 1, limit: 10, total: 25 });
    expect(first.history.map(({ progress }) => progress)).toEqual([25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
    expect((await get('?page=3&limit=10')).history.map(({ progress }) => progress)).toEqual([5, 4, 3, 2, 1]);
    expect((await get('?page=1000000')).history).toEqual([]);
    expect((await get('')).history).toHaveLength(25);
    for (const query of ['?page=0', '?limit=501', '?limit=-1', '?page=1.5', '?offset=1']) {
      expect((await api.request('GET', `/api/history/prod-01-db${query}`)).status, query).toBe(400);
    }
    expect((await api.request('GET', '/api/history/nobody')).body).toMatchObject({ error: 'Task not registered' });
  });

  it('of a time: the start belongs to it, the end does not; a day alone is a day of the service', async () => {
    const api = await startStatusApi();
    await register(api);
    // Midnight in Berlin is 23:00 UTC in winter.
    for (const at of [
      '2026-01-14T22:59:59.999Z',
      '2026-01-14T23:00:00.000Z',
      '2026-01-15T22:59:59.999Z',
      '2026-01-15T23:00:00.000Z',
    ]) {
      await says(api, at, 'running');
    }
    const count = async (query: string) => {
      const { status, body } = await api.request<Page>('GET', `/api/history/prod-01-db/range${query}`);
      return status === 200 ? body.total : status;
    };
    expect(await count('?start=2026-01-15&end=2026-01-15')).toBe(2);
    expect(await count('?start=2026-01-14T23:00:00Z&end=2026-01-15T23:00:00Z')).toBe(2);
    expect(await count('?start=2026-01-15T00:00:00%2B01:00')).toBe(3);
    expect(await count('?end=2026-01-14')).toBe(1);
    expect(await count('')).toBe(4);
    expect(await count('?start=2026-01-17&end=2026-01-15')).toBe(400);
    expect(await count('?start=yesterday')).toBe(400);
    expect(await count('?start=2026-02-30')).toBe(400);
  });
});

describe('figures', () => {
  it('of runs that ended; avg_duration of those with a known duration', async () => {
    const api = await startStatusApi();
    await register(api);
    await says(api, '2026-01-15T01:00:00Z', 'running');
    await says(api, '2026-01-15T01:10:00Z', 'completed');
    await says(api, '2026-01-15T02:00:00Z', 'running');
    await says(api, '2026-01-15T02:20:00Z', 'failed');
    await says(api, '2026-01-15T03:00:00Z', 'completed');
    await says(api, '2026-01-15T04:00:00Z', 'running', { message: 'now' });
    const figures = {
      task_id: 'prod-01-db',
      total_runs: 3,
      successful_runs: 2,
      failed_runs: 1,
      avg_duration: 900,
      uptime_percentage: 66.67,
    };
    const stats = await api.request('GET', '/api/stats/prod-01-db');
    expect(stats.body).toMatchObject({ ...figures, last_status: 'running', last_run_at: '2026-01-15T04:00:00.000Z' });
    const today = await api.request('GET', '/api/summary/prod-01-db/today');
    expect(today.body).toMatchObject({
      ...figures,
      date: '2026-01-15',
      time_zone: 'Europe/Berlin',
      running: true,
      status_updates: 6,
      last_message: 'now',
    });
    const { body: daily } = await api.request<Record<string, unknown>[]>('GET', '/api/metrics/prod-01-db/daily');
    expect(daily).toHaveLength(30);
    expect(daily.at(-1)).toEqual({ date: '2026-01-15', ...figures });
    expect(daily[0]).toEqual({
      task_id: 'prod-01-db',
      date: '2025-12-17',
      total_runs: 0,
      successful_runs: 0,
      failed_runs: 0,
      avg_duration: null,
      uptime_percentage: null,
    });
  });

  it('a run over midnight belongs to the day on which it ended, by the clock of the zone', async () => {
    const api = await startStatusApi();
    await register(api);
    await says(api, '2026-01-14T22:30:00Z', 'running');
    await says(api, '2026-01-14T23:30:00Z', 'completed');
    const today = async (tz = '') => {
      const { status, body } = await api.request('GET', `/api/summary/prod-01-db/today${tz}`);
      return status === 200 ? [body['date'], body['total_runs']] : status;
    };
    expect(await today()).toEqual(['2026-01-15', 1]);
    expect(await today('?tz=UTC')).toEqual(['2026-01-14', 1]);
    api.clock.set('2026-01-15T12:00:00Z');
    expect(await today('?tz=UTC')).toEqual(['2026-01-15', 0]);
    expect(await today('?tz=Pacific/Auckland')).toEqual(['2026-01-16', 0]);
    for (const tz of ['?tz=Mars/Base', '?tz=%2B01:00', '?tz=', '?tz=..%2F..%2Fetc'])
      expect(await today(tz), tz).toBe(400);
  });

  it.each([
    ['the day of 23 hours', '2026-03-29', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z', '2026-03-29T22:00:01Z'],
    ['the day of 25 hours', '2026-10-25', '2026-10-24T22:00:00Z', '2026-10-25T22:59:59Z', '2026-10-25T23:00:01Z'],
  ])('%s counts its own runs', async (_, date, first, last, next) => {
    const api = await startStatusApi();
    await register(api);
    await says(api, new Date(Date.parse(first) - 1000).toISOString(), 'completed', { message: 'before' });
    await says(api, first, 'completed', { message: 'first' });
    await says(api, last, 'completed', { message: 'last' });
    expect((await api.request('GET', '/api/summary/prod-01-db/today')).body).toMatchObject({ date, total_runs: 2 });
    await says(api, next, 'completed', { message: 'after' });
    const { body: daily } = await api.request<{ date: string; total_runs: number }[]>(
      'GET',
      '/api/metrics/prod-01-db/daily',
    );
    expect(daily.slice(-3).map(({ total_runs }) => total_runs)).toEqual([1, 2, 1]);
    expect(daily.at(-2)?.date).toBe(date);
    expect(new Set(daily.map((day) => day.date)).size).toBe(30);
  });
});
