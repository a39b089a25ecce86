import { afterAll, beforeAll, expect, test } from 'vitest';
import { runService, type RunningService } from '../../support/running-service.ts';

let service: RunningService;
beforeAll(async () => {
  service = await runService({ timeZone: 'UTC' });
});
afterAll(() => service.stop());

type Json = Record<string, unknown>;

async function call<Body = Json>(method: string, path: string, body?: object): Promise<Body> {
  const reply = await fetch(service.url + path, {
    method,
    headers: { authorization: `Bearer ${service.adminToken}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`);
  return (await reply.json()) as Body;
}

async function execute(taskId: string, cancel = false): Promise<void> {
  const { id } = await call('POST', `/api/tasks/${taskId}/execute`);
  if (cancel) await call('POST', `/api/runs/${String(id)}/cancel`);
  for (;;) {
    if ((await call('GET', `/api/runs/${String(id)}`))['finished_at'] !== null) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('runs that GuardIT executes count in all figures, each once, but for cancelled ones', async () => {
  const config = { command: 'test -e fail || exit 0; exit 3', shell: true, cwd: service.folder };
  await call('POST', '/api/tasks', { name: 'a', taskId: 'a', type: 'script', config, maxRetries: 0 });
  await execute('a');
  await execute('a');
  const { writeFileSync } = await import('node:fs');
  writeFileSync(`${service.folder}/fail`, '');
  await execute('a');
  const long = { command: 'sleep', args: ['600'] };
  await call('PUT', '/api/tasks/a', { config: long });
  await execute('a', true);

  const figures = { total_runs: 3, successful_runs: 2, failed_runs: 1, uptime_percentage: 66.67 };
  const shown = { ...figures, avg_duration: expect.any(Number) as number };
  expect(await call('GET', '/api/stats/a')).toMatchObject(shown);
  expect(await call('GET', '/api/summary/a/today')).toMatchObject(shown);
  const days = await call<Json[]>('GET', '/api/metrics/a/daily');
  expect(days).toHaveLength(30);
  expect(days.at(-1)).toMatchObject(shown);
  expect(days.at(-2)).toMatchObject({ total_runs: 0 });
  const health = await call<{ checks: Json[] }>('GET', '/health');
  for (const name of ['scheduler', 'catalog_copy']) {
    expect(health.checks).toContainEqual({ name, status: 'ok', problems: [] });
  }
});
