import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../main/app/access/caller.ts';
import { AppError } from '../../../main/app/errors/app-error.ts';
import { cancelRun, cancelTask } from '../../../main/app/runs/cancel-run.ts';
import { executeTask, restartRun } from '../../../main/app/runs/execute-task.ts';
import type { Run } from '../../../main/app/runs/run.ts';
import { testCaller } from '../../support/api-server.ts';
import { addTask, FAILURE, makeRunParts, SUCCESS, type RunParts } from '../../support/run-parts.ts';

const ADMIN: Caller = testCaller('admin', 'admin', { kind: 'user', id: 'a' });

async function execute(parts: RunParts, taskId: string): Promise<Run> {
  const run = await executeTask(parts.deps, ADMIN, taskId);
  await parts.settle();
  return run;
}

async function stored(parts: RunParts, { id }: Run): Promise<Run> {
  const run = await parts.catalog.read(({ runs }) => runs.find(id));
  if (!run) throw new Error('The run is gone.');
  return run;
}

describe('a run', () => {
  it('is pending, then running, then completed, and so is its task', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a');
    const run = await execute(parts, 'a');
    expect(run.state).toBe('pending');
    expect(await stored(parts, run)).toMatchObject({ state: 'running', attempts: 1 });
    expect((await parts.task('a')).state).toBe('running');
    const { environment } = parts.executor.of('a').context;
    expect(environment).toMatchObject({ GUARDIT_TASK_ID: 'a', GUARDIT_RUN_ID: run.id });
    expect(parts.runTokens.find(environment.GUARDIT_TOKEN)).toMatchObject({ runId: run.id });
    parts.clock.advanceMs(1_500);
    parts.executor.of('a').end({ status: 'completed', result: { rows: 3 }, exitCode: 0 });
    await parts.settle();
    expect(await stored(parts, run)).toMatchObject({ state: 'completed', result: { rows: 3 }, exitCode: 0 });
    expect((await parts.task('a')).state).toBe('completed');
    expect(parts.runTokens.find(environment.GUARDIT_TOKEN)).toBeNull();
    expect(parts.published.map(({ type }) => type)).toEqual([
      'task.created',
      'run.queued',
      'run.started',
      'run.finished',
    ]);
    expect(parts.published.at(-1)?.data).toMatchObject({ status: 'completed', duration_seconds: 1.5 });
  });

  it('is one of its task at a time', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a');
    const run = await execute(parts, 'a');
    await expect(execute(parts, 'a')).rejects.toMatchObject({ code: 'run_active', details: { run_id: run.id } });
    parts.executor.of('a').end(SUCCESS);
    await parts.settle();
    expect((await execute(parts, 'a')).id).not.toBe(run.id);
  });

  it('is one even if fifty ask at once', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a');
    const asked = await Promise.allSettled(Array.from({ length: 50 }, () => executeTask(parts.deps, ADMIN, 'a')));
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await parts.settle();
    expect(parts.executor.begun).toEqual(['a']);
  });

  it('shows its progress, four times a second at most', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a');
    const run = await execute(parts, 'a');
    const { progress } = parts.executor.of('a').context;
    const seen = () =>
      parts.published.filter(({ type }) => type === 'run.progress').map(({ data }) => data['progress']);
    for (let percent = 1; percent <= 50; percent++) progress(percent, `file ${percent}`);
    expect(seen()).toEqual([1]);
    parts.timers.advance(250);
    expect(seen()).toEqual([1, 50]);
    parts.timers.advance(250);
    progress(1_000, 'x'.repeat(5_000));
    expect(seen()).toEqual([1, 50, 100]);
    expect(parts.dispatcher.current(await stored(parts, run))).toMatchObject({ progress: 100 });
    progress(Number.NaN, 'unknown');
    parts.executor.of('a').end(SUCCESS);
    await parts.settle();
    parts.timers.advance(1_000);
    expect(seen()).toHaveLength(3);
  });

  it('fails for a defect of ours without another attempt, and without telling what it was', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a', { maxRetries: 5 });
    const run = await execute(parts, 'a');
    parts.executor.of('a').throw(new Error('secret detail'));
    await parts.settle();
    const ended = await stored(parts, run);
    expect(ended).toMatchObject({ state: 'failed', failure: { code: 'internal' } });
    expect(JSON.stringify(ended)).not.toContain('secret detail');
    expect(parts.complaints.join()).toContain('secret detail');
  });
});

