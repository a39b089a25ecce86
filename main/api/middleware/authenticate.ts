import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { addressGroup } from '../../app/access/address.ts';
import type { Authenticator } from '../../app/access/authenticator.ts';
import type { Caller } from '../../app/access/caller.ts';
import { rateLimited } from '../../app/access/limits.ts';
import type { RateLimits } from '../../app/access/ports.ts';
import { AppError } from '../../app/errors/app-error.ts';
import type { SessionCookie } from './session-cookie.ts';

/** How many headers that were right are remembered: more than a company has scripts and agents. */
const MAX_REMEMBERED = 10_000;

/**
 * Who asks. After too many bad tokens from one address, its others are refused unseen, but for those that were right lately:
 * one script with an old token must not silence the rest of its machine. `Authorization` wins over a cookie.
 */
export function createAuthentication(
  authenticator: Authenticator,
  limits: Pick<RateLimits, 'failedAuth'>,
  cookie: Pick<SessionCookie, 'read'>,
): (request: IncomingMessage) => Promise<Caller | null> {
  const rightLately = new RecentTokens();
  return async (request) => {
    const { socket } = request;
    const remoteAddress = socket.remoteAddress ?? '';
    const authorization = request.headers.authorization ?? loginOf(cookie.read(request));
    const headers = { ...request.headers, authorization };
    const approach = { headers, remoteAddress, localAddress: socket.localAddress ?? '' };
    if (authorization === undefined) return authenticator.authenticate(approach);
    const group = addressGroup(remoteAddress);
    const { allowed, retryAfterMs } = await limits.failedAuth.peek(group);
    if (!allowed && !rightLately.has(authorization)) {
      throw rateLimited('Too many requests with a wrong token came from this address.', retryAfterMs);
    }
    try {
      const caller = await authenticator.authenticate(approach);
      rightLately.add(authorization);
      return caller;
    } catch (error) {
      if (error instanceof AppError && error.code === 'unauthenticated') {
        rightLately.delete(authorization);
        await limits.failedAuth.consume(group);
      }
      throw error;
    }
  };
}

function loginOf(token: string | null): string | undefined {
  return token === null ? undefined : `Bearer ${token}`;
}

/** By hash: what lies in memory for long need not be a token. */
class RecentTokens {
  readonly #hashes = new Set<string>();

  has(header: string): boolean {
    return this.#hashes.has(hashOf(header));
  }

  add(header: string): void {
    const hash = hashOf(header);
    // A Set iterates in the order of insertion: the first was used the longest time ago.
    this.#hashes.delete(hash);
    this.#hashes.add(hash);
    const [oldest] = this.#hashes.size > MAX_REMEMBERED ? this.#hashes : [];
    if (oldest !== undefined) this.#hashes.delete(oldest);
  }

  delete(header: string): void {
    this.#hashes.delete(hashOf(header));
  }
}

function hashOf(header: string): string {
  return createHash('sha256').update(header).digest('base64');
}
