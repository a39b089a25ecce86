import { DpapiProtector } from './dpapi-protector.ts';

/** Encrypts small values by a key that the operating system keeps for this account. Throws where it can't. */
export interface SecretProtector {
  protect(value: Uint8Array): Buffer;
  unprotect(sealed: Uint8Array): Buffer;
}

/** What the system has; null: nothing, and rights on the file are all that protects a value. */
export function systemProtector(platform: NodeJS.Platform = process.platform): SecretProtector | null {
  return platform === 'win32' ? DpapiProtector.load() : null;
}
