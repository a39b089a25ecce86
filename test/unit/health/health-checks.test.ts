import { describe, expect, test } from 'vitest';
import { catalogCopyCheck, schedulerCheck } from '../../../main/app/health/health-checks.ts';
import { StoppedClock } from '../../support/catalogs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('the scheduler', () => {
  test.each([
    [0, 'ok'],
    [5 * MINUTE_MS, 'ok'],
    [5 * MINUTE_MS + 1, 'degraded'],
    [15 * MINUTE_MS, 'degraded'],
    [15 * MINUTE_MS + 1, 'failing'],
    // The clock was set back.
    [-HOUR_MS, 'ok'],
  ])('that looked %i ms ago is %s', async (ms, status) => {
    const clock = new StoppedClock();
    const lookedAt = clock.now();
    const { check } = schedulerCheck(() => lookedAt, clock);
    clock.advanceMs(ms);
    expect(await check()).toMatchObject({ status });
  });

  test('is fine before its start', async () => {
    const clock = new StoppedClock();
    const { check } = schedulerCheck(() => null, clock);
    clock.advanceMs(HOUR_MS);
    expect(await check()).toEqual({ status: 'ok', problems: [] });
  });
});

describe('copies of the catalog', () => {
  function watched(newestAt: Date | null, hasFailed = false) {
    const clock = new StoppedClock();
    const copies = { newestAt: async () => newestAt, hasFailed };
    return { clock, check: catalogCopyCheck(copies, clock).check };
  }

  test('may be missing, or old, until the service had time to take one', async () => {
    for (const [newestAt, problem] of [
      [null, /There is no copy/],
      [new Date('2026-01-01T00:00:00Z'), /is 16 days old/],
    ] as const) {
      const { clock, check } = watched(newestAt);
      clock.advanceMs(48 * HOUR_MS);
      expect(await check()).toEqual({ status: 'ok', problems: [] });
      clock.advanceMs(1);
      expect(await check()).toEqual({ status: 'degraded', problems: [expect.stringMatching(problem)] });
    }
  });

  test('of the last two days are fine', async () => {
    const { clock, check } = watched(new Date('2026-01-20T12:00:00Z'));
    clock.set('2026-01-22T12:00:00.000Z');
    expect((await check()).status).toBe('ok');
    clock.advanceMs(1);
    expect((await check()).status).toBe('degraded');
  });

  test('that failed are told at once', async () => {
    const { check } = watched(new Date('2026-01-15T11:00:00Z'), true);
    expect(await check()).toEqual({ status: 'degraded', problems: [expect.stringContaining('could not be taken')] });
  });
});
