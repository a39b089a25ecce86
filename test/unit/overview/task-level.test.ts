import { describe, expect, test } from 'vitest';
import { levelOfAction, levelOfMonitored } from '../../../contracts/task-level.ts';

describe('the level of a task', () => {
  const action = { isActive: true, state: 'completed', waitsToRetry: false, isRunning: false, hasWarnings: false };

  test.each([
    [{}, 'well'],
    [{ state: 'failed' }, 'wrong'],
    // The next attempt may still make it good.
    [{ state: 'failed', waitsToRetry: true }, 'warning'],
    [{ state: 'cancelled' }, 'warning'],
    [{ hasWarnings: true }, 'warning'],
    // What it warned of so far is told when it is over.
    [{ state: 'running', isRunning: true, hasWarnings: true }, 'well'],
    [{ state: 'failed', isActive: false }, 'inactive'],
  ] as const)('with an action, %j: %s', (more, level) => {
    expect(levelOfAction({ ...action, ...more })).toBe(level);
  });

  test.each([
    ['ok', false, 'well'],
    ['ok', true, 'warning'],
    ['overdue', true, 'wrong'],
    ['stuck', false, 'wrong'],
    ['failed', false, 'wrong'],
  ] as const)('that is monitored, %s, warned: %s: %s', (state, isWarned, level) => {
    expect(levelOfMonitored({ isActive: true, state, isWarned })).toBe(level);
    expect(levelOfMonitored({ isActive: false, state, isWarned })).toBe('inactive');
  });
});
