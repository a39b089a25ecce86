import { AppError } from '../errors/app-error.ts';
import type { Budgets, RateLimiter } from './ports.ts';

export const DEFAULT_BUDGETS: Budgets = {
  /** Each token: 100 a second in the long run, 1,000 at once. */
  caller: { points: 1_000, windowMs: 10_000 },
  /** All programs of this machine that come without a token: a whole company's scripts. */
  loopback: { points: 20_000, windowMs: 1_000 },
  /** Each address, where no caller is known: a login page, the reference, health. */
  anonymous: { points: 1_000, windowMs: 10_000 },
  /** Each user's name from one address. */
  login: { points: 10, windowMs: 60_000 },
  /** Each address, whatever the names. */
  loginAddress: { points: 50, windowMs: 60_000 },
  /** Each address: requests with a token that is no good. */
  failedAuth: { points: 60, windowMs: 60_000 },
};

/** Takes one from a budget. Throws `rate_limited` when nothing is left. */
export async function spend(limiter: RateLimiter, key: string, message: string): Promise<void> {
  const { allowed, retryAfterMs } = await limiter.consume(key);
  if (!allowed) throw rateLimited(message, retryAfterMs);
}

export function rateLimited(message: string, retryAfterMs: number): AppError {
  const retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1000));
  return new AppError('rate_limited', message, { retry_after_seconds: retryAfterSeconds }, { retryAfterSeconds });
}
