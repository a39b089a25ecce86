import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Overview } from '../../../contracts/overview.ts';
import { runService, type RunningService } from '../../support/running-service.ts';

let service: RunningService;

beforeAll(async () => {
  service = await runService();
});
afterAll(() => service.stop());

async function call(method: string, path: string, body?: unknown, token: string | null = service.adminToken) {
  const headers = {
    ...(token !== null && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const response = await fetch(service.url + path, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as Record<string, unknown> };
}

async function overview(): Promise<Overview> {
  const { body } = await call('GET', '/api/overview');
  return body as unknown as Overview;
}

async function ended(taskId: string): Promise<Overview> {
  for (;;) {
    const now = await overview();
    if (now.tasks.find(({ task_id }) => task_id === taskId)?.running === null) return now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const script = (command: string, args: string[] = []) => ({ type: 'script', config: { command, args } });

test('an empty installation has an empty overview', async () => {
  const { tasks, counts, next_run } = await overview();
  expect([tasks, counts.total, next_run]).toEqual([[], 0, null]);
});

test('a monitored task: nothing known, running, failed with its message, mended', async () => {
  await call('POST', '/api/tasks/register', { taskId: 'nightly', displayName: 'Nightly', taskType: 'files' });
  const task = async () => (await overview()).tasks.find(({ task_id }) => task_id === 'nightly');
  expect(await task()).toMatchObject({ type: null, level: 'well', state: 'unknown', running: null, problem: null });
  await call('POST', '/api/status/nightly', { status: 'running', progress: 40, message: 'Copying' });
  expect(await task()).toMatchObject({ state: 'running', running: { run_id: null, progress: 40, message: 'Copying' } });
  await call('POST', '/api/status/nightly', { status: 'failed', message: 'The disk is full' });
  const failed = await task();
  expect(failed).toMatchObject({ level: 'wrong', state: 'failed', running: null });
  expect(failed?.problem).toMatchObject({
    code: 'failed',
    message: expect.stringContaining('The disk is full') as string,
  });
  expect(failed?.days.at(-1)).toBe('f');
  expect((await overview()).counts).toMatchObject({ total: 1, wrong: 1 });
  await call('POST', '/api/status/nightly', { status: 'completed' });
  expect(await task()).toMatchObject({ level: 'well', state: 'ok', problem: null });
});

test('a task that GuardIT runs: its next start, its failure with the code', async () => {
  await call('POST', '/api/tasks', { name: 'Breaks', ...script('false'), schedule: 'daily at 2:00', maxRetries: 0 });
  const before = await overview();
  expect(before.tasks.find(({ task_id }) => task_id === 'breaks')).toMatchObject({ type: 'script', state: 'unknown' });
  expect(before.next_run?.task_id).toBe('breaks');
  await call('POST', '/api/tasks/breaks/execute', {});
  const after = (await ended('breaks')).tasks.find(({ task_id }) => task_id === 'breaks');
  expect(after).toMatchObject({ level: 'wrong', state: 'failed', problem: { code: 'exit_code' } });
  expect(after?.days.at(-1)).toBe('f');
});

test('what is switched off needs nobody', async () => {
  await call('PUT', '/api/tasks/breaks', { isActive: false });
  const { tasks, counts } = await overview();
  expect(tasks.find(({ task_id }) => task_id === 'breaks')).toMatchObject({
    level: 'inactive',
    next_run: null,
    problem: null,
  });
  expect(counts.inactive).toBe(1);
});

test('each sees their own: a reporter only what is monitored, nobody without a token anything', async () => {
  const seen = (await call('GET', '/api/overview', undefined, service.reporterToken)).body as unknown as Overview;
  expect(seen.tasks.map(({ task_id }) => task_id)).toEqual(['nightly']);
  expect((await call('GET', '/api/overview', undefined, null)).status).toBe(401);
});

test('a schedule is shown with its next times, or refused as a task would be', async () => {
  const preview = (query: string) => call('GET', `/api/schedules/preview?${query}`);
  const { body } = await preview('schedule=daily%20at%202:00&time_zone=Europe/Berlin');
  expect(body).toMatchObject({ schedule: 'daily at 2:00', time_zone: 'Europe/Berlin' });
  const next = body['next'] as string[];
  expect(next).toHaveLength(5);
  expect([...next].sort()).toEqual(next);
  expect((await preview('schedule=every%202%20hours&count=2')).body['next']).toHaveLength(2);
  expect((await preview('schedule=manual')).body['next']).toEqual([]);
  const refused = await preview('schedule=daily%20at%2025:00');
  expect([refused.status, refused.body['details']]).toMatchObject([
    400,
    { field: 'schedule', code: 'invalid_schedule' },
  ]);
  expect((await preview('schedule=daily%20at%202:00&time_zone=Mars/Base')).status).toBe(400);
});
