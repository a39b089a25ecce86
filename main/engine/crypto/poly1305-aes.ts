import { createCipheriv, timingSafeEqual } from 'node:crypto';
import type { Cipheriv } from 'node:crypto';
import { cipherInto } from './cipher-into.ts';
import { clampR } from './master-key.ts';
import { assertLength, ONE_TIME_KEY_BYTES, TAG_BYTES } from './primitive-lengths.ts';
import type { MacStream, OneTimeMac } from './primitives.ts';

/**
 * Bernstein's Poly1305-AES: the one-time key is `clamp(r) || AES-128-ECB(k, IV)`, the message is the ciphertext only
 * (repository-format, section 3). One instance serves any number of messages, one call at a time.
 */
export class Poly1305Aes {
  readonly #mac: OneTimeMac;
  readonly #blockCipher: Cipheriv;
  // r stays in the first half; the second half is overwritten for each message.
  readonly #oneTimeKey = new Uint8Array(ONE_TIME_KEY_BYTES);
  readonly #tag = new Uint8Array(TAG_BYTES);

  constructor(mac: OneTimeMac, macK: Uint8Array, macR: Uint8Array) {
    this.#mac = mac;
    // ECB without padding keeps no state between blocks, so one cipher object serves all IVs.
    this.#blockCipher = createCipheriv('aes-128-ecb', macK, null).setAutoPadding(false);
    this.#oneTimeKey.set(macR, 0);
    clampR(this.#oneTimeKey);
  }

  /** The IV's half of a one-time key, for many IVs in one call: encrypts IVs that lie side by side to as many bytes of `out`. */
  encryptIvs(ivs: Uint8Array, out: Uint8Array): void {
    cipherInto(this.#blockCipher, ivs, out, 0);
  }

  /** Writes 16 bytes to `out` at `outOffset`. `encryptedIv` is the message's part of what `encryptIvs` wrote. */
  writeTag(encryptedIv: Uint8Array, ciphertext: Uint8Array, out: Uint8Array, outOffset: number): void {
    this.#mac.tag(this.#keyWith(encryptedIv), ciphertext, this.#tag);
    out.set(this.#tag, outOffset);
  }

  /** Compares in constant time. */
  verify(iv: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): boolean {
    cipherInto(this.#blockCipher, iv, this.#oneTimeKey, ONE_TIME_KEY_BYTES / 2);
    return this.#matches(this.#oneTimeKey, ciphertext, tag);
  }

  /** The same for an IV that `encryptIvs` has encrypted: 16 bytes of `encryptedIvs`, from `at`. */
  verifyWith(encryptedIvs: Uint8Array, at: number, ciphertext: Uint8Array, tag: Uint8Array): boolean {
    return this.#matches(this.#keyWith(encryptedIvs, at), ciphertext, tag);
  }

  begin(encryptedIv: Uint8Array): MacStream {
    return this.#mac.begin(this.#keyWith(encryptedIv));
  }

  #matches(oneTimeKey: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): boolean {
    assertLength('A tag', tag, TAG_BYTES);
    this.#mac.tag(oneTimeKey, ciphertext, this.#tag);
    return timingSafeEqual(this.#tag, tag);
  }

  #keyWith(encryptedIvs: Uint8Array, at = 0): Uint8Array {
    const half = ONE_TIME_KEY_BYTES / 2;
    // Byte by byte: a view would be an object for each message.
    for (let byte = 0; byte < half; byte++) this.#oneTimeKey[half + byte] = encryptedIvs[at + byte] ?? 0;
    return this.#oneTimeKey;
  }
}
