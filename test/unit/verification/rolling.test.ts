import { describe, expect, test } from 'vitest';
import { afterPart, dueParts, type RollingState } from '../../../main/app/verification/rolling.ts';

const DAY_MS = 86_400_000;
const START = new Date('2026-03-01T10:40:00Z');
const after = (days: number) => new Date(START.getTime() + days * DAY_MS);

function read(
  state: RollingState | null,
  coverDays: number,
  at: Date,
): { state: RollingState | null; parts: number[] } {
  const parts = [...dueParts(state, coverDays, at)];
  return { parts, state: parts.reduce((next, part) => afterPart(next, part, coverDays, at), state) };
}

describe('parts of a repository in turn', () => {
  test.each([
    ['every day', 1, 30, 30],
    ['every week', 7, 30, 6],
    ['twice a day', 0.5, 30, 30],
    ['every day, ten days', 1, 10, 10],
    ['every day, more days than there can be parts', 1, 300, 300],
    ['every month', 31, 30, 2],
  ])('looked at %s, all are read in time', (_, everyDays, coverDays, mostRuns) => {
    let state: RollingState | null = null;
    const seen = new Set<number>();
    let runs = 0;
    for (; runs < mostRuns && seen.size < Math.min(coverDays, 256); runs++) {
      const step = read(state, coverDays, after(runs * everyDays));
      state = step.state;
      for (const part of step.parts) seen.add(part);
    }
    expect(seen.size).toBe(Math.min(coverDays, 256));
    expect(state?.round_ended_at).not.toBeNull();
  });

  test('missed days are caught up, a whole round at most', () => {
    const first = read(null, 30, START);
    expect(first.parts).toEqual([1]);
    const later = read(first.state, 30, after(4));
    expect(later.parts).toEqual([2, 3, 4, 5]);
    expect(read(later.state, 30, after(500)).parts).toEqual(Array.from({ length: 30 }, (_, at) => ((5 + at) % 30) + 1));
  });

  test('a clock that was set back, or another number of days, reads one part', () => {
    const { state } = read(null, 30, START);
    expect(dueParts(state, 30, after(-100))).toEqual([2]);
    expect(dueParts(state, 7, after(3))).toEqual([1]);
  });
});
