import { describe, expect, it } from 'vitest';
import type { Caller } from '../../../main/app/access/caller.ts';
import { executeTask } from '../../../main/app/runs/execute-task.ts';
import { pauseAll, pauseTask, resumeAll, resumeTask, skipNext } from '../../../main/app/runs/pause-tasks.ts';
import { schedulerView } from '../../../main/app/runs/read-runs.ts';
import { testCaller } from '../../support/api-server.ts';
import { StoppedClock } from '../../support/catalogs.ts';
import { addTask, FAILURE, makeRunParts, SUCCESS, type RunParts } from '../../support/run-parts.ts';
import { sampleTask } from '../../support/task-samples.ts';

const MONITORED = sampleTask();
const ADMIN: Caller = testCaller('admin', 'admin', { kind: 'user', id: 'a' });

/** The clock shows `at`, and the alarm rings if it was set for then. */
async function until(parts: RunParts, at: string): Promise<void> {
  parts.clock.set(at);
  if (parts.wakeUp.alarm && parts.wakeUp.alarm.at <= parts.clock.now()) parts.wakeUp.ring();
  await parts.settle();
}

async function finish(parts: RunParts, taskId: string, outcome = SUCCESS): Promise<void> {
  parts.executor.of(taskId).end(outcome);
  await parts.settle();
}

/** What has begun since the last look. */
function begun(parts: RunParts): string[] {
  return parts.executor.begun.splice(0);
}

async function scheduled(more: Parameters<typeof makeRunParts>[0] = {}): Promise<RunParts> {
  const parts = await makeRunParts(more);
  await parts.start();
  return parts;
}

