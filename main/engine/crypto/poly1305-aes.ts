import { createCipheriv } from 'node:crypto';
import type { Cipheriv } from 'node:crypto';
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
  readonly #oneTimeKey = Buffer.alloc(ONE_TIME_KEY_BYTES);

  constructor(macK: Uint8Array, macR: Uint8Array) {
    // ECB without padding keeps no state between blocks, so one cipher object serves all IVs.
    this.#blockCipher = createCipheriv('aes-128-ecb', macK, null).setAutoPadding(false);
    this.#oneTimeKey.set(macR, 0);
    clampR(this.#oneTimeKey);
  }

  writeTag(iv: Uint8Array, ciphertext: Uint8Array, tagOut: Uint8Array): void {
    assertTag(tagOut);
    sodium.crypto_onetimeauth(tagOut, ciphertext, this.#keyFor(iv));
  }

  /** Compares in constant time. */
  verify(iv: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): boolean {
    assertTag(tag);
    return sodium.crypto_onetimeauth_verify(tag, ciphertext, this.#keyFor(iv));
  }

  /** The first half of `verify` for many messages in one call: encrypts IVs that lie side by side. */
  encryptIvs(ivs: Uint8Array): Buffer {
    return this.#blockCipher.update(ivs);
  }

  /** The second half: `encryptedIv` is the message's part of what `encryptIvs` returned. */
  verifyWith(encryptedIv: Uint8Array, ciphertext: Uint8Array, tag: Uint8Array): boolean {
    assertTag(tag);
    this.#oneTimeKey.set(encryptedIv, ONE_TIME_KEY_BYTES / 2);
    return sodium.crypto_onetimeauth_verify(tag, ciphertext, this.#oneTimeKey);
  }

  begin(iv: Uint8Array): Poly1305Stream {
    return new Poly1305Stream(this.#keyFor(iv));
  }

  #keyFor(iv: Uint8Array): Uint8Array {
    this.#oneTimeKey.set(this.#blockCipher.update(iv), ONE_TIME_KEY_BYTES / 2);
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
