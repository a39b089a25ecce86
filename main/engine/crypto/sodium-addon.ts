import { createRequire } from 'node:module';
import { openPrebuiltAddon } from '../base/native/prebuilt-addon.ts';

/** What we use of libsodium. The addon itself checks no lengths: callers do. */
export interface SodiumAddon {
  readonly crypto_onetimeauth_STATEBYTES: number;
  crypto_onetimeauth(out: Uint8Array, message: Uint8Array, key: Uint8Array): unknown;
  crypto_onetimeauth_verify(tag: Uint8Array, message: Uint8Array, key: Uint8Array): boolean;
  crypto_onetimeauth_init(state: Uint8Array, key: Uint8Array): unknown;
  crypto_onetimeauth_update(state: Uint8Array, message: Uint8Array): unknown;
  crypto_onetimeauth_final(state: Uint8Array, out: Uint8Array): unknown;
}

const PACKAGE = 'sodium-native';

/** Throws where the package does not support this system. */
export function loadSodiumAddon(): SodiumAddon {
  const addon = openPrebuiltAddon(PACKAGE, `prebuilds/${process.platform}-${process.arch}/${PACKAGE}.node`);
  if (isSodium(addon)) return addon;
  const whole: unknown = createRequire(import.meta.url)(PACKAGE);
  if (isSodium(whole)) return whole;
  throw new TypeError(`${PACKAGE} has not the functions that are needed here.`);
}

function isSodium(value: unknown): value is SodiumAddon {
  if (typeof value !== 'object' || value === null) return false;
  const functions = ['', '_verify', '_init', '_update', '_final'].map((suffix) => `crypto_onetimeauth${suffix}`);
  const has = (name: string, type: string) => name in value && typeof Reflect.get(value, name) === type;
  return has('crypto_onetimeauth_STATEBYTES', 'number') && functions.every((name) => has(name, 'function'));
}
