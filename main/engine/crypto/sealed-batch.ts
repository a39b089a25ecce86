import { createDecipheriv, createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { cipherInto } from './cipher-into.ts';
import type { MasterKey } from './master-key.ts';
import { assertValidMasterKey, isAllZero } from './master-key.ts';
import { IV_BYTES } from './nonce-pool.ts';
import { Poly1305Aes, TAG_BYTES } from './poly1305-aes.ts';
import { CONTENT_CIPHER, SEAL_OVERHEAD } from './sealer.ts';

// What is copied here stays in a core's own cache until it has been checked and decrypted.
const ROOM_BYTES = 64 * 1024;
const MAX_COUNT = 512;

/** Above this a batch spares nothing: `Sealer` is as fast. */
export const MAX_BATCHED_BYTES = 32 * 1024;

/**
 * Opens many small sealed blobs at once: the one-time keys of their MACs come from one cipher call (repository-format, section 3).
 * Nothing is decrypted whose tag is wrong. One a thread; `add` some, `open`, look at each, `clear`.
 */
export class SealedBatch {
  readonly #mac: Poly1305Aes;
  // A key object is expanded once; raw key bytes would cost more in every call.
  readonly #contentKey: KeyObject;
  readonly #text = Buffer.allocUnsafeSlow(ROOM_BYTES);
  readonly #ivs = Buffer.allocUnsafeSlow(MAX_COUNT * IV_BYTES);
  readonly #encryptedIvs = Buffer.allocUnsafeSlow(MAX_COUNT * IV_BYTES);
  readonly #tags = Buffer.allocUnsafeSlow(MAX_COUNT * TAG_BYTES);
  readonly #starts = new Uint32Array(MAX_COUNT);
  readonly #lengths = new Uint32Array(MAX_COUNT);
  readonly #authentic = new Uint8Array(MAX_COUNT);
  #count = 0;
  #used = 0;

  constructor(key: MasterKey) {
    assertValidMasterKey(key);
    this.#mac = new Poly1305Aes(key.macK, key.macR);
    this.#contentKey = createSecretKey(key.encrypt);
  }

  get count(): number {
    return this.#count;
  }

  /** Copies the blob, which has at most MAX_BATCHED_BYTES. False when it has no room: `open` and `clear` first. */
  add(sealed: Uint8Array): boolean {
    const length = Math.max(0, sealed.length - SEAL_OVERHEAD);
    const start = this.#used;
    if (this.#count === MAX_COUNT || start + length > ROOM_BYTES) return false;
    const i = this.#count++;
    this.#starts[i] = start;
    this.#lengths[i] = length;
    this.#authentic[i] = sealed.length < SEAL_OVERHEAD ? 0 : 1;
    if (this.#authentic[i] === 0) return true;
    this.#ivs.set(sealed.subarray(0, IV_BYTES), i * IV_BYTES);
    this.#text.set(sealed.subarray(IV_BYTES, IV_BYTES + length), start);
    this.#tags.set(sealed.subarray(IV_BYTES + length), i * TAG_BYTES);
    this.#used = start + length;
    return true;
  }

  /** Checks each tag, and decrypts what is authentic. */
  open(): void {
    if (this.#count === 0) return;
    this.#mac.encryptIvs(this.#ivs.subarray(0, this.#count * IV_BYTES), this.#encryptedIvs);
    for (let i = 0; i < this.#count; i++) {
      if (this.#authentic[i] !== 1) continue;
      if (this.#isAuthentic(i)) this.#decrypt(i);
      else this.#authentic[i] = 0;
    }
  }

  /** The plaintext, valid until `clear`; undefined when the blob is not what was sealed with this key. */
  plain(i: number): Buffer | undefined {
    return i < this.#count && this.#authentic[i] === 1 ? this.#textOf(i) : undefined;
  }

  clear(): void {
    this.#count = 0;
    this.#used = 0;
  }

  #decrypt(i: number): void {
    const iv = this.#ivs.subarray(i * IV_BYTES, (i + 1) * IV_BYTES);
    const text = this.#textOf(i);
    cipherInto(createDecipheriv(CONTENT_CIPHER, this.#contentKey, iv), text, text, 0);
  }

  #isAuthentic(i: number): boolean {
    const at = i * IV_BYTES;
    if (isAllZero(this.#ivs.subarray(at, at + IV_BYTES))) return false;
    const tag = this.#tags.subarray(i * TAG_BYTES, (i + 1) * TAG_BYTES);
    return this.#mac.verifyWith(this.#encryptedIvs.subarray(at, at + IV_BYTES), this.#textOf(i), tag);
  }

  #textOf(i: number): Buffer {
    const start = this.#starts[i] ?? 0;
    return this.#text.subarray(start, start + (this.#lengths[i] ?? 0));
  }
}
