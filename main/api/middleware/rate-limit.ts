import type { IncomingMessage } from 'node:http';
import { addressGroup } from '../../app/access/address.ts';
import type { Caller } from '../../app/access/caller.ts';
import { spend } from '../../app/access/limits.ts';
import type { RateLimits } from '../../app/access/ports.ts';

const MESSAGE = 'Too many requests. Wait a while.';

/** One budget for each token; one for all local programs without; one for each address where nobody is known. */
export function createRateLimit(
  limits: Pick<RateLimits, 'caller' | 'loopback' | 'anonymous'>,
): (request: IncomingMessage, caller: Caller | null) => Promise<void> {
  return async ({ socket }, caller) => {
    if (caller?.kind === 'loopback') await spend(limits.loopback, 'loopback', MESSAGE);
    else if (caller) await spend(limits.caller, `${caller.kind}:${caller.id}`, MESSAGE);
    else await spend(limits.anonymous, addressGroup(socket.remoteAddress ?? ''), MESSAGE);
  };
}
