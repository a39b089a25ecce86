import { randomFillSync } from 'node:crypto';
import type { Poly1305Aes } from './poly1305-aes.ts';
import { IV_BYTES } from './primitive-lengths.ts';

const POOL_IVS = 1024;
const WORDS = IV_BYTES / Uint32Array.BYTES_PER_ELEMENT;

export interface IvSource {
  /** 16 fresh bytes. The view is valid until the following call. */
  next(): Uint8Array;
}

/** Both have 16 bytes. */
export interface Nonce {
  readonly iv: Uint8Array;
  /** The IV's part of the one-time key of the MAC. */
  readonly encryptedIv: Uint8Array;
}

/**
 * The IVs of blobs to come, each with its part of a MAC's key: 1,024 at a time come from the system, and go through the block
 * cipher, in one call. By themselves both would cost more than sealing a small blob.
 */
export class NoncePool {
  readonly #mac: Poly1305Aes;
  readonly #source: IvSource | undefined;
  readonly #ivs: Uint32Array<ArrayBuffer>;
  readonly #encrypted: Uint32Array<ArrayBuffer>;
  readonly #ivWords = new Uint32Array(WORDS);
  readonly #encryptedWords = new Uint32Array(WORDS);
  readonly #nonce: Nonce = {
    iv: new Uint8Array(this.#ivWords.buffer),
    encryptedIv: new Uint8Array(this.#encryptedWords.buffer),
  };
  #used: number;

  /** From `source`, if there is one, an IV is taken when it is asked for and not before. */
  constructor(mac: Poly1305Aes, source?: IvSource) {
    this.#mac = mac;
    this.#source = source;
    this.#ivs = new Uint32Array((source ? 1 : POOL_IVS) * WORDS);
    this.#encrypted = new Uint32Array(this.#ivs.length);
    this.#used = this.#ivs.length;
  }

  /** One that nobody else gets. Valid until the following call. */
  next(): Nonce {
    if (this.#used === this.#ivs.length) this.#refill();
    // Word by word: a view of each place would be an object, twice for each blob.
    for (let word = 0; word < WORDS; word++) {
      this.#ivWords[word] = this.#ivs[this.#used + word] ?? 0;
      this.#encryptedWords[word] = this.#encrypted[this.#used + word] ?? 0;
    }
    this.#used += WORDS;
    return this.#nonce;
  }

  #refill(): void {
    const ivs = new Uint8Array(this.#ivs.buffer);
    if (this.#source) ivs.set(this.#source.next());
    else randomFillSync(ivs);
    this.#mac.encryptIvs(ivs, new Uint8Array(this.#encrypted.buffer));
    this.#used = 0;
  }
}
