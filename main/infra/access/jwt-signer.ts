import { webcrypto } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { UserRole } from '../../../contracts/access.ts';
import type { SessionClaims, TokenSigner, TokenVerdict } from '../../app/access/ports.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'guardit';
const AUDIENCE = 'guardit-api';
/** For the rounding to seconds; signer and verifier share one clock. */
const TOLERANCE_S = 1;

const Claims = z.object({
  jti: z.uuid(),
  sub: z.uuid(),
  role: UserRole,
  ver: z.int().positive(),
  iat: z.int(),
  exp: z.int(),
});

/** JSON web tokens under one secret key of this installation, by jose. One algorithm, whatever a token says of itself. */
export class JwtSigner implements TokenSigner {
  readonly #key: webcrypto.CryptoKey;

  private constructor(key: webcrypto.CryptoKey) {
    this.#key = key;
  }

  /** `secret`: 32 random bytes. */
  static async create(secret: Uint8Array): Promise<JwtSigner> {
    if (secret.length !== 32) throw new Error(`The key for logins has ${secret.length} bytes instead of 32.`);
    const algorithm = { name: 'HMAC', hash: 'SHA-256' };
    return new JwtSigner(await webcrypto.subtle.importKey('raw', secret, algorithm, false, ['sign', 'verify']));
  }

  async sign({ tokenId, userId, role, tokenVersion, issuedAt, expiresAt }: SessionClaims): Promise<string> {
    return new SignJWT({ role, ver: tokenVersion })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
      .setIssuer(ISSUER)
      .setAudience(AUDIENCE)
      .setSubject(userId)
      .setJti(tokenId)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(this.#key);
  }

  async verify(token: string, now: Date): Promise<TokenVerdict> {
    try {
      const { payload } = await jwtVerify(token, this.#key, {
        algorithms: [ALGORITHM],
        issuer: ISSUER,
        audience: AUDIENCE,
        typ: 'JWT',
        currentDate: now,
        requiredClaims: ['jti', 'sub', 'iat', 'exp'],
      });
      const claims = Claims.safeParse(payload);
      if (!claims.success || claims.data.iat > now.getTime() / 1000 + TOLERANCE_S) return { kind: 'invalid' };
      const { jti: tokenId, sub: userId, role, ver: tokenVersion, iat, exp } = claims.data;
      const [issuedAt, expiresAt] = [new Date(iat * 1000), new Date(exp * 1000)];
      return { kind: 'valid', claims: { tokenId, userId, role, tokenVersion, issuedAt, expiresAt } };
    } catch (error) {
      // jose looks at the signature first: what it calls expired was ours.
      if (error instanceof errors.JWTExpired) return { kind: 'expired' };
      if (error instanceof errors.JOSEError) return { kind: 'invalid' };
      throw error;
    }
  }
}
