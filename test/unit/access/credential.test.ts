import { describe, expect, test } from 'vitest';
import {
  FILE_TOKENS,
  matchesHash,
  hashSecret,
  newApiKey,
  parseAuthorization,
} from '../../../main/app/access/credential.ts';
import { RunTokens } from '../../../main/app/access/run-tokens.ts';

describe('the Authorization header', () => {
  test('tells the kinds of tokens apart by their form', () => {
    const { id, secret, key } = newApiKey();
    expect(parseAuthorization(`Bearer ${key}`)).toEqual({ kind: 'key', id, secret });
    expect(parseAuthorization(`bearer   ${FILE_TOKENS.create()} `)?.kind).toBe('file');
    expect(parseAuthorization(`BEARER ${new RunTokens().issue('t', 'r')}`)?.kind).toBe('run');
    expect(parseAuthorization('Bearer aa.bb.cc')).toEqual({ kind: 'session', token: 'aa.bb.cc' });
  });

  test.each([
    '',
    'Bearer',
    'Bearer ',
    'Basic YWRtaW46YWRtaW4=',
    'Bearer one two',
    'Bearer gk_short_short',
    `Bearer gk_${'0'.repeat(24)}_${'a'.repeat(44)}`,
    `Bearer gf_${'a'.repeat(42)}`,
    'Bearer a.b',
    'Bearer a.b.c.d.e',
    'Bearer a.b.',
    `Bearer a.b.${'c'.repeat(3_000)}`,
    "Bearer x' OR '1'='1",
  ])('%s is no token', (header) => expect(parseAuthorization(header)).toBeNull());

  test('a secret with underscores is parsed to its end', () => {
    const secret = `${'_'.repeat(20)}-${'_'.repeat(22)}`;
    expect(parseAuthorization(`Bearer gk_${'a'.repeat(24)}_${secret}`)).toMatchObject({ kind: 'key', secret });
  });
});

test('a hash matches its own secret only', () => {
  const hash = hashSecret('one');
  expect(matchesHash('one', hash)).toBe(true);
  expect(matchesHash('two', hash)).toBe(false);
  expect(matchesHash('one', hash.subarray(0, 31))).toBe(false);
});

describe('tokens of runs', () => {
  test('speak for their run until it ends', () => {
    const tokens = new RunTokens();
    const token = tokens.issue('prod-01-db', 'run-1');
    expect(tokens.find(token)).toEqual({ taskId: 'prod-01-db', runId: 'run-1' });
    expect(tokens.find(`${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)).toBeNull();
    tokens.revoke('run-1');
    tokens.revoke('run-1');
    expect(tokens.find(token)).toBeNull();
  });

  test('a second token of a run replaces the first', () => {
    const tokens = new RunTokens();
    const first = tokens.issue('t', 'run-1');
    const second = tokens.issue('t', 'run-1');
    expect(tokens.find(first)).toBeNull();
    expect(tokens.find(second)).not.toBeNull();
    tokens.revoke('run-1');
    expect(tokens.find(second)).toBeNull();
  });
});
