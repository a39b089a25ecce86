import { describe, expect, it } from 'vitest';
import {
  awaitRetry,
  beginAttempt,
  endRun,
  isActive,
  isWaitingForRetry,
  withOutcome,
  type Run,
} from '../../../main/app/runs/run.ts';
import type { TaskId } from '../../../contracts/task-id.ts';

const AT = new Date('2026-01-15T12:00:00Z');
const LATER = new Date('2026-01-15T12:00:05Z');
const FAILURE = { code: 'exit_code', reason: 'It ended with exit code 1.' };
const PLAN = { maxAttempts: 3, logId: 'log' };

const PENDING: Run = {
  id: 'run',
  task: 1,
  taskId: 'task' as TaskId,
  taskName: 'Task',
  type: 'script',
  priority: 'normal',
  state: 'pending',
  trigger: 'manual',
  requestedBy: null,
  restartOf: null,
  createdAt: AT,
  dueAt: null,
  dueCount: 0,
  catchUp: false,
  attempts: 0,
  maxAttempts: 1,
  startedAt: null,
  finishedAt: null,
  retryAt: null,
  params: null,
  progress: null,
  message: null,
  live: null,
  logId: null,
  logBytes: 0,
  failure: null,
  exitCode: null,
  signal: null,
  httpStatus: null,
  result: null,
  warnings: [],
};
const RUNNING = beginAttempt(PENDING, AT, PLAN);
const WAITING = awaitRetry(RUNNING, FAILURE, LATER);
const ENDED = endRun(RUNNING, { state: 'completed' }, LATER);

describe('a run', () => {
  it('goes from pending over attempts and waits to its end', () => {
    expect(RUNNING).toMatchObject({ state: 'running', attempts: 1, startedAt: AT, maxAttempts: 3, logId: 'log' });
    expect(WAITING).toMatchObject({ state: 'running', retryAt: LATER, failure: FAILURE });
    const second = beginAttempt(WAITING, LATER, PLAN);
    expect(second).toMatchObject({ attempts: 2, startedAt: AT, retryAt: null, failure: null });
    expect(endRun(second, { state: 'failed', failure: FAILURE }, LATER)).toMatchObject({
      state: 'failed',
      finishedAt: LATER,
      failure: FAILURE,
    });
    expect([PENDING, RUNNING, WAITING, ENDED].map(isActive)).toEqual([true, true, true, false]);
    expect([PENDING, RUNNING, WAITING, ENDED].map(isWaitingForRetry)).toEqual([false, false, true, false]);
  });

  it('may end from wherever it is, once', () => {
    for (const run of [PENDING, RUNNING, WAITING]) {
      expect(endRun(run, { state: 'cancelled', failure: FAILURE }, LATER).state).toBe('cancelled');
    }
    expect(() => endRun(ENDED, { state: 'failed' }, LATER)).toThrow(/completed/);
  });

  it('takes no step that is out of order', () => {
    expect(() => beginAttempt(RUNNING, AT, PLAN)).toThrow(/begin/);
    expect(() => beginAttempt(ENDED, AT, PLAN)).toThrow(/begin/);
    expect(() => awaitRetry(PENDING, FAILURE, LATER)).toThrow(/retry/);
    expect(() => awaitRetry(WAITING, FAILURE, LATER)).toThrow(/retry/);
  });

  it('keeps each warning once, and what the last attempt left', () => {
    const outcome = { status: 'completed', result: { a: 1 }, exitCode: 0, logIncomplete: 'disk full' } as const;
    const once = withOutcome(RUNNING, outcome, 10, ['lost']);
    expect(withOutcome(once, outcome, 20, ['lost'])).toMatchObject({
      warnings: ['lost', 'disk full'],
      logBytes: 20,
      exitCode: 0,
      result: { a: 1 },
    });
  });

  it('bounds what others say', () => {
    const ended = endRun(RUNNING, { state: 'failed', failure: { code: 'x', reason: 'y'.repeat(100_000) } }, LATER);
    expect(ended.failure?.reason.length).toBe(4_000);
  });
});
