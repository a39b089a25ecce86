import { createCipheriv } from 'node:crypto';
import type { Cipheriv } from 'node:crypto';
import { cipherInto } from './cipher-into.ts';
import { clampR } from './master-key.ts';
import { loadSodiumAddon } from './sodium-addon.ts';

export const TAG_BYTES = 16;
const ONE_TIME_KEY_BYTES = 32;
const sodium = loadSodiumAddon();

/**
 * Bernstein's Poly1305-AES: the one-time key is `clamp(r) || AES-128-ECB(k, IV)`, the message is the ciphertext only
 * (repository-format, section 3). One instance serves any number of messages, one call at a time.
 */
export class Poly1305Aes {
  readonly #blockCipher: Cipheriv;
  // r stays in the first half; the second half is overwritten for each message.
  readonly #oneTimeKey = new Uint8Array(ONE_TIME_KEY_BYTES);
  readonly #tag = new Uint8Array(TAG_BYTES);

  constructor(macK: Uint8Array, macR: Uint8Array) {
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
    sodium.crypto_onetimeauth(this.#tag, ciphertext, this.#keyWith(encryptedIv));
    out.set(this.#tag, outOffset);
  }

  /** Compares in constant time. */
  verify(iv: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): boolean {
    assertTag(tag);
    cipherInto(this.#blockCipher, iv, this.#oneTimeKey, ONE_TIME_KEY_BYTES / 2);
    return sodium.crypto_onetimeauth_verify(tag, ciphertext, this.#oneTimeKey);
  }

  /** The same for an IV that `encryptIvs` has encrypted: 16 bytes of `encryptedIvs`, from `at`. */
  verifyWith(encryptedIvs: Uint8Array, at: number, ciphertext: Uint8Array, tag: Uint8Array): boolean {
    assertTag(tag);
    return sodium.crypto_onetimeauth_verify(tag, ciphertext, this.#keyWith(encryptedIvs, at));
  }

  begin(encryptedIv: Uint8Array): Poly1305Stream {
    return new Poly1305Stream(this.#keyWith(encryptedIv));
  }

  #keyWith(encryptedIvs: Uint8Array, at = 0): Uint8Array {
    const half = ONE_TIME_KEY_BYTES / 2;
    // Byte by byte: a view would be an object for each message.
    for (let byte = 0; byte < half; byte++) this.#oneTimeKey[half + byte] = encryptedIvs[at + byte] ?? 0;
    return this.#oneTimeKey;
  }
}

/** A tag over a message that arrives in pieces. */
export class Poly1305Stream {
  // Not from Node's pool: libsodium wants the alignment that an allocation of its own has.
  readonly #state = Buffer.allocUnsafeSlow(sodium.crypto_onetimeauth_STATEBYTES);

  constructor(oneTimeKey: Uint8Array) {
    sodium.crypto_onetimeauth_init(this.#state, oneTimeKey);
  }

  update(ciphertext: Uint8Array): void {
    sodium.crypto_onetimeauth_update(this.#state, ciphertext);
  }

  finish(tagOut: Uint8Array): void {
    assertTag(tagOut);
    sodium.crypto_onetimeauth_final(this.#state, tagOut);
  }
}

/** libsodium writes and reads 16 bytes, whatever it is given. */
function assertTag(tag: Uint8Array): void {
  if (tag.length !== TAG_BYTES) throw new RangeError(`A tag has ${TAG_BYTES} bytes, not ${tag.length}.`);
}
