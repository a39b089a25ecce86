import type { MasterKey } from './master-key.ts';
import { assertValidMasterKey, isAllZero } from './master-key.ts';
import { Poly1305Aes } from './poly1305-aes.ts';
import { IV_BYTES, TAG_BYTES } from './primitive-lengths.ts';
import type { CryptoPrimitives, CtrCipher } from './primitives.ts';
import { SEAL_OVERHEAD } from './sealer.ts';
import { threadPrimitives } from './thread-primitives.ts';

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
  readonly #cipher: CtrCipher;
  readonly #sealed = Buffer.allocUnsafeSlow(ROOM_BYTES);
  /** Where each blob ends. */
  readonly #ends = new Uint32Array(MAX_COUNT);
  readonly #ivs = new Uint8Array(MAX_COUNT * IV_BYTES);
  readonly #encryptedIvs = new Uint8Array(MAX_COUNT * IV_BYTES);
  /** What `open` found. */
  readonly #plains: (Buffer | undefined)[] = [];
  #count = 0;
  #used = 0;

  constructor(key: MasterKey, primitives: CryptoPrimitives = threadPrimitives()) {
    assertValidMasterKey(key);
    this.#mac = new Poly1305Aes(primitives.mac, key.macK, key.macR);
    this.#cipher = primitives.ctr(key.encrypt);
  }

  get count(): number {
    return this.#count;
  }

  /** Copies the blob, which has at most MAX_BATCHED_BYTES. False when it has no room: `open` and `clear` first. */
  add(sealed: Uint8Array): boolean {
    const start = this.#used;
    if (this.#count === MAX_COUNT || start + sealed.length > ROOM_BYTES) return false;
    const i = this.#count++;
    this.#sealed.set(sealed, start);
    // Byte by byte: a view would be an object for each blob.
    for (let byte = 0; byte < IV_BYTES; byte++) this.#ivs[i * IV_BYTES + byte] = sealed[byte] ?? 0;
    this.#used = start + sealed.length;
    this.#ends[i] = this.#used;
    return true;
  }

  /** Checks each tag, and decrypts what is authentic. */
  open(): void {
    if (this.#count === 0) return;
    this.#mac.encryptIvs(this.#ivs.subarray(0, this.#count * IV_BYTES), this.#encryptedIvs);
    for (let i = 0, start = 0; i < this.#count; i++) {
      const end = this.#ends[i] ?? 0;
      this.#plains[i] = this.#openOne(i, start, end);
      start = end;
    }
  }

  /** The plaintext, valid until `clear`; undefined when the blob is not what was sealed with this key. */
  plain(i: number): Buffer | undefined {
    return this.#plains[i];
  }

  clear(): void {
    this.#plains.length = 0;
    this.#count = 0;
    this.#used = 0;
  }

  /** In place: each view is an object, so there is only one of the text. */
  #openOne(i: number, start: number, end: number): Buffer | undefined {
    if (end - start < SEAL_OVERHEAD) return undefined;
    const iv = this.#sealed.subarray(start, start + IV_BYTES);
    const text = this.#sealed.subarray(start + IV_BYTES, end - TAG_BYTES);
    const tag = this.#sealed.subarray(end - TAG_BYTES, end);
    if (isAllZero(iv) || !this.#mac.verifyWith(this.#encryptedIvs, i * IV_BYTES, text, tag)) return undefined;
    this.#cipher.crypt(iv, text, text);
    return text;
  }
}
