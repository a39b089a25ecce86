import { describe, expect, test } from 'vitest';
import { addressGroup, isLoopbackAddress } from '../../../main/app/access/address.ts';

describe('loopback', () => {
  test.each([
    '127.0.0.1',
    '127.255.3.4',
    '::1',
    '::ffff:127.0.0.1',
    '::FFFF:127.9.9.9',
    '::ffff:7f00:1',
    '0:0:0:0:0:0:0:1',
  ])('%s is', (address) => expect(isLoopbackAddress(address)).toBe(true));

  test.each([
    '',
    'localhost',
    '0.0.0.0',
    '::',
    '128.0.0.1',
    '10.127.0.1',
    '::2',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '1::1',
    '127.0.0.1.example',
    '127.1',
    '64:ff9b::127.0.0.1',
  ])('%s is not', (address) => expect(isLoopbackAddress(address)).toBe(false));
});

describe('the group that a limit is for', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['127.0.0.9', 'loopback'],
    ['::1', 'loopback'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('%s -> %s', (address, group) => expect(addressGroup(address)).toBe(group));
});
