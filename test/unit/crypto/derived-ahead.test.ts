import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { deriveAhead, deriveKey, SALT_BYTES, TEST_SCRYPT } from '../../../main/engine/crypto/scrypt.ts';

const password = Buffer.from('secret');

it('a key derived ahead is the key of its password, salt and costs, and of no others', async () => {
  const salt = randomBytes(SALT_BYTES);
  const expected = await deriveKey('secret', salt, TEST_SCRYPT);
  deriveAhead(password, salt, TEST_SCRYPT);
  const otherSalt = randomBytes(SALT_BYTES);
  const others = [
    await deriveKey('Secret', salt, TEST_SCRYPT),
    await deriveKey('secret', otherSalt, TEST_SCRYPT),
    await deriveKey('secret', salt, { ...TEST_SCRYPT, p: 2 }),
  ];
  for (const { encrypt } of others) expect(encrypt.equals(expected.encrypt)).toBe(false);
  expect((await deriveKey('secret', salt, TEST_SCRYPT)).encrypt.equals(expected.encrypt)).toBe(true);
});

it('a key derived ahead is given out once: whoever gets it may wipe it', async () => {
  const salt = randomBytes(SALT_BYTES);
  const expected = await deriveKey('secret', salt, TEST_SCRYPT);
  deriveAhead(password, salt, TEST_SCRYPT);
  const first = await deriveKey('secret', salt, TEST_SCRYPT);
  first.encrypt.fill(0);
  expect((await deriveKey('secret', salt, TEST_SCRYPT)).encrypt.equals(expected.encrypt)).toBe(true);
});

it('unusable costs and unusual ones are nothing to begin with', async () => {
  const salt = randomBytes(SALT_BYTES);
  for (const params of [
    { N: 3, r: 8, p: 1 },
    { N: 2 ** 20, r: 8, p: 1 },
    { N: NaN, r: 8, p: 1 },
  ]) {
    expect(() => deriveAhead(password, salt, params)).not.toThrow();
  }
  expect((await deriveKey('secret', salt, TEST_SCRYPT)).encrypt).toHaveLength(32);
});