describe('a schedule', () => {
  it('starts a task each time that it is due', async () => {
    const parts = await scheduled();
    await addTask(parts, 'a', { schedule: 'every 1 minute' });
    await parts.settle();
    for (const minute of ['01', '02', '03']) {
      await until(parts, `2026-01-15T12:${minute}:00Z`);
      expect(begun(parts)).toEqual(['a']);
      await finish(parts, 'a');
    }
    const runs = await parts.runs('a');
    expect(runs.map(({ trigger, dueAt, catchUp, state }) => [trigger, dueAt?.toISOString(), catchUp, state])).toEqual([
      ['schedule', '2026-01-15T12:03:00.000Z', false, 'completed'],
      ['schedule', '2026-01-15T12:02:00.000Z', false, 'completed'],
      ['schedule', '2026-01-15T12:01:00.000Z', false, 'completed'],
    ]);
  });

  it('never has two runs of a task at once, and makes up for what fell due meanwhile by one', async () => {
    const parts = await scheduled();
    await addTask(parts, 'a', { schedule: 'every 1 minute' });
    await parts.settle();
    for (const minute of ['01', '02', '03', '04']) await until(parts, `2026-01-15T12:${minute}:00Z`);
    expect(begun(parts)).toEqual(['a']);
    await finish(parts, 'a');
    expect(begun(parts)).toEqual(['a']);
    const [newest] = await parts.runs('a');
    expect(newest).toMatchObject({ dueCount: 3, dueAt: new Date('2026-01-15T12:04:00Z') });
  });

  it('that is changed, switched off or deleted is followed as it is now', async () => {
    const parts = await scheduled();
    const task = await addTask(parts, 'a', { schedule: 'daily at 2:00' });
    await parts.settle();
    const change = async (after: typeof task) => {
      await parts.catalog.write(({ tasks }) => tasks.update(after));
      parts.events.publish('task.updated', parts.clock.now(), {}, { taskId: 'a' });
      await parts.settle();
    };
    const hourly = { ...task, action: { ...task.action, schedule: 'every 1 hour' } };
    await change(hourly);
    await until(parts, '2026-01-15T13:00:00Z');
    expect(begun(parts)).toEqual(['a']);
    await finish(parts, 'a');
    await change({ ...(await parts.task('a')), isActive: false });
    await until(parts, '2026-01-15T15:00:00Z');
    expect(begun(parts)).toEqual([]);
    await change({ ...(await parts.task('a')), isActive: true });
    expect(begun(parts)).toEqual(['a']);
    await finish(parts, 'a');
    await parts.catalog.write(({ tasks }) => tasks.delete(task.id));
    parts.events.publish('task.deleted', parts.clock.now(), {}, { taskId: 'a' });
    await until(parts, '2026-01-15T19:00:00Z');
    expect(begun(parts)).toEqual([]);
    expect(parts.complaints).not.toContain(expect.stringContaining('could not'));
  });

  it('is caught up with once after a time in which nothing ran', async () => {
    const first = await scheduled();
    await addTask(first, 'a', { schedule: 'every 1 hour' });
    await first.settle();
    await first.scheduler.stop();
    const { catalog, clock } = first;
    clock.set('2026-01-16T00:30:00Z');
    const next = await scheduled({ catalog, clock });
    expect(begun(next)).toEqual(['a']);
    await finish(next, 'a');
    expect(begun(next)).toEqual([]);
    expect((await next.runs('a'))[0]).toMatchObject({ catchUp: true, dueCount: 12 });
  });

  it('starts nothing twice when the service dies after the run was stored', async () => {
    const first = await scheduled({ maxConcurrent: 0 });
    await addTask(first, 'a', { schedule: 'every 1 hour' });
    await first.settle();
    await until(first, '2026-01-15T13:00:00Z');
    await first.scheduler.stop();
    const { catalog, clock } = first;
    const next = await scheduled({ catalog, clock });
    expect(begun(next)).toEqual(['a']);
    await finish(next, 'a');
    expect(begun(next)).toEqual([]);
    expect(await next.runs('a')).toHaveLength(1);
  });

  it('runs once in each night in which the clocks change', async () => {
    for (const [night, expected] of [
      // 2:30 is left out: it has come when the clock shows 3:00.
      ['2026-03-29', ['2026-03-29T01:00:00.000Z']],
      // 2:30 is shown twice: the first counts.
      ['2026-10-25', ['2026-10-25T00:30:00.000Z']],
    ] as const) {
      const clock = new StoppedClock(new Date(Date.parse(`${night}T00:00:00Z`) - 4 * 3_600_000));
      const parts = await scheduled({ clock });
      await addTask(parts, 'a', { schedule: 'daily at 2:30', timeZone: 'Europe/Berlin' });
      await parts.settle();
      const starts: string[] = [];
      for (let step = 0; step < 20; step++) {
        clock.advanceMs(30 * 60_000);
        parts.wakeUp.ring();
        await parts.settle();
        if (begun(parts).length > 0) {
          starts.push(clock.now().toISOString());
          await finish(parts, 'a');
        }
      }
      expect(starts).toEqual(expected);
    }
  });

  it('counts from now on a clock that was set back, and says so', async () => {
    const parts = await scheduled();
    await addTask(parts, 'a', { schedule: 'every 1 hour' });
    await parts.settle();
    await until(parts, '2026-01-15T13:00:00Z');
    await finish(parts, 'a');
    begun(parts);
    parts.clock.set('2026-01-10T10:00:00Z');
    parts.wakeUp.ring();
    await parts.settle();
    const types = parts.published.map(({ type }) => type);
    expect(types).toContain('scheduler.clock');
    expect(types).toContain('scheduler.reanchored');
    expect((await parts.task('a')).action.handledUntil).toEqual(new Date('2026-01-10T10:00:00Z'));
    await until(parts, '2026-01-10T11:00:01Z');
    expect(begun(parts)).toEqual(['a']);
  });

  it('is followed for all others when one can not be', async () => {
    const parts = await makeRunParts();
    const task = await addTask(parts, 'lost', { schedule: 'daily at 13:00' });
    await parts.catalog.write(({ tasks }) => tasks.update({ ...task, timeZone: 'Atlantis/Center' }));
    await addTask(parts, 'a', { schedule: 'every 1 hour' });
    await parts.start();
    await until(parts, '2026-01-15T13:00:00Z');
    expect(begun(parts)).toEqual(['a']);
    expect(parts.complaints.join()).toContain('can not be followed');
  });
});

