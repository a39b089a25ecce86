import { isIP } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { guardedLookup, isAllowedAddress, refusedAddress } from './address-policy.ts';
import type { AddressPolicy } from './address-policy.ts';
import { ExecutionFailure } from './outcomes.ts';

/**
 * An HTTP client for one execution that connects only where the policy allows. Checked three times: an address that
 * stands in the URL itself is never looked up; a name's addresses are filtered; and whatever the connection was made to
 * is looked at again. Destroy it at the end.
 */
export function guardedAgent(policy: AddressPolicy, connectTimeoutMs: number): Agent {
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: guardedLookup(policy) });
  return new Agent({
    // The caller's own time limit covers everything.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !isAllowedAddress(host, policy)) {
        callback(refusedAddress(host, host), null);
        return;
      }
      connect(options, (error, socket) => {
        if (error) {
          callback(error, null);
          return;
        }
        const address = socket.remoteAddress;
        if (address !== undefined && isAllowedAddress(address, policy)) {
          callback(null, socket);
          return;
        }
        socket.destroy();
        const gone = new ExecutionFailure('connect_failed', `${host} closed the connection at once.`, true);
        callback(address === undefined ? gone : refusedAddress(host, address), null);
      });
    },
  });
}
