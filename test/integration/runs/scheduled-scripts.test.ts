import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAlive, shellTask, startRunService } from '../../support/run-service.ts';

describe('a task every minute', () => {
  it('runs, logs, and is made again when it fails', async () => {
    const service = await startRunService();
    const twice = 'echo try >> tries; test $(wc -l < tries) -ge 3 || { echo broken >&2; exit 7; }; echo worked';
    await service.make(shellTask(service, 'flaky', twice, { schedule: 'every 1 minutes', maxRetries: 3 }));
    await service.passMinutes(1);
    const [run] = await service.endedOf('flaky', 1);
    expect(run).toMatchObject({ status: 'completed', trigger: 'schedule', attempt: 3, max_attempts: 4, exit_code: 0 });
    const log = await service.log(run?.id ?? '');
    expect(log.match(/broken|worked|Attempt \d/g)).toEqual([
      'Attempt 1',
      'broken',
      'Attempt 2',
      'broken',
      'Attempt 3',
      'worked',
    ]);
    const { body: entries, headers } = await service.request<{ level: string; message: string; data: object }[]>(
      'GET',
      '/api/tasks/flaky/logs?level=ERROR',
      { as: 'viewer' },
    );
    expect(headers['x-total-count']).toBe('2');
    expect(entries[0]).toMatchObject({
      level: 'ERROR',
      data: { run_id: run?.id, attempt: 2, exit_code: 7, error: 'exit_code' },
    });
    await service.passMinutes(1);
    expect((await service.endedOf('flaky', 2))[1]).toMatchObject({ status: 'completed', attempt: 1 });
  });

  it('is killed at its time limit with everything that it started', async () => {
    const service = await startRunService();
    const tree = 'echo $$ > pids; (sleep 600 & echo $! >> pids; setsid sleep 600 & echo $! >> pids; wait) & wait';
    const wish = { schedule: 'every 1 minutes', timeout: 500, maxRetries: 0 };
    const { config, ...task } = shellTask(service, 'slow', tree, wish);
    await service.make({ ...task, config: { ...config, graceMs: 200 } });
    await service.passMinutes(1);
    const [run] = await service.endedOf('slow', 1);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'timed_out' } });
    const pids = readFileSync(join(service.folder, 'pids'), 'utf8').trim().split('\n').map(Number);
    expect(pids).toHaveLength(3);
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false, false]);
  });

  it('is waited for by the task that depends on it', async () => {
    const service = await startRunService();
    await service.make(shellTask(service, 'first', 'sleep 0.3; echo first >> order', { schedule: 'every 1 minutes' }));
    const dependent = { schedule: 'every 1 minutes', dependencies: ['first'] };
    await service.make(shellTask(service, 'second', 'echo second >> order', dependent));
    for (const round of [1, 2]) {
      await service.passMinutes(1);
      const { body } = await service.request('GET', '/api/scheduler', { as: 'viewer' });
      expect(body).toMatchObject({ waiting: [{ task_id: 'second', waiting_for: ['first'] }] });
      const runs = await service.endedOf('second', round);
      expect(runs[round - 1]).toMatchObject({ status: 'completed', trigger: 'dependency' });
    }
    expect(readFileSync(join(service.folder, 'order'), 'utf8')).toBe('first\nsecond\nfirst\nsecond\n');
  });

  it('shows when it starts next', async () => {
    const service = await startRunService();
    const task = await service.make(shellTask(service, 'a', 'true', { schedule: 'every 1 minutes' }));
    expect(task.next_run).toBe('2026-01-15T12:01:00.000Z');
    const paused = { as: 'operator', body: { until: '2026-01-15T13:00:00Z' } };
    expect((await service.request('POST', '/api/tasks/a/pause', paused)).body).toMatchObject({
      next_run: '2026-01-15T13:00:00.000Z',
    });
    const { body } = await service.request('POST', '/api/scheduler/pause', { as: 'operator' });
    expect(body).toMatchObject({ state: 'paused', paused_until: 'indefinitely' });
    expect((await service.request('GET', '/api/tasks/a', { as: 'viewer' })).body).toMatchObject({ next_run: null });
  });
});
