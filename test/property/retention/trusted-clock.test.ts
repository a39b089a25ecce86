import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Immutability } from '../../../main/app/retention/immutability.ts';
import { MAX_GAP_MS, TrustedClock } from '../../../main/app/retention/trusted-clock.ts';
import { openTestCatalog, StoppedClock } from '../../support/catalogs.ts';

const DAY_MS = 86_400_000;

/** What can happen: real time passes while it runs, the wall clock is set, the service is off for a while. */
type Event =
  | { readonly kind: 'runs'; readonly ms: number }
  | { readonly kind: 'set'; readonly byMs: number }
  | { readonly kind: 'beats' }
  | { readonly kind: 'off'; readonly ms: number; readonly setByMs: number };

const span = fc.integer({ min: 0, max: 40 * DAY_MS });
const jump = fc.integer({ min: -400 * DAY_MS, max: 400 * DAY_MS });
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('runs' as const), ms: span }),
  fc.record({ kind: fc.constant('set' as const), byMs: jump }),
  fc.constant({ kind: 'beats' as const }),
  fc.record({ kind: fc.constant('off' as const), ms: span, setByMs: jump }),
);

describe('the trusted clock', () => {
  it('never goes back, never gains more than time that passed and a day a start, and keeps every protection that long', async () => {
    const catalog = await openTestCatalog();
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), fc.integer({ min: 1, max: 400 }), async (events, days) => {
        await catalog.write(({ settings }) => settings.remove('clock.trusted').then(() => undefined));
        const clock = new StoppedClock('2026-01-15T12:00:00Z');
        let steadyMs = 5_000;
        const parts = { catalog, clock, monotonicMs: () => steadyMs };
        let trusted = await TrustedClock.load(parts);
        const startMs = trusted.now().getTime();
        const backup = { id: 'b', completedAt: clock.now(), immutableUntil: null };
        const rule = { immutableDays: days };
        const until = new Immutability(trusted, clock).untilFor(null, clock.now(), rule);
        let [ranMs, starts] = [0, 0];
        for (const happening of events) {
          const beforeMs = trusted.now().getTime();
          if (happening.kind === 'runs') {
            steadyMs += happening.ms;
            clock.advanceMs(happening.ms);
            ranMs += happening.ms;
          } else if (happening.kind === 'set') clock.advanceMs(happening.byMs);
          else if (happening.kind === 'beats') await trusted.heartbeat();
          else {
            await trusted.heartbeat();
            clock.advanceMs(happening.ms + happening.setByMs);
            steadyMs = 17;
            starts++;
            trusted = await TrustedClock.load(parts);
          }
          const nowMs = trusted.now().getTime();
          expect(nowMs).toBeGreaterThanOrEqual(beforeMs);
          expect(nowMs - startMs).toBeLessThanOrEqual(ranMs + starts * MAX_GAP_MS);
          const immutability = new Immutability(trusted, clock);
          // As long as even the most generous count of time has not reached the end, nothing may be removed.
          if (ranMs + starts * MAX_GAP_MS < days * DAY_MS) {
            expect(() => immutability.assertRemovable({ ...backup, immutableUntil: until }, rule)).toThrow(
              /immutable until/,
            );
            expect(immutability.isProtected({ ...backup, immutableUntil: null }, rule)).toBe(true);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('follows a wall clock that somebody confirmed, ahead and back', async () => {
    const catalog = await openTestCatalog();
    const clock = new StoppedClock('2026-01-15T12:00:00Z');
    const trusted = await TrustedClock.load({ catalog, clock, monotonicMs: () => 0 });
    clock.set('2026-06-01T00:00:00Z');
    expect(trusted.now().toISOString()).toBe('2026-01-15T12:00:00.000Z');
    await trusted.confirm(async () => undefined);
    expect(trusted.now().toISOString()).toBe('2026-06-01T00:00:00.000Z');
    const again = await TrustedClock.load({ catalog, clock, monotonicMs: () => 0 });
    expect(again.now().toISOString()).toBe('2026-06-01T00:00:00.000Z');
    clock.set('2026-02-01T00:00:00Z');
    await again.confirm(async () => undefined);
    expect(again.now().toISOString()).toBe('2026-02-01T00:00:00.000Z');
  });

  it('lets go exactly at the end, and believes whichever clock is behind', async () => {
    const catalog = await openTestCatalog();
    const clock = new StoppedClock('2026-01-15T12:00:00Z');
    let steadyMs = 0;
    const trusted = await TrustedClock.load({ catalog, clock, monotonicMs: () => steadyMs });
    const immutability = new Immutability(trusted, clock);
    const rule = { immutableDays: 1 };
    const asked = new Date('2026-01-16T18:00:00Z');
    const until = immutability.untilFor(asked, clock.now(), rule);
    expect(until).toEqual(asked);
    const backup = { id: 'b', completedAt: clock.now(), immutableUntil: until };
    steadyMs = 30 * 3_600_000;
    expect(immutability.isProtected(backup, rule)).toBe(true);
    clock.advanceMs(30 * 3_600_000);
    expect(immutability.isProtected(backup, rule)).toBe(false);
    // A rule that was made longer since then holds for what is there already.
    expect(immutability.isProtected(backup, { immutableDays: 2 })).toBe(true);
    clock.set('1970-01-01T00:00:00Z');
    expect(immutability.isProtected(backup, rule)).toBe(true);
  });

  it('does not make a protection shorter because the wall clock was behind when the backup ended', async () => {
    const catalog = await openTestCatalog();
    const clock = new StoppedClock('2026-01-15T12:00:00Z');
    const trusted = await TrustedClock.load({ catalog, clock, monotonicMs: () => 0 });
    clock.set('2025-01-01T00:00:00Z');
    const until = new Immutability(trusted, clock).untilFor(null, clock.now(), { immutableDays: 10 });
    expect(until?.toISOString()).toBe('2026-01-25T12:00:00.000Z');
  });
});
