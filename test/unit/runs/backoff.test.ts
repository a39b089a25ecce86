import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelayMs } from '../../../main/app/runs/backoff.ts';

const POLICY = { baseMs: 1_000, longestMs: 60_000 };

describe('the wait for a retry', () => {
  it('has a limit that doubles, up to the longest', () => {
    const limits = [1, 2, 3, 4, 5, 6, 7, 8, 100].map((attempts) => retryDelayMs(POLICY, attempts, 0.999_999));
    expect(limits.map((ms) => Math.ceil(ms / 1_000))).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('is anything up to the limit, and at least what the other side asks for, within an hour', () => {
    const attempts = fc.integer({ min: 1, max: 1_000 });
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const hint = fc.option(fc.double({ min: -1e9, max: 1e15, noNaN: true }), { nil: undefined });
    fc.assert(
      fc.property(attempts, random, hint, (made, chance, hintMs) => {
        const asked = Math.min(Math.max(hintMs ?? 0, 0), 3_600_000);
        const delay = retryDelayMs(POLICY, made, chance, hintMs);
        expect(delay).toBeGreaterThanOrEqual(asked);
        expect(delay - asked).toBeLessThanOrEqual(Math.min(60_000, 1_000 * 2 ** (made - 1)));
      }),
    );
  });

  it('can be nothing at all', () => {
    expect(retryDelayMs(POLICY, 5, 0)).toBe(0);
  });
});