describe('retries', () => {
  it('come after waits, as often as the task allows', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a', { maxRetries: 2 });
    const run = await execute(parts, 'a');
    const waits: (number | null)[] = [];
    for (const left of [2, 1]) {
      parts.executor.of('a').end(FAILURE);
      await parts.settle();
      expect(await stored(parts, run)).toMatchObject({
        state: 'running',
        attempts: 3 - left,
        failure: { code: 'exit_code' },
      });
      expect((await stored(parts, run)).retryAt).not.toBeNull();
      expect(parts.executor.running).toEqual([]);
      waits.push(parts.timers.nextMs);
      parts.timers.advance(parts.timers.nextMs ?? 0);
      await parts.settle();
    }
    // Half of the limit, for a `random` of one half.
    expect(waits).toEqual([500, 1_000]);
    parts.executor.of('a').end(FAILURE);
    await parts.settle();
    expect(await stored(parts, run)).toMatchObject({
      state: 'failed',
      attempts: 3,
      maxAttempts: 3,
      exitCode: 1,
      retryAt: null,
    });
    const { stream } = await parts.logFiles.read((await stored(parts, run)).logId ?? '');
    const text = Buffer.concat(await stream.toArray()).toString();
    expect(text.match(/Attempt \d of 3/g)).toEqual(['Attempt 1 of 3', 'Attempt 2 of 3', 'Attempt 3 of 3']);
    const entries = await parts.catalog.read(({ taskLog }) =>
      taskLog.list({ task: run.task }, { limit: 100, offset: 0 }),
    );
    expect(entries.map(({ level, message }) => `${level} ${message}`).reverse()).toEqual([
      'INFO Queued',
      'INFO Attempt 1 begins',
      `ERROR ${'It ended with exit code 1.'}`,
      'INFO Attempt 2 begins',
      'ERROR It ended with exit code 1.',
      'INFO Attempt 3 begins',
      'ERROR It ended with exit code 1.',
    ]);
  });

  it('end with the first success', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a', { maxRetries: 9 });
    const run = await execute(parts, 'a');
    parts.executor
      .of('a')
      .end({ status: 'timed_out', reason: 'Too slow.', timeoutMs: 5, retryable: true, result: null });
    await parts.settle();
    expect((await stored(parts, run)).failure).toMatchObject({ code: 'timed_out' });
    parts.timers.advance(60_000);
    await parts.settle();
    parts.executor.of('a').end(SUCCESS);
    await parts.settle();
    expect(await stored(parts, run)).toMatchObject({ state: 'completed', attempts: 2, failure: null });
  });

  it('are not made where they can not help', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a', { maxRetries: 9 });
    const run = await execute(parts, 'a');
    parts.executor.of('a').end({ ...FAILURE, code: 'cannot_start', retryable: false });
    await parts.settle();
    expect(await stored(parts, run)).toMatchObject({ state: 'failed', attempts: 1 });
  });

  it('wait as long as the other side asks, and hold no slot meanwhile', async () => {
    const parts = await makeRunParts({ maxConcurrent: 1 });
    await addTask(parts, 'a', { maxRetries: 1 });
    await addTask(parts, 'b');
    await execute(parts, 'a');
    parts.executor.of('a').end({ ...FAILURE, code: 'http_status', httpStatus: 429, retryAfterMs: 30_000 });
    await parts.settle();
    expect(parts.timers.nextMs).toBe(30_500);
    await execute(parts, 'b');
    expect(parts.executor.running.map(({ job }) => job.taskId)).toEqual(['b']);
  });
});

