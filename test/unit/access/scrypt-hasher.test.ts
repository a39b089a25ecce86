import { scryptSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../main/app/errors/app-error.ts';
import { ScryptHasher } from '../../../main/infra/access/scrypt-hasher.ts';

const quick = () => new ScryptHasher({ N: 1024, r: 8, p: 1 });

describe('hashes of passwords', () => {
  test('are salted, and fit their own password only', async () => {
    const hasher = quick();
    const [first, second] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')];
    expect(first).not.toBe(second);
    expect(await hasher.verify('correct horse', first)).toBe(true);
    expect(await hasher.verify('correct horse', second)).toBe(true);
    expect(await hasher.verify('Correct horse', first)).toBe(false);
    expect(await hasher.verify('', first)).toBe(false);
  });

  test('are scrypt, with the parameters that stand in them', async () => {
    const stored = await quick().hash('pässword');
    const [, , cost, salt = '', hash = ''] = stored.split('$');
    expect(cost).toBe('N=1024,r=8,p=1');
    const expected = scryptSync('pässword', Buffer.from(salt, 'base64url'), 32, { N: 1024, r: 8, p: 1 });
    expect(hash).toBe(expected.toString('base64url'));
    expect(await new ScryptHasher({ N: 2048, r: 8, p: 1 }).verify('pässword', stored)).toBe(true);
  });

  test('cost 32 MiB unless said', async () => {
    expect(await new ScryptHasher().hash('x')).toContain('$N=32768,r=8,p=1$');
  });

  test('of a form that nobody knows are an error, not a wrong password', async () => {
    await expect(quick().verify('x', 'plain text')).rejects.toThrow('form');
  });
});

test('nobody has no password', async () => {
  expect(await quick().verifyNobody('')).toBe(false);
});

test('a flood is sent away instead of queueing for ever', async () => {
  const hasher = quick();
  const results = await Promise.allSettled(Array.from({ length: 100 }, () => hasher.hash('x')));
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(100 - 32);
  for (const { reason } of refused) expect(reason).toBeInstanceOf(AppError);
  expect(await hasher.verify('x', await hasher.hash('x'))).toBe(true);
});
