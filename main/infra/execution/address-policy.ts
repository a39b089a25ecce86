import { lookup } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { ExecutionFailure } from './outcomes.ts';

export type AddressRule = 'allow' | 'deny';

export interface AddressPolicy {
  /** This machine, private and reserved networks. */
  readonly privateAddresses: AddressRule;
  /** Link-local ones: there a cloud machine's metadata, with its credentials, is served (169.254.169.254). */
  readonly linkLocal: AddressRule;
}

/** IANA's special-purpose registries, and IPv6 forms that carry an IPv4 address which another machine takes out again. */
const PRIVATE = blockList(
  ['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '172.16.0.0/12', '192.0.0.0/24', '192.168.0.0/16'],
  ['198.18.0.0/15', '224.0.0.0/4', '240.0.0.0/4'],
  // :: and ::1, IPv4-compatible; NAT64, Teredo, 6to4; unique local, site-local, multicast.
  ['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '2001::/32', '2002::/16', 'fc00::/7', 'fec0::/10', 'ff00::/8'],
);

/** AWS serves its metadata at an address of its own, too. */
const LINK_LOCAL = blockList(['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128']);

function blockList(...groups: readonly (readonly string[])[]): BlockList {
  const list = new BlockList();
  for (const subnet of groups.flat()) {
    const [network = '', prefix] = subnet.split('/');
    list.addSubnet(network, Number(prefix), network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** `address` is an IP address as Node gives it. IPv4-mapped IPv6 counts as the IPv4 address that it is. */
export function isAllowedAddress(address: string, policy: AddressPolicy): boolean {
  // fe80::1%eth0: the zone only says through which network card.
  const plain = address.split('%', 1)[0] ?? '';
  const family = isIP(plain);
  if (family === 0) return false;
  const kind = family === 6 ? 'ipv6' : 'ipv4';
  if (LINK_LOCAL.check(plain, kind)) return policy.linkLocal === 'allow';
  return policy.privateAddresses === 'allow' || !PRIVATE.check(plain, kind);
}

export function refusedAddress(host: string, address: string): ExecutionFailure {
  const what = host === address ? address : `${host} has the address ${address}, which`;
  const message = `${what} is a private or link-local address, and the policy denies those.`;
  return new ExecutionFailure('refused', message, false);
}

type LookupCallback = (error: Error | null, addresses: string | LookupAddress[], family?: number) => void;
type Resolve = (host: string, options: LookupOptions, callback: LookupCallback) => void;

/**
 * dns.lookup that gives only addresses which the policy allows. The connection goes to what this very look-up gave, so
 * a name that has another address a moment later (DNS rebinding) gains nothing.
 */
export function guardedLookup(policy: AddressPolicy, resolve: Resolve = lookup): Resolve {
  return (host, options, callback) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error || !Array.isArray(found)) {
        callback(error ?? new Error(`No address of ${host} was found.`), []);
        return;
      }
      const allowed = found.filter(({ address }) => isAllowedAddress(address, policy));
      const [first] = allowed;
      if (!first) callback(refusedAddress(host, found[0]?.address ?? 'none'), []);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}