describe('cancelling', () => {
  it('stops what is executed', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a', { maxRetries: 3 });
    const run = await execute(parts, 'a');
    expect((await cancelRun(parts.deps, ADMIN, run.id)).state).toBe('running');
    await parts.settle();
    expect(await stored(parts, run)).toMatchObject({ state: 'cancelled', failure: { reason: 'Cancelled by admin.' } });
    await expect(cancelRun(parts.deps, ADMIN, run.id)).rejects.toMatchObject({ code: 'conflict' });
    await expect(cancelTask(parts.deps, ADMIN, 'a')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('ends what waits for its turn or for its retry, at once', async () => {
    const parts = await makeRunParts({ maxConcurrent: 1 });
    await addTask(parts, 'a', { maxRetries: 3 });
    await addTask(parts, 'b');
    const first = await execute(parts, 'a');
    const second = await execute(parts, 'b');
    expect((await cancelTask(parts.deps, ADMIN, 'b')).state).toBe('cancelled');
    expect(await stored(parts, second)).toMatchObject({ state: 'cancelled', startedAt: null });
    parts.executor.of('a').end(FAILURE);
    await parts.settle();
    expect((await cancelRun(parts.deps, ADMIN, first.id)).state).toBe('cancelled');
    parts.timers.advance(1_000_000);
    await parts.settle();
    expect(parts.executor.begun).toEqual(['a']);
  });

  it('leaves what completed all the same completed', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a');
    const run = await execute(parts, 'a');
    const held = parts.executor.of('a');
    held.end(SUCCESS);
    await cancelRun(parts.deps, ADMIN, run.id).catch(() => undefined);
    await parts.settle();
    expect(await stored(parts, run)).toMatchObject({ state: 'completed' });
  });

  it('and restarting gives another run that says which one it repeats', async () => {
    const parts = await makeRunParts();
    await addTask(parts, 'a');
    const run = await execute(parts, 'a');
    await expect(restartRun(parts.deps, ADMIN, run.id)).rejects.toMatchObject({ code: 'run_active' });
    await cancelRun(parts.deps, ADMIN, run.id);
    await parts.settle();
    const again = await restartRun(parts.deps, ADMIN, run.id);
    expect(again).toMatchObject({ trigger: 'retry', restartOf: run.id });
    await parts.settle();
    expect(parts.executor.begun).toEqual(['a', 'a']);
  });
});

describe('limits', () => {
  it('hold: so many at once, the important first', async () => {
    const parts = await makeRunParts({ maxConcurrent: 2 });
    const priorities = ['low', 'normal', 'normal', 'low', 'high', 'normal', 'high'] as const;
    for (const [index, priority] of priorities.entries()) await addTask(parts, `${priority}-${index}`, { priority });
    for (const [index, priority] of priorities.entries()) await executeTask(parts.deps, ADMIN, `${priority}-${index}`);
    await parts.settle();
    while (parts.executor.running.length > 0) {
      parts.executor.running[0]?.end(SUCCESS);
      await parts.settle();
    }
    expect(parts.executor.mostAtOnce).toBe(2);
    // The first two found free slots, and went on side by side.
    expect(parts.executor.begun.slice(0, 2).sort()).toEqual(['low-0', 'normal-1']);
    expect(parts.executor.begun.slice(2)).toEqual(['high-4', 'high-6', 'normal-2', 'normal-5', 'low-3']);
  });

  it('hold for what is shared', async () => {
    const keysOf = ({ taskId }: { taskId: string }) => [taskId.slice(0, 1)];
    const parts = await makeRunParts({ keysOf });
    for (const taskId of ['a1', 'a2', 'b1']) await addTask(parts, taskId);
    for (const taskId of ['a1', 'a2', 'b1']) await execute(parts, taskId);
    expect(parts.executor.running.map(({ job }) => job.taskId)).toEqual(['a1', 'b1']);
    parts.executor.of('a1').end(SUCCESS);
    await parts.settle();
    expect(parts.executor.running.map(({ job }) => job.taskId)).toEqual(['b1', 'a2']);
  });
});

describe('a stop', () => {
  it('cancels what is executed and keeps what has not begun for the next start', async () => {
    const parts = await makeRunParts({ maxConcurrent: 1 });
    await addTask(parts, 'a', { maxRetries: 3 });
    await addTask(parts, 'b');
    const [first, second] = [await execute(parts, 'a'), await execute(parts, 'b')];
    await parts.dispatcher.stop({ onStop: 'cancel', timeoutMs: 0 });
    expect(await stored(parts, first)).toMatchObject({ state: 'cancelled', failure: { code: 'service_stopped' } });
    expect(await stored(parts, second)).toMatchObject({ state: 'pending' });
    await expect(execute(parts, 'a')).rejects.toMatchObject({ code: 'unavailable' });
    const { catalog, clock } = parts;
    const next = await makeRunParts({ catalog, clock });
    await next.start();
    expect(next.executor.begun).toEqual(['b']);
  });

  it('waits for what is executed where it is to finish, and cancels when that takes too long', async () => {
    const parts = await makeRunParts();
    for (const taskId of ['a', 'b', 'c']) await addTask(parts, taskId, { maxRetries: 3 });
    const runs = [await execute(parts, 'a'), await execute(parts, 'b'), await execute(parts, 'c')];
    parts.executor.of('c').end(FAILURE);
    await parts.settle();
    const stopped = parts.dispatcher.stop({ onStop: 'finish', timeoutMs: 30_000 });
    await parts.settle();
    parts.executor.of('a').end(SUCCESS);
    await parts.settle();
    expect(parts.executor.running.map(({ job }) => job.taskId)).toEqual(['b']);
    parts.timers.advance(30_000);
    await stopped;
    const ended = await Promise.all(runs.map((run) => stored(parts, run)));
    expect(ended.map(({ state }) => state)).toEqual(['completed', 'cancelled', 'failed']);
    expect(ended[2]?.failure?.reason).toBe('It ended with exit code 1. GuardIT was stopped before the next attempt.');
  });
});

describe('after a crash', () => {
  it('what had begun is closed as failed, what had not is started', async () => {
    const parts = await makeRunParts({ maxConcurrent: 2 });
    for (const taskId of ['a', 'b', 'c']) await addTask(parts, taskId, { maxRetries: 3 });
    const runs = [await execute(parts, 'a'), await execute(parts, 'b'), await execute(parts, 'c')];
    parts.executor.of('b').end(FAILURE);
    await parts.settle();
    parts.executor.of('c').throw(new Error('this life is over'));
    // Another life over the same catalog: what the first one still does comes too late.
    const { catalog, clock } = parts;
    const next = await makeRunParts({ catalog, clock });
    await next.start();
    const ended = await Promise.all(runs.map((run) => stored(next, run)));
    expect(ended[0]).toMatchObject({ state: 'failed', failure: { reason: 'The service stopped while it ran.' } });
    expect(ended[1]).toMatchObject({ state: 'failed', failure: { reason: 'The service stopped while it ran.' } });
    expect((await next.task('a')).state).toBe('failed');
  });
});

describe('a catalog that takes nothing', () => {
  function stubborn(parts: RunParts) {
    const { catalog } = parts;
    const write = catalog.write.bind(catalog);
    let refusing = false;
    Object.assign(catalog, {
      write: (work: Parameters<typeof write>[0]) =>
        refusing ? Promise.reject(new AppError('storage_full', 'disk full')) : write(work),
    });
    return (on: boolean) => void (refusing = on);
  }

  it('keeps a run from beginning, and lets it begin later', async () => {
    const parts = await makeRunParts({ maxConcurrent: 1 });
    const refuse = stubborn(parts);
    await addTask(parts, 'a');
    await addTask(parts, 'b');
    await execute(parts, 'a');
    const second = await execute(parts, 'b');
    parts.executor.of('a').end(SUCCESS);
    refuse(true);
    await expect.poll(() => parts.complaints.join()).toContain('disk full');
    refuse(false);
    // The end of the first is written at its second try, then the second one's turn comes.
    parts.timers.advance(5_000);
    await parts.settle();
    expect(parts.executor.begun).toEqual(['a', 'b']);
    expect(await stored(parts, second)).toMatchObject({ state: 'running' });
  });
});
