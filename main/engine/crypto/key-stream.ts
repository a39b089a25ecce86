import { createCipheriv, createSecretKey } from 'node:crypto';
import type { Cipheriv } from 'node:crypto';
import { releaseAtOnce } from './cipher-into.ts';

const BLOCK_BYTES = 16;
const BLOCK_WORDS = BLOCK_BYTES / 4;
const IS_LITTLE_ENDIAN = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

/**
 * Decrypts AES-256-CTR texts that lie side by side in one buffer, each in whole blocks of its own and with its own IV, by one
 * call of the cipher: CTR is, by definition, the text XORed with the encrypted counter blocks. A cipher object for each text
 * costs several times what the decryption of some kilobytes does. Only for content that is proven by its hash afterwards.
 */
export class KeyStream {
  readonly #blockCipher: Cipheriv;
  readonly #counters: Buffer;
  readonly #words: Int32Array;

  constructor(contentKey: Uint8Array, roomBytes: number) {
    // ECB without padding keeps no state between calls, so one cipher object serves all of them.
    this.#blockCipher = createCipheriv('aes-256-ecb', createSecretKey(contentKey), null).setAutoPadding(false);
    this.#counters = Buffer.allocUnsafeSlow(roomBytes);
    this.#words = new Int32Array(this.#counters.buffer, 0, roomBytes / 4);
  }

  /** Prepares the counters for `blocks` blocks of text from `offset` on, which is a multiple of 16. */
  count(offset: number, blocks: number, iv: Uint8Array): void {
    this.#counters.set(iv, offset);
    const words = this.#words;
    const start = offset / 4;
    const last = words[start + 3] ?? 0;
    const low = (IS_LITTLE_ENDIAN ? swapped(last) : last) >>> 0;
    if (low + blocks > 2 ** 32) {
      this.#countWithCarry(offset, blocks);
      return;
    }
    const first = words[start] ?? 0;
    const second = words[start + 1] ?? 0;
    const third = words[start + 2] ?? 0;
    const end = start + blocks * BLOCK_WORDS;
    for (let at = start, number = low; at < end;) {
      // The number's last byte is the word's first or last; it counts up to 255 before the others change.
      let word = IS_LITTLE_ENDIAN ? swapped(number) : number;
      const step = IS_LITTLE_ENDIAN ? 1 << 24 : 1;
      const run = 256 - (number & 0xff);
      const runEnd = Math.min(end, at + run * BLOCK_WORDS);
      for (; at < runEnd; at += BLOCK_WORDS) {
        words[at] = first;
        words[at + 1] = second;
        words[at + 2] = third;
        words[at + 3] = word;
        word = (word + step) | 0;
      }
      number += run;
    }
  }

  /** Decrypts the first `usedBytes` (a multiple of 16) of `text` in place, by the counters prepared for them. */
  apply(text: Int32Array, usedBytes: number): void {
    const stream = this.#blockCipher.update(this.#counters.subarray(0, usedBytes));
    const words = new Int32Array(stream.buffer, stream.byteOffset, usedBytes / 4);
    const count = words.length;
    for (let i = 0; i < count; i++) text[i] = (text[i] ?? 0) ^ (words[i] ?? 0);
    releaseAtOnce(stream);
  }

  /** The counter is one number of 128 bits, most significant byte first. */
  #countWithCarry(offset: number, blocks: number): void {
    const counters = this.#counters;
    for (let at = offset + BLOCK_BYTES; at < offset + blocks * BLOCK_BYTES; at += BLOCK_BYTES) {
      counters.copyWithin(at, at - BLOCK_BYTES, at);
      for (let byte = at + BLOCK_BYTES - 1; byte >= at; byte--) {
        counters[byte] = ((counters[byte] ?? 0) + 1) & 0xff;
        if (counters[byte] !== 0) break;
      }
    }
  }
}

function swapped(word: number): number {
  return (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);
}
