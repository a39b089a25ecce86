import type { SecretProtector } from './secret-protector.ts';

/** Begins a file whose value the system has encrypted. No text begins with a zero. */
const SEALED = Buffer.from('\0guardit-sealed-1\0', 'latin1');

/** What is written for a value. */
export function sealValue(value: Uint8Array, protector: SecretProtector | null): Buffer {
  return protector ? Buffer.concat([SEALED, protector.protect(value)]) : Buffer.from(value);
}

/** The value of a file; one that somebody put there by hand is not sealed. Throws where the system does not open it. */
export function openValue(content: Buffer, protector: SecretProtector | null): Buffer {
  if (!content.subarray(0, SEALED.length).equals(SEALED)) return content;
  if (!protector) throw new Error('it was encrypted by the protection of another operating system');
  return protector.unprotect(content.subarray(SEALED.length));
}

/** How much longer a sealed file may be than its value. */
export const MOST_SEALING_BYTES = 4096;
