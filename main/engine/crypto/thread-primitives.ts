import { loadOpenSslPrimitives } from './openssl-primitives.ts';
import { PortablePrimitives } from './portable-primitives.ts';
import type { CryptoPrimitives } from './primitives.ts';

let ours: CryptoPrimitives | undefined;

/** This thread's: OpenSSL's own functions where they can be called directly, else Node's cipher objects and libsodium. */
export function threadPrimitives(): CryptoPrimitives {
  ours ??= loadOpenSslPrimitives() ?? new PortablePrimitives();
  return ours;
}
