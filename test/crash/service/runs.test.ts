import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunDetails, RunView } from '../../../contracts/runs.ts';
import { bundled } from '../../support/bundle/bundle-folder.ts';
import { scratchFolder } from '../../support/catalogs.ts';
import { NODE, start } from '../../support/processes.ts';
import { isAlive, shellTask } from '../../support/run-service.ts';

const GUARDIT = bundled('guardit.js');

/** A service of its own process over a data folder, asked as its admin. */
async function serve(folder: string) {
  const running = start(NODE, [GUARDIT, 'serve', '--port', '0', '--data-dir', folder, '--log-level', 'error']);
  await running.saying('\n');
  const { url } = JSON.parse(readFileSync(join(folder, 'run/api.json'), 'utf8')) as { url: string };
  const token = readFileSync(join(folder, 'tokens/admin.token'), 'utf8').trim();
  const ask = async <Body>(method: string, path: string, body?: unknown): Promise<Body> => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const response = await fetch(url + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Body;
  };
  return { running, ask };
}

async function waitFor<T>(look: () => Promise<T | null> | T | null): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const linesOf = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []);

test(
  'after kill -9 runs are closed with the reason, nothing they started is left, what waited is run',
  { timeout: 60_000 },
  async () => {
    const folder = scratchFolder();
    const first = await serve(folder);
    const script =
      'echo begun; echo $$ >> pids; (sleep 600 & echo $! >> pids; setsid sleep 600 & echo $! >> pids; wait) & wait';
    const busy = ['a', 'b', 'c', 'd'];
    for (const taskId of busy)
      await first.ask('POST', '/api/tasks', shellTask({ folder }, taskId, script, { maxRetries: 5 }));
    await first.ask('POST', '/api/tasks', shellTask({ folder }, 'waits', 'echo ran'));
    const runs: RunView[] = [];
    for (const taskId of [...busy, 'waits'])
      runs.push(await first.ask<RunView>('POST', `/api/tasks/${taskId}/execute`));
    const pids = await waitFor(() => {
      const lines = linesOf(join(folder, 'pids'));
      return lines.length === 12 ? lines.map(Number) : null;
    });
    first.running.child.kill('SIGKILL');
    await first.running.result;
    expect(await Promise.all(pids.map(isAlive))).not.toContain(false);

    const second = await serve(folder);
    try {
      expect(await Promise.all(pids.map(isAlive))).not.toContain(true);
      for (const { id } of runs.slice(0, 4)) {
        const run = await second.ask<RunDetails>('GET', `/api/runs/${id}`);
        expect(run).toMatchObject({
          status: 'failed',
          attempt: 1,
          error: { code: 'service_stopped', message: 'The service stopped while it ran.' },
        });
        expect(run.log_size).toBeGreaterThan(0);
      }
      const waited = await waitFor(async () => {
        const run = await second.ask<RunDetails>('GET', `/api/runs/${runs[4]?.id}`);
        return run.finished_at === null ? null : run;
      });
      expect(waited).toMatchObject({ status: 'completed', attempt: 1 });
    } finally {
      second.running.child.kill('SIGTERM');
    }
    expect((await second.running.result).code).toBe(0);
  },
);

test(
  'a script reports its own progress with the token of its run, which is worth nothing afterwards',
  { timeout: 60_000 },
  async () => {
    const folder = scratchFolder();
    const { running, ask } = await serve(folder);
    try {
      const post = `
      const { GUARDIT_URL, GUARDIT_TOKEN, GUARDIT_TASK_ID } = process.env;
      const post = (task) => fetch(GUARDIT_URL + '/api/status/' + task, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: 'Bearer ' + GUARDIT_TOKEN },
        body: JSON.stringify({ status: 'running', progress: 42, message: 'half way' }),
      });
      require('fs').writeFileSync('token', GUARDIT_TOKEN);
      const [own, other] = [await post(GUARDIT_TASK_ID), await post('other')];
      console.log('answers', own.status, other.status, GUARDIT_TOKEN);`;
      const config = { command: NODE, args: ['--input-type=commonjs', '-e', `(async () => {${post}})()`], cwd: folder };
      await ask('POST', '/api/tasks', { name: 'mine', taskId: 'mine', type: 'script', config });
      await ask('POST', '/api/tasks/register', { taskId: 'other', displayName: 'Other', taskType: 'files' });
      const { id } = await ask<RunView>('POST', '/api/tasks/mine/execute');
      const run = await waitFor(async () => {
        const found = await ask<RunDetails>('GET', `/api/runs/${id}`);
        return found.finished_at === null ? null : found;
      });
      expect(run).toMatchObject({ status: 'completed', progress: 42, message: 'half way' });
      const { url } = JSON.parse(readFileSync(join(folder, 'run/api.json'), 'utf8')) as { url: string };
      const token = readFileSync(join(folder, 'token'), 'utf8');
      const late = await fetch(`${url}/api/status/mine`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ status: 'running' }),
      });
      expect(late.status).toBe(401);
      const admin = readFileSync(join(folder, 'tokens/admin.token'), 'utf8').trim();
      const log = await fetch(`${url}/api/runs/${id}/log`, { headers: { authorization: `Bearer ${admin}` } });
      const text = await log.text();
      expect(text).toContain('answers 201 403');
      expect(text).not.toContain(token);
    } finally {
      running.child.kill('SIGTERM');
    }
    expect((await running.result).code).toBe(0);
  },
);

test('a stop in order does not wait for scripts that will not end', { timeout: 60_000 }, async () => {
  const folder = scratchFolder();
  const first = await serve(folder);
  // Its own grace is longer than this test may take.
  const stubborn = shellTask({ folder }, 'stubborn', "trap '' TERM; echo $$ >> pids; while :; do sleep 1; done");
  const { config } = stubborn as { config: object };
  await first.ask('POST', '/api/tasks', { ...stubborn, config: { ...config, graceMs: 600_000 } });
  const run = await first.ask<RunView>('POST', '/api/tasks/stubborn/execute');
  const [pid] = await waitFor(() => {
    const lines = linesOf(join(folder, 'pids'));
    return lines.length === 1 ? lines.map(Number) : null;
  });
  first.running.child.kill('SIGTERM');
  expect((await first.running.result).code).toBe(0);
  expect(await isAlive(pid ?? 0)).toBe(false);
  const second = await serve(folder);
  const closed = await second.ask<RunDetails>('GET', `/api/runs/${run.id}`);
  expect(closed).toMatchObject({ status: 'cancelled', error: { code: 'service_stopped' } });
  second.running.child.kill('SIGTERM');
  await second.running.result;
});
