import { isIPv4, isIPv6 } from 'node:net';

/** 127.0.0.0/8, ::1, or the former as a dual-stack socket shows it. */
export function isLoopbackAddress(address: string): boolean {
  const plain = unmapped(address);
  return isIPv4(plain) ? plain.startsWith('127.') : plain === '::1';
}

/**
 * Whom a limit is for. A network of the size that one customer gets counts as one: IPv6's /64, from which anybody can take
 * addresses without end.
 */
export function addressGroup(address: string): string {
  const plain = unmapped(address);
  if (isLoopbackAddress(plain)) return 'loopback';
  if (!isIPv6(plain)) return plain;
  return `${groupsOf(plain).slice(0, 4).join(':')}::/64`;
}

/** `::ffff:10.0.0.1`, an IPv4 peer of a dual-stack socket, is `10.0.0.1`; `fe80::1%eth0` is `fe80::1`. */
function unmapped(address: string): string {
  const plain = address.toLowerCase().split('%', 1)[0] ?? '';
  if (!isIPv6(plain)) return plain;
  const groups = groupsOf(plain);
  const isMapped = groups.slice(0, 5).every((group) => group === '0') && groups[5] === 'ffff';
  if (!isMapped) return groups.slice(0, 7).every((group) => group === '0') && groups[7] === '1' ? '::1' : plain;
  const [high = 0, low = 0] = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight groups of a valid IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = withoutDots(address).split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => Number.parseInt(group, 16).toString(16));
}

/** The last four bytes may be written as IPv4: `::ffff:127.0.0.1`. */
function withoutDots(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a: string, b: string, c: string, d: string) => {
    const pair = (high: string, low: string) => (Number(high) * 256 + Number(low)).toString(16);
    return `${pair(a, b)}:${pair(c, d)}`;
  });
}
