import { createCipheriv, createHash } from 'node:crypto';
import type { Cipheriv } from 'node:crypto';

const ZEROS = Buffer.alloc(1024 * 1024);

/** Random numbers and bytes that are the same on every machine for the same seed. */
export class SeededRandom {
  /** State of sfc32, a small generator that passes the usual batteries and needs no 64-bit arithmetic. */
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;
  /** AES in counter mode: bytes that no compressor shortens, faster than a disk takes them. */
  readonly #keyStream: Cipheriv;

  constructor(seed: string) {
    const digest = createHash('sha256').update(seed).digest();
    this.#a = digest.readInt32LE(0);
    this.#b = digest.readInt32LE(4);
    this.#c = digest.readInt32LE(8);
    this.#keyStream = createCipheriv('aes-256-ctr', digest, Buffer.alloc(16));
    for (let i = 0; i < 12; i++) this.next();
  }

  /** 0 <= n < 2^32. */
  next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 <= x < 1. */
  unit(): number {
    return this.next() / 2 ** 32;
  }

  /** 0 <= n < limit. */
  below(limit: number): number {
    return Math.floor(this.unit() * limit);
  }

  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  /** Each order of magnitude between the bounds is as likely as the next, as sizes of files are. */
  logBetween(min: number, max: number): number {
    return Math.floor(min * (max / min) ** this.unit());
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to pick from.');
    return item;
  }

  shuffled<Item>(items: readonly Item[]): Item[] {
    const order = [...items];
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      [order[i], order[j]] = [order[j] as Item, order[i] as Item];
    }
    return order;
  }

  bytes(length: number): Buffer {
    const out = Buffer.allocUnsafe(length);
    for (let at = 0; at < length; at += ZEROS.length) {
      this.#keyStream.update(ZEROS.subarray(0, Math.min(ZEROS.length, length - at))).copy(out, at);
    }
    return out;
  }
}
