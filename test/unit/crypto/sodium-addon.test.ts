import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { loadSodiumAddon, type SodiumAddon } from '../../../main/engine/crypto/sodium-addon.ts';

const whole = createRequire(import.meta.url)('sodium-native') as SodiumAddon;

describe('the addon of sodium-native', () => {
  it('does what the package does', () => {
    const addon = loadSodiumAddon();
    const key = createHash('sha256').update('key').digest();
    for (const length of [0, 1, 15, 16, 17, 4096, 100_000]) {
      const message = Buffer.alloc(length, length);
      const [ours, theirs] = [Buffer.alloc(16), Buffer.alloc(16)];
      addon.crypto_onetimeauth(ours, message, key);
      whole.crypto_onetimeauth(theirs, message, key);
      expect(ours.equals(theirs)).toBe(true);
      expect(addon.crypto_onetimeauth_verify(ours, message, key)).toBe(true);
      ours[0] = (ours[0] ?? 0) ^ 1;
      expect(addon.crypto_onetimeauth_verify(ours, message, key)).toBe(false);
    }
  });

  it('is loaded without the package’s own JavaScript', () => {
    expect(loadSodiumAddon()).not.toBe(whole);
  });
});
