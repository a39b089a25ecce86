import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

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

/**
 * The native part of sodium-native, without its JavaScript: the search for the addon and the wrappers of some three hundred functions cost 15 ms and
 * 8 MB in every thread. Where the addon is not where this version of the package has it, the package loads itself.
 */
export function loadSodiumAddon(): SodiumAddon {
  const require = createRequire(import.meta.url);
  try {
    const folder = dirname(require.resolve(`${PACKAGE}/package.json`));
    const addon = { exports: {} };
    process.dlopen(addon, join(folder, 'prebuilds', `${process.platform}-${process.arch}`, `${PACKAGE}.node`));
    if (isSodium(addon.exports)) return addon.exports;
  } catch {
    // Another libc, another layout: the package knows.
  }
  const whole: unknown = require(PACKAGE);
  if (isSodium(whole)) return whole;
  throw new TypeError(`${PACKAGE} has not the functions that are needed here.`);
}

function isSodium(value: unknown): value is SodiumAddon {
  if (typeof value !== 'object' || value === null) return false;
  const functions = ['', '_verify', '_init', '_update', '_final'].map((suffix) => `crypto_onetimeauth${suffix}`);
  const has = (name: string, type: string) => name in value && typeof Reflect.get(value, name) === type;
  return has('crypto_onetimeauth_STATEBYTES', 'number') && functions.every((name) => has(name, 'function'));
}
