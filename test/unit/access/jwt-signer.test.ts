import { createHmac, generateKeyPairSync, randomBytes } from 'node:crypto';
import { SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import type { SessionClaims } from '../../../main/app/access/ports.ts';
import { JwtSigner } from '../../../main/infra/access/jwt-signer.ts';

const SECRET = randomBytes(32);
const NOW = new Date('2026-01-15T12:00:00Z');
const SECOND_MS = 1000;
const CLAIMS: SessionClaims = {
  tokenId: '0197a9a8-0000-4000-8000-000000000001',
  userId: '0197a9a8-0000-4000-8000-000000000002',
  role: 'operator',
  tokenVersion: 3,
  issuedAt: NOW,
  expiresAt: new Date(NOW.getTime() + 60 * SECOND_MS),
};

let signer: JwtSigner;
beforeAll(async () => {
  signer = await JwtSigner.create(SECRET);
});

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A token with any header and payload, under our own key. */
function forge(header: Record<string, unknown>, payload: Record<string, unknown>, key: Buffer = SECRET): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

const HEADER = { alg: 'HS256', typ: 'JWT' };
const PAYLOAD = {
  iss: 'guardit',
  aud: 'guardit-api',
  sub: CLAIMS.userId,
  jti: CLAIMS.tokenId,
  role: 'operator',
  ver: 3,
  iat: NOW.getTime() / 1000,
  exp: NOW.getTime() / 1000 + 60,
};

async function kindOf(token: string, now = NOW): Promise<string> {
  return (await signer.verify(token, now)).kind;
}

test('a token says what was signed', async () => {
  expect(await signer.verify(await signer.sign(CLAIMS), NOW)).toEqual({ kind: 'valid', claims: CLAIMS });
  expect(await kindOf(forge(HEADER, PAYLOAD))).toBe('valid');
});

test('it ends at its second', async () => {
  const token = await signer.sign(CLAIMS);
  expect(await kindOf(token, new Date(CLAIMS.expiresAt.getTime() - SECOND_MS))).toBe('valid');
  expect(await kindOf(token, CLAIMS.expiresAt)).toBe('expired');
  const tampered = forge(HEADER, PAYLOAD, randomBytes(32));
  expect(await kindOf(tampered, CLAIMS.expiresAt)).toBe('invalid');
});

describe('what is refused', () => {
  test('every change of a character', async () => {
    const token = await signer.sign(CLAIMS);
    for (let at = 0; at < token.length; at++) {
      // The last character of the signature has two bits that mean nothing; base64url may ignore them.
      if (at === token.length - 1) continue;
      const other = token[at] === 'A' ? 'B' : 'A';
      expect(await kindOf(token.slice(0, at) + other + token.slice(at + 1)), `at ${at}`).toBe('invalid');
    }
  });

  test.each(['none', 'None', 'NONE', 'nOnE', '', 'HS512', 'hs256', 'RS256', 'ES256', 'PS256', 'EdDSA'])(
    'an algorithm called %j',
    async (alg) => {
      expect(await kindOf(`${encode({ alg, typ: 'JWT' })}.${encode(PAYLOAD)}.`)).toBe('invalid');
      expect(await kindOf(forge({ alg, typ: 'JWT' }, PAYLOAD))).toBe('invalid');
    },
  );

  test('another kind of key, also one that the token brings along', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const jwk = publicKey.export({ format: 'jwk' });
    const header = { alg: 'RS256', typ: 'JWT', jwk: { kty: 'RSA', n: jwk.n ?? '', e: jwk.e ?? '' } };
    expect(await kindOf(await new SignJWT(PAYLOAD).setProtectedHeader(header).sign(privateKey))).toBe('invalid');
    const own = randomBytes(32);
    const k = own.toString('base64url');
    expect(await kindOf(forge({ ...HEADER, jwk: { kty: 'oct', k } }, PAYLOAD, own))).toBe('invalid');
    expect(await kindOf(forge({ ...HEADER, kid: '../../dev/null' }, PAYLOAD, Buffer.alloc(0)))).toBe('invalid');
    const pem = Buffer.from(publicKey.export({ format: 'pem', type: 'spki' }));
    expect(await kindOf(forge(HEADER, PAYLOAD, pem))).toBe('invalid');
  });

  test.each<[string, Record<string, unknown>]>([
    ['another issuer', { iss: 'somebody' }],
    ['no issuer', { iss: undefined }],
    ['another audience', { aud: 'elsewhere' }],
    ['no audience', { aud: undefined }],
    ['no end', { exp: undefined }],
    ['an end that is no number', { exp: '9999999999' }],
    ['no beginning', { iat: undefined }],
    ['a beginning in the future', { iat: PAYLOAD.iat + 30 }],
    ['not yet', { nbf: PAYLOAD.iat + 30 }],
    ['no id', { jti: undefined }],
    ['an id that is none', { jti: '*' }],
    ['no user', { sub: undefined }],
    ['an unknown role', { role: 'root' }],
    ["the agent's role", { role: 'agent' }],
    ['a list of roles', { role: ['admin'] }],
    ['no version', { ver: undefined }],
    ['a version of text', { ver: '3' }],
  ])('%s', async (_name, change) => {
    expect(await kindOf(forge(HEADER, { ...PAYLOAD, ...change }))).toBe('invalid');
  });

  test.each<[string, Record<string, unknown>]>([
    ['an unknown critical extension', { ...HEADER, crit: ['x'], x: 1 }],
    ['an unencoded payload', { ...HEADER, crit: ['b64'], b64: false }],
    ['another type', { ...HEADER, typ: 'at+jwt' }],
    ['no type', { alg: 'HS256' }],
  ])('a header with %s', async (_name, header) => expect(await kindOf(forge(header, PAYLOAD))).toBe('invalid'));

  test.each(['', 'a', '..', 'a.b.c', '....', `${encode(HEADER)}..`, 'é.é.é'])('%j', async (text) => {
    expect(await kindOf(text)).toBe('invalid');
  });
});

test('a key of another length is refused', async () => {
  await expect(JwtSigner.create(randomBytes(16))).rejects.toThrow('16 bytes');
});
