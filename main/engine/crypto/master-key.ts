import { randomBytes } from 'node:crypto';
import { EngineError } from '../base/errors.ts';

export const ENCRYPT_KEY_BYTES = 32;
export const MAC_KEY_BYTES = 16;

/**
 * The three keys that seal everything in a repository (repository-format, section 3). The key that a password derives has
 * the same shape. It may be posted to a worker: a structured clone turns the Buffers into Uint8Arrays, which all users accept.
 */
export interface MasterKey {
  /** AES-256 key, 32 bytes. */
  readonly encrypt: Buffer;
  /** AES-128 key of the Poly1305-AES MAC, 16 bytes. */
  readonly macK: Buffer;
  /** Poly1305 `r`, 16 bytes. It may be stored unclamped, so it is clamped wherever it is used. */
  readonly macR: Buffer;
}

export function generateMasterKey(): MasterKey {
  return {
    encrypt: randomBytes(ENCRYPT_KEY_BYTES),
    macK: randomBytes(MAC_KEY_BYTES),
    // restic 0.14 stores r clamped; newer versions accept both.
    macR: clampR(randomBytes(MAC_KEY_BYTES)),
  };
}

/** Clears in place the 22 bits that Poly1305 does not allow in `r`, and returns the same bytes. */
export function clampR<Bytes extends Uint8Array>(r: Bytes): Bytes {
  for (const index of [3, 7, 11, 15]) r[index] = (r[index] ?? 0) & 0x0f;
  for (const index of [4, 8, 12]) r[index] = (r[index] ?? 0) & 0xfc;
  return r;
}

/** Throws `corrupt` for a key of wrong length or of zeros only, which restic refuses as well. */
export function assertValidMasterKey(key: MasterKey): void {
  assertKeyPart(key.encrypt, ENCRYPT_KEY_BYTES, 'encryption key');
  assertKeyPart(key.macK, MAC_KEY_BYTES, 'MAC key k');
  assertKeyPart(key.macR, MAC_KEY_BYTES, 'MAC key r');
}

function assertKeyPart(bytes: Uint8Array, expectedBytes: number, what: string): void {
  if (bytes.length !== expectedBytes) {
    throw new EngineError('corrupt', `Master key: the ${what} has ${bytes.length} bytes instead of ${expectedBytes}.`);
  }
  if (isAllZero(bytes)) throw new EngineError('corrupt', `Master key: the ${what} consists of zeros only.`);
}

export function isAllZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
