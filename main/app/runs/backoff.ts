/** How long to wait before a failed attempt is repeated. */
export interface RetryPolicy {
  /** The longest wait after the first attempt; it doubles with each further one. */
  readonly baseMs: number;
  /** No wait is longer, whatever the number of attempts. */
  readonly longestMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = { baseMs: 5_000, longestMs: 10 * 60_000 };

/** A server that asks for more (Retry-After) gets this. */
const LONGEST_HINT_MS = 60 * 60_000;

/**
 * Exponential backoff with full jitter: anything from nothing to the limit, so that many tasks which failed together don't
 * come back together. What the other side asked for is waited for at least.
 * `attempts`: how many have been made, from 1. `random`: from 0 to below 1.
 */
export function retryDelayMs(
  { baseMs, longestMs }: RetryPolicy,
  attempts: number,
  random: number,
  hintMs: number | undefined = 0,
): number {
  const limitMs = Math.min(longestMs, baseMs * 2 ** Math.min(attempts - 1, 40));
  return Math.min(Math.max(hintMs, 0), LONGEST_HINT_MS) + Math.floor(random * limitMs);
}