describe('pauses', () => {
  it('of one task put its starts off, and one run makes up for them', async () => {
    const parts = await scheduled();
    await addTask(parts, 'a', { schedule: 'every 1 hour' });
    await addTask(parts, 'b', { schedule: 'every 1 hour' });
    await pauseTask(parts.deps, ADMIN, 'a', '2026-01-15T14:30:00Z');
    await parts.settle();
    for (const hour of [13, 14]) {
      await until(parts, `2026-01-15T${hour}:00:00Z`);
      expect(begun(parts)).toEqual(['b']);
      await finish(parts, 'b');
    }
    await until(parts, '2026-01-15T14:30:00Z');
    expect(begun(parts)).toEqual(['a']);
    await finish(parts, 'a');
    await pauseTask(parts.deps, ADMIN, 'a', null);
    await until(parts, '2026-01-15T16:00:00Z');
    expect(begun(parts)).toEqual(['b']);
    await resumeTask(parts.deps, ADMIN, 'a');
    await parts.settle();
    expect(begun(parts)).toEqual(['a']);
  });

  it('of all tasks survive a restart; who asks for a run still gets it', async () => {
    const first = await scheduled();
    await addTask(first, 'a', { schedule: 'every 1 hour' });
    await pauseAll(first.deps, ADMIN, null);
    expect(first.scheduler.state).toBe('paused');
    await first.scheduler.stop();
    const { catalog, clock } = first;
    clock.set('2026-01-15T15:00:00Z');
    const next = await scheduled({ catalog, clock });
    expect(begun(next)).toEqual([]);
    expect(await schedulerView(next.deps, ADMIN)).toMatchObject({
      state: 'paused',
      paused_until: 'indefinitely',
      next: [],
    });
    await executeTask(next.deps, ADMIN, 'a');
    await next.settle();
    expect(begun(next)).toEqual(['a']);
    await finish(next, 'a');
    await resumeAll(next.deps, ADMIN);
    await next.settle();
    expect(begun(next)).toEqual(['a']);
    expect(next.scheduler.state).toBe('running');
  });

  it('of all tasks end by themselves', async () => {
    const parts = await scheduled();
    await addTask(parts, 'a', { schedule: 'every 1 hour' });
    await pauseAll(parts.deps, ADMIN, '2026-01-15T13:30:00Z');
    await until(parts, '2026-01-15T13:00:00Z');
    expect(begun(parts)).toEqual([]);
    await until(parts, '2026-01-15T13:30:00Z');
    expect(begun(parts)).toEqual(['a']);
    expect(parts.scheduler.pausedUntil).toBeNull();
    await expect(pauseAll(parts.deps, ADMIN, '2026-01-15T13:30:00Z')).rejects.toMatchObject({
      code: 'invalid_request',
    });
  });

  it('are another thing than skipping, which drops one start', async () => {
    const parts = await scheduled();
    await addTask(parts, 'a', { schedule: 'every 1 hour' });
    await addTask(parts, 'manual');
    await skipNext(parts.deps, ADMIN, 'a');
    await skipNext(parts.deps, ADMIN, 'a');
    await parts.settle();
    await until(parts, '2026-01-15T13:00:00Z');
    expect(begun(parts)).toEqual([]);
    expect((await parts.task('a')).action.skipNext).toBe(false);
    await until(parts, '2026-01-15T14:00:00Z');
    expect(begun(parts)).toEqual(['a']);
    await expect(skipNext(parts.deps, ADMIN, 'manual')).rejects.toMatchObject({ code: 'unprocessable' });
  });
});

