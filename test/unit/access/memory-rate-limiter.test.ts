import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { spend } from '../../../main/app/access/limits.ts';
import { MemoryRateLimiter } from '../../../main/infra/access/memory-rate-limiter.ts';

describe('a budget', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('is spent, refuses, and is full again when its window ends', async () => {
    const limiter = new MemoryRateLimiter({ points: 2, windowMs: 10_000 });
    expect(await limiter.consume('a')).toEqual({ allowed: true, retryAfterMs: 0 });
    vi.advanceTimersByTime(4_000);
    expect((await limiter.consume('a')).allowed).toBe(true);
    expect(await limiter.consume('a')).toEqual({ allowed: false, retryAfterMs: 6_000 });
    expect((await limiter.consume('b')).allowed).toBe(true);
    vi.advanceTimersByTime(6_000);
    expect((await limiter.consume('a')).allowed).toBe(true);
  });

  test('may be looked at without being spent', async () => {
    const limiter = new MemoryRateLimiter({ points: 1, windowMs: 10_000 });
    expect((await limiter.peek('a')).allowed).toBe(true);
    expect((await limiter.peek('a')).allowed).toBe(true);
    await limiter.consume('a');
    expect(await limiter.peek('a')).toEqual({ allowed: false, retryAfterMs: 10_000 });
    await limiter.reset('a');
    expect((await limiter.peek('a')).allowed).toBe(true);
  });

  test('that is spent becomes a 429 that says when to come back', async () => {
    const limiter = new MemoryRateLimiter({ points: 1, windowMs: 1_500 });
    await spend(limiter, 'a', 'Too many.');
    await expect(spend(limiter, 'a', 'Too many.')).rejects.toMatchObject({
      code: 'rate_limited',
      httpStatus: 429,
      retryAfterSeconds: 2,
    });
  });
});
