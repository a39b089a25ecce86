import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openAccess } from '../../../main/host/access.ts';
import type { PasswordHasher } from '../../../main/app/access/ports.ts';
import { addUser, logIn, PASSWORD, quickHasher, startAccessApi, type AccessApi } from '../../support/access-api.ts';

let api: AccessApi;
let userId: string;
let token: string;
beforeEach(async () => {
  api = await startAccessApi();
  userId = await addUser(api, 'anna', { role: 'viewer' });
  token = await logIn(api, 'anna');
});

type Json = Record<string, unknown>;

function decode(part: string | undefined): Json {
  return JSON.parse(Buffer.from(part ?? '', 'base64url').toString()) as Json;
}

function encode(value: Json): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** Anna's token with other claims or another header, signed with our own key unless another is given. */
function forged(claims: Json, header: Json = {}, key = readFileSync(join(api.folder, 'secrets', 'jwt.key'))): string {
  const [head, payload] = token.split('.');
  const signed = `${encode({ ...decode(head), ...header })}.${encode({ ...decode(payload), ...claims })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

async function statusOf(as: string): Promise<number> {
  return (await api.request('GET', '/api/auth/me', { as })).status;
}

describe('the token of a login', () => {
  test('is good as it was given, and so is one that says the same', async () => {
    expect(await statusOf(token)).toBe(200);
    expect(await statusOf(forged({}))).toBe(200);
  });

  test('holds nothing but ids, role and times', () => {
    expect(decode(token.split('.')[1])).toEqual({
      iss: 'guardit',
      aud: 'guardit-api',
      sub: userId,
      jti: expect.any(String),
      role: 'viewer',
      ver: 1,
      iat: 1768478400,
      exp: 1768478400 + 12 * 3600,
    });
  });

  test.each<[string, Json]>([
    ['a higher role', { role: 'admin' }],
    ['another version', { ver: 2 }],
    ['a user who does not exist', { sub: '0197a9a8-0000-4000-8000-000000000002' }],
    ['another issuer', { iss: 'guardit.example' }],
    ['an end in the past', { exp: 1768478400 - 1 }],
    ['no end', { exp: undefined }],
    ['a beginning in the future', { iat: 1768478400 + 3600 }],
  ])('is no good with %s, even under our own key', async (_name, claims) => {
    expect(await statusOf(forged(claims))).toBe(401);
  });

  test('is no good without our key', async () => {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const none = encode({ alg: 'none', typ: 'JWT' });
    for (const bad of [
      forged({}, {}, randomBytes(32)),
      forged({}, {}, Buffer.alloc(32)),
      forged({}, { alg: 'none' }),
      forged({}, { alg: 'RS256' }),
      `${none}.${payload}.`,
      `${none}.${payload}.${signature}`,
      `${head}.${encode({ ...decode(payload), role: 'admin' })}.${signature}`,
      `${head}.${payload}.`,
      `${head}.${payload}`,
      `${head}.${payload}.${signature}.x`,
      `${head}.${payload}.${signature.slice(1)}`,
      `gk_${token}`,
    ]) {
      expect(await statusOf(bad), bad).toBe(401);
    }
  });

  test('outlives a restart, but not the loss of its key', async () => {
    const { catalog, clock, folder } = api;
    const approach = { headers: {}, socket: { remoteAddress: '10.0.0.1', localAddress: '10.0.0.2' } };
    const openAgain = (secrets: string) =>
      openAccess({
        tokensFolder: join(folder, 'tokens'),
        secretsFolder: join(folder, secrets),
        catalog,
        clock,
        host: '127.0.0.1',
        allowedHosts: [],
        loopbackReporting: 'open',
        port: () => 0,
      });
    const request = { ...approach, headers: { authorization: `Bearer ${token}` } };
    const authenticate = async (secrets: string) => {
      // What the gate reads of a request; a real one needs a connection from elsewhere.
      const { gates } = await openAgain(secrets);
      return gates.authenticate(request as unknown as Parameters<typeof gates.authenticate>[0]);
    };
    expect(await authenticate('secrets')).toMatchObject({ kind: 'user', id: userId, address: '10.0.0.1' });
    await expect(authenticate('other-secrets')).rejects.toMatchObject({ code: 'unauthenticated' });
  });
});

/** Lets something happen between the look at the password and the login. */
class InterruptedHasher implements PasswordHasher {
  readonly #inner = quickHasher();
  meanwhile: () => Promise<unknown> = async () => undefined;
  hash(password: string): Promise<string> {
    return this.#inner.hash(password);
  }
  async verify(password: string, hash: string): Promise<boolean> {
    await this.meanwhile();
    return this.#inner.verify(password, hash);
  }
  verifyNobody(password: string): Promise<boolean> {
    return this.#inner.verifyNobody(password);
  }
}

test('a user who is disabled while the password is checked does not get in', async () => {
  const hasher = new InterruptedHasher();
  const other = await startAccessApi({ hasher });
  const id = await addUser(other, 'anna');
  hasher.meanwhile = () =>
    other.request('PUT', `/api/auth/users/${id}`, { as: other.adminToken, body: { disabled: true } });
  const answer = await other.request('POST', '/api/auth/login', { body: { username: 'anna', password: PASSWORD } });
  expect(answer.status).toBe(401);
});

test('a password is not changed over a change by an admin', async () => {
  const hasher = new InterruptedHasher();
  const other = await startAccessApi({ hasher });
  const id = await addUser(other, 'anna');
  const as = await logIn(other, 'anna');
  hasher.meanwhile = async () => {
    hasher.meanwhile = async () => undefined;
    await other.request('PUT', `/api/auth/users/${id}`, { as: other.adminToken, body: { role: 'reporter' } });
  };
  const body = { currentPassword: PASSWORD, newPassword: 'another password' };
  expect((await other.request('PUT', '/api/auth/me/password', { as, body })).status).toBe(409);
  await logIn(other, 'anna');
});