describe('dependencies', () => {
  /** `down` depends on `up`; both are due each hour. */
  async function chain(): Promise<RunParts> {
    const parts = await scheduled();
    await addTask(parts, 'up', { schedule: 'every 1 hour' });
    await addTask(parts, 'down', { schedule: 'every 1 hour', dependencies: ['up'] });
    await parts.settle();
    return parts;
  }

  it('are waited for, and what waits starts when they have completed', async () => {
    const parts = await chain();
    for (const hour of [13, 14]) {
      await until(parts, `2026-01-15T${hour}:00:00Z`);
      expect(begun(parts)).toEqual(['up']);
      expect(await schedulerView(parts.deps, ADMIN)).toMatchObject({
        waiting: [{ task_id: 'down', waiting_for: ['up'], due_at: `2026-01-15T${hour}:00:00.000Z` }],
      });
      await finish(parts, 'up');
      expect(begun(parts)).toEqual(['down']);
      await finish(parts, 'down');
      expect(begun(parts)).toEqual([]);
      expect((await parts.runs('down'))[0]?.trigger).toBe('dependency');
    }
    expect(parts.published.filter(({ type }) => type === 'scheduler.waiting')).toHaveLength(2);
  });

  it('that fail are waited for until they complete; what falls due meanwhile is the same one run', async () => {
    const parts = await chain();
    await until(parts, '2026-01-15T13:00:00Z');
    await finish(parts, 'up', FAILURE);
    expect(begun(parts)).toEqual(['up']);
    await until(parts, '2026-01-15T14:00:00Z');
    expect(begun(parts)).toEqual(['up']);
    await finish(parts, 'up');
    expect(begun(parts)).toEqual(['down']);
    expect((await parts.runs('down'))[0]).toMatchObject({ dueCount: 2 });
  });

  it('that complete again do not start what is not due', async () => {
    const parts = await chain();
    await executeTask(parts.deps, ADMIN, 'up');
    await parts.settle();
    await finish(parts, 'up');
    expect(begun(parts)).toEqual(['up']);
    await addTask(parts, 'manual', { dependencies: ['up'] });
    await executeTask(parts.deps, ADMIN, 'up');
    await parts.settle();
    await finish(parts, 'up');
    expect(begun(parts)).toEqual(['up']);
  });

  it('are remembered over a restart', async () => {
    const parts = await chain();
    await until(parts, '2026-01-15T13:00:00Z');
    await finish(parts, 'up', FAILURE);
    await parts.scheduler.stop();
    const { catalog, clock } = parts;
    const next = await scheduled({ catalog, clock });
    expect(begun(next)).toEqual([]);
    expect(next.scheduler.waiting.map(({ taskId }) => taskId)).toEqual(['down']);
    await executeTask(next.deps, ADMIN, 'up');
    await next.settle();
    await finish(next, 'up');
    expect(begun(next)).toEqual(['up', 'down']);
  });

  it('hold whatever the clock does', async () => {
    const parts = await chain();
    await until(parts, '2026-01-15T13:00:00Z');
    await finish(parts, 'up');
    await finish(parts, 'down');
    begun(parts);
    parts.clock.set('2026-01-15T03:00:00Z');
    await executeTask(parts.deps, ADMIN, 'up');
    await parts.settle();
    await finish(parts, 'up');
    await executeTask(parts.deps, ADMIN, 'down');
    await parts.settle();
    expect(begun(parts)).toEqual(['up', 'down']);
  });

  /** What the last runs of `a` and `b` were, and whether a task that depends on both may be started. */
  const MATRIX = [
    [null, null, ['a', 'b']],
    ['completed', null, ['b']],
    ['completed', 'failed', ['b']],
    ['completed', 'running', ['b']],
    ['failed', 'cancelled', ['a', 'b']],
    ['completed', 'completed', []],
  ] as const;

  it.each(MATRIX)('are met only when all have completed: %s, %s', async (a, b, unmet) => {
    const parts = await scheduled();
    for (const [taskId, end] of [
      ['a', a],
      ['b', b],
    ] as const) {
      await addTask(parts, taskId);
      if (end === null) continue;
      const run = await executeTask(parts.deps, ADMIN, taskId);
      await parts.settle();
      if (end === 'completed') await finish(parts, taskId);
      if (end === 'failed') await finish(parts, taskId, FAILURE);
      if (end === 'cancelled') await parts.dispatcher.cancel(run.id, { code: 'cancelled', reason: 'So.' });
      await parts.settle();
    }
    await addTask(parts, 'both', { dependencies: ['a', 'b'] });
    const started = executeTask(parts.deps, ADMIN, 'both');
    if (unmet.length === 0) await expect(started).resolves.toMatchObject({ state: 'pending' });
    else {
      await expect(started).rejects.toMatchObject({ code: 'dependencies_unmet', details: { waiting_for: unmet } });
      await expect(executeTask(parts.deps, ADMIN, 'both', { force: true })).resolves.toMatchObject({
        state: 'pending',
      });
    }
    await parts.settle();
    await finish(parts, 'both', FAILURE);
    // Its own last run counts however it ended.
    await expect(executeTask(parts.deps, ADMIN, 'both')).rejects.toMatchObject({ code: 'dependencies_unmet' });
  });

  it('on monitored tasks are met by what their scripts report', async () => {
    const parts = await scheduled();
    const monitored = await parts.catalog.write(({ tasks }) =>
      tasks.insert({ ...MONITORED, taskId: 'script' as typeof MONITORED.taskId }),
    );
    await addTask(parts, 'a', { schedule: 'every 1 hour', dependencies: ['script'] });
    await parts.settle();
    await until(parts, '2026-01-15T13:00:00Z');
    expect(begun(parts)).toEqual([]);
    parts.completedAt.set(monitored?.id ?? 0, new Date('2026-01-15T13:05:00Z'));
    parts.clock.set('2026-01-15T13:05:00Z');
    parts.events.publish('status.recorded', parts.clock.now(), {}, { taskId: 'script' });
    await parts.settle();
    expect(begun(parts)).toEqual(['a']);
    await finish(parts, 'a');
    await until(parts, '2026-01-15T14:00:00Z');
    expect(begun(parts)).toEqual([]);
  });
});
