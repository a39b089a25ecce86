import { describe, expect, test } from 'vitest';
import { Authenticator, type Approach } from '../../../main/app/access/authenticator.ts';
import { KeyUse } from '../../../main/app/access/key-use.ts';
import type { TokenSigner } from '../../../main/app/access/ports.ts';
import { RunTokens } from '../../../main/app/access/run-tokens.ts';
import { openTestCatalog, StoppedClock } from '../../support/catalogs.ts';

const noSigner: TokenSigner = {
  sign: async () => '',
  verify: async () => ({ kind: 'invalid' }),
};

async function ask(approach: Partial<Approach>, loopbackReporting: 'open' | 'token' = 'open') {
  const catalog = await openTestCatalog();
  const authenticator = new Authenticator({
    catalog,
    clock: new StoppedClock(),
    signer: noSigner,
    tokens: { admin: 'a', reporter: 'b' },
    runTokens: new RunTokens(),
    keyUse: new KeyUse(catalog),
    loopbackReporting,
  });
  return authenticator.authenticate({
    headers: {},
    remoteAddress: '127.0.0.1',
    localAddress: '127.0.0.1',
    ...approach,
  });
}

describe('who comes without a token', () => {
  test.each<Partial<Approach>>([
    { remoteAddress: '127.0.0.1', localAddress: '127.0.0.1' },
    { remoteAddress: '127.0.0.1', localAddress: '127.4.4.4' },
    { remoteAddress: '::1', localAddress: '::1' },
    { remoteAddress: '::ffff:127.0.0.1', localAddress: '::ffff:127.0.0.1' },
  ])('is a local reporter: %j', async (approach) => {
    expect(await ask(approach)).toMatchObject({ kind: 'loopback', role: 'reporter', tenantId: null });
    expect(await ask(approach, 'token')).toBeNull();
  });

  test.each<Partial<Approach>>([
    { remoteAddress: '10.0.0.1', localAddress: '10.0.0.2' },
    { remoteAddress: '192.168.1.4', localAddress: '192.168.1.4' },
    { remoteAddress: '127.0.0.1', localAddress: '192.168.1.4' },
    { remoteAddress: '192.168.1.4', localAddress: '127.0.0.1' },
    { remoteAddress: '::ffff:10.0.0.1', localAddress: '::ffff:10.0.0.2' },
    { remoteAddress: 'fe80::1%eth0', localAddress: 'fe80::2' },
    { remoteAddress: '', localAddress: '' },
    { headers: { 'x-forwarded-for': '127.0.0.1' } },
    { headers: { forwarded: 'for=127.0.0.1' } },
  ])('is nobody: %j', async (approach) => expect(await ask(approach)).toBeNull());

  test('is not who comes with a bad one', async () => {
    for (const authorization of ['Bearer nonsense', '', 'Bearer gf_x', ['Bearer a', 'Bearer b']]) {
      await expect(ask({ headers: { authorization } })).rejects.toMatchObject({ code: 'unauthenticated' });
    }
  });
});
