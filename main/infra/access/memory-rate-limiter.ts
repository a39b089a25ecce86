import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Budget, Budgets, RateDecision, RateLimiter, RateLimits } from '../../app/access/ports.ts';

/** Budgets in memory: one process serves the API, and a restart may forgive. */
export class MemoryRateLimiter implements RateLimiter {
  readonly #limiter: RateLimiterMemory;

  constructor({ points, windowMs }: Budget) {
    this.#limiter = new RateLimiterMemory({ points, duration: windowMs / 1000 });
  }

  async consume(key: string): Promise<RateDecision> {
    try {
      await this.#limiter.consume(key);
      return { allowed: true, retryAfterMs: 0 };
    } catch (refusal) {
      // The library rejects with its result, which is no Error.
      if (refusal instanceof RateLimiterRes) return { allowed: false, retryAfterMs: refusal.msBeforeNext };
      throw refusal;
    }
  }

  async peek(key: string): Promise<RateDecision> {
    const state = await this.#limiter.get(key);
    const isUsedUp = state !== null && state.consumedPoints >= this.#limiter.points && state.msBeforeNext > 0;
    return { allowed: !isUsedUp, retryAfterMs: isUsedUp ? state.msBeforeNext : 0 };
  }

  async reset(key: string): Promise<void> {
    await this.#limiter.delete(key);
  }
}

/** A limiter for each budget. */
export function memoryRateLimits(budgets: Budgets): RateLimits {
  const { caller, loopback, anonymous, login, loginAddress, failedAuth } = budgets;
  return {
    caller: new MemoryRateLimiter(caller),
    loopback: new MemoryRateLimiter(loopback),
    anonymous: new MemoryRateLimiter(anonymous),
    login: new MemoryRateLimiter(login),
    loginAddress: new MemoryRateLimiter(loginAddress),
    failedAuth: new MemoryRateLimiter(failedAuth),
  };
}
