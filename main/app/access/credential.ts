import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { TokenForm } from './ports.ts';

/** What stands behind `Authorization: Bearer`, by its form alone: nothing of it is proved yet. */
export type Credential =
  | { readonly kind: 'key'; readonly id: string; readonly secret: string }
  | { readonly kind: 'file'; readonly token: string }
  | { readonly kind: 'run'; readonly token: string }
  | { readonly kind: 'session'; readonly token: string };

/** Ours are a few hundred characters long; more is not worth a look. */
const MAX_HEADER_LENGTH = 2_048;
/** 256 random bits as base64url. */
const SECRET = '[A-Za-z0-9_-]{43}';
const KEY = new RegExp(`^gk_([0-9a-f]{24})_(${SECRET})$`);
const FILE = new RegExp(`^gf_${SECRET}$`);
const RUN = new RegExp(`^gr_${SECRET}$`);
const SESSION = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

/** Null for anything that can't be a token of ours. */
export function parseAuthorization(header: string): Credential | null {
  if (header.length > MAX_HEADER_LENGTH) return null;
  const token = /^bearer +(\S+)$/i.exec(header.trim())?.[1];
  if (token === undefined) return null;
  const [, id, secret] = KEY.exec(token) ?? [];
  if (id !== undefined && secret !== undefined) return { kind: 'key', id, secret };
  if (FILE.test(token)) return { kind: 'file', token };
  if (RUN.test(token)) return { kind: 'run', token };
  return SESSION.test(token) ? { kind: 'session', token } : null;
}

/** A new API key: `gk_<id>_<secret>`. */
export function newApiKey(): { id: string; secret: string; key: string } {
  const id = randomBytes(12).toString('hex');
  const secret = randomSecret();
  return { id, secret, key: `gk_${id}_${secret}` };
}

/** What the files of the data folder hold. */
export const FILE_TOKENS: TokenForm = {
  create: () => `gf_${randomSecret()}`,
  isValid: (text) => FILE.test(text),
};

export function newRunToken(): string {
  return `gr_${randomSecret()}`;
}

/** SHA-256 of a secret of 256 random bits: nothing to guess, so nothing to slow down. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** In time that says nothing about where they differ. */
export function matchesHash(secret: string, hash: Uint8Array): boolean {
  const given = hashSecret(secret);
  return given.length === hash.length && timingSafeEqual(given, hash);
}

function randomSecret(): string {
  return randomBytes(32).toString('base64url');
}
