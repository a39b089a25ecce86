import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { guardedLookup, isAllowedAddress } from '../../../main/infra/execution/address-policy.ts';
import type { AddressPolicy } from '../../../main/infra/execution/address-policy.ts';
import { ExecutionFailure } from '../../../main/infra/execution/outcomes.ts';

const OPEN: AddressPolicy = { privateAddresses: 'allow', linkLocal: 'deny' };
const STRICT: AddressPolicy = { privateAddresses: 'deny', linkLocal: 'deny' };

const PRIVATE = [
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '100.64.0.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
  '::7f00:1',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  'fc00::1',
  'fd12:3456::1',
  'fec0::1',
  'ff02::1',
];
const LINK_LOCAL = [
  '169.254.169.254',
  '::ffff:169.254.169.254',
  '::ffff:a9fe:a9fe',
  'fe80::1',
  'fe80::1%eth0',
  'fd00:ec2::254',
];
const PUBLIC = ['8.8.8.8', '172.32.0.1', '172.15.0.1', '1.1.1.1', '2606:4700::1111', '::ffff:8.8.8.8', '192.169.0.1'];

describe('addresses', () => {
  test.each(PRIVATE)('%s is private', (address) => {
    expect([isAllowedAddress(address, OPEN), isAllowedAddress(address, STRICT)]).toEqual([true, false]);
  });
  test.each(LINK_LOCAL)('%s is link-local, denied unless that is allowed', (address) => {
    expect([isAllowedAddress(address, OPEN), isAllowedAddress(address, STRICT)]).toEqual([false, false]);
    expect(isAllowedAddress(address, { privateAddresses: 'deny', linkLocal: 'allow' })).toBe(true);
  });
  test.each(PUBLIC)('%s is public', (address) => {
    expect([isAllowedAddress(address, OPEN), isAllowedAddress(address, STRICT)]).toEqual([true, true]);
  });
  test.each(['', 'localhost', '127.1', '0x7f.0.0.1', '300.1.1.1'])('%j is no address and never allowed', (address) => {
    expect(isAllowedAddress(address, OPEN)).toBe(false);
  });
});

describe('the look-up', () => {
  const look = (found: LookupAddress[], all: boolean, policy = STRICT) =>
    new Promise<unknown>((resolve) => {
      const lookup = guardedLookup(policy, (_host, options, callback) => {
        expect(options.all).toBe(true);
        callback(null, found);
      });
      lookup('name.example', { all }, (error, addresses, family) => resolve(error ?? [addresses, family]));
    });
  const mixed = [
    { address: '10.0.0.1', family: 4 },
    { address: '8.8.8.8', family: 4 },
    { address: '::1', family: 6 },
  ];

  test('gives only what is allowed, in either form', async () => {
    expect(await look(mixed, true)).toEqual([[{ address: '8.8.8.8', family: 4 }], undefined]);
    expect(await look(mixed, false)).toEqual(['8.8.8.8', 4]);
    expect(await look(mixed, true, OPEN)).toEqual([mixed, undefined]);
  });

  test('a name that has none that is allowed is refused; so is one with none at all', async () => {
    const error = await look([{ address: '127.0.0.1', family: 4 }], true);
    expect(error).toBeInstanceOf(ExecutionFailure);
    expect(error).toMatchObject({ code: 'refused', retryable: false });
    expect(await look([], true)).toBeInstanceOf(Error);
  });
});
