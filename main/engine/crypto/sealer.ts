import { EngineError } from '../base/errors.ts';
import { assertValidMasterKey, isAllZero } from './master-key.ts';
import type { MasterKey } from './master-key.ts';
import { NoncePool } from './nonce-pool.ts';
import type { IvSource } from './nonce-pool.ts';
import { Poly1305Aes } from './poly1305-aes.ts';
import { IV_BYTES, TAG_BYTES } from './primitive-lengths.ts';
import type { CryptoPrimitives, CtrCipher } from './primitives.ts';
import { SealStream } from './seal-stream.ts';
import { threadPrimitives } from './thread-primitives.ts';

/** Bytes that sealing adds: the IV in front and the tag behind (repository-format, section 3). */
export const SEAL_OVERHEAD = IV_BYTES + TAG_BYTES;

/**
 * Encrypts and authenticates: `sealed = IV || AES-256-CTR(plain) || Poly1305-AES(ciphertext)`.
 * Holds keys and 32 KiB of IVs: make one for each thread and keep it. Input may lie in shared or WebAssembly memory.
 *
 * Each blob has a random IV. A counter that runs on from blob to blob would cost less, but then IVs would follow each other,
 * and whoever has a pack without the key could see where each blob in it begins: the lengths of chunks tell known files, and
 * nothing else in a pack shows them (its header is sealed).
 */
export class Sealer {
  readonly #cipher: CtrCipher;
  readonly #mac: Poly1305Aes;
  readonly #nonces: NoncePool;

  /** `ivs` is for tests with known answers only: an IV that occurs twice gives both plaintexts away. */
  constructor(key: MasterKey, ivs?: IvSource, primitives: CryptoPrimitives = threadPrimitives()) {
    assertValidMasterKey(key);
    this.#cipher = primitives.ctr(key.encrypt);
    this.#mac = new Poly1305Aes(primitives.mac, key.macK, key.macR);
    this.#nonces = new NoncePool(this.#mac, ivs);
  }

  seal(plain: Uint8Array): Buffer {
    const sealed = Buffer.allocUnsafe(plain.length + SEAL_OVERHEAD);
    this.sealInto(plain, sealed, 0);
    return sealed;
  }

  /** Writes `plain.length + SEAL_OVERHEAD` bytes to `out` and returns that number. `plain` must not lie within that range. */
  sealInto(plain: Uint8Array, out: Uint8Array, outOffset: number): number {
    const sealedBytes = plain.length + SEAL_OVERHEAD;
    assertRoom(out, outOffset, sealedBytes);
    const { iv, encryptedIv } = this.#nonces.next();
    out.set(iv, outOffset);
    const start = outOffset + IV_BYTES;
    const end = start + plain.length;
    const text = out.subarray(start, end);
    this.#cipher.crypt(iv, plain, text);
    this.#mac.writeTag(encryptedIv, text, out, end);
    return sealedBytes;
  }

  /** Checks the tag without decrypting. False also for what no tag could make valid: too few bytes, an IV of zeros. */
  verify(sealed: Uint8Array): boolean {
    if (sealed.length < SEAL_OVERHEAD) return false;
    const iv = sealed.subarray(0, IV_BYTES);
    if (isAllZero(iv)) return false;
    const tagStart = sealed.length - TAG_BYTES;
    return this.#mac.verify(iv, sealed.subarray(IV_BYTES, tagStart), sealed.subarray(tagStart));
  }

  /** The same for several, with one cipher call for all of them: for small ones that is most of the work. */
  verifyEach(sealed: readonly Uint8Array[]): boolean[] {
    const ivs = Buffer.alloc(sealed.length * IV_BYTES);
    sealed.forEach((bytes, i) => ivs.set(bytes.subarray(0, IV_BYTES), i * IV_BYTES));
    const encryptedIvs = Buffer.allocUnsafe(ivs.length);
    this.#mac.encryptIvs(ivs, encryptedIvs);
    return sealed.map((bytes, i) => {
      if (bytes.length < SEAL_OVERHEAD) return false;
      const at = i * IV_BYTES;
      if (isAllZero(ivs.subarray(at, at + IV_BYTES))) return false;
      const tagStart = bytes.length - TAG_BYTES;
      return this.#mac.verifyWith(encryptedIvs, at, bytes.subarray(IV_BYTES, tagStart), bytes.subarray(tagStart));
    });
  }

  /** Throws `corrupt` when the bytes are not what was sealed with this key. */
  open(sealed: Uint8Array): Buffer {
    this.#assertAuthentic(sealed);
    const plain = Buffer.allocUnsafe(sealed.length - SEAL_OVERHEAD);
    this.#decrypt(sealed, plain);
    return plain;
  }

  /**
   * Writes `sealed.length - SEAL_OVERHEAD` bytes to `out`, which must not overlap `sealed`, and returns that number; throws `corrupt`
   * before it writes anything.
   */
  openInto(sealed: Uint8Array, out: Uint8Array, outOffset: number): number {
    this.#assertAuthentic(sealed);
    const plainBytes = sealed.length - SEAL_OVERHEAD;
    assertRoom(out, outOffset, plainBytes);
    this.#decrypt(sealed, out.subarray(outOffset, outOffset + plainBytes));
    return plainBytes;
  }

  /** The plaintext in the memory of `sealed`, which is of no other use afterwards. Throws `corrupt` before it writes anything. */
  openInPlace<Bytes extends Uint8Array>(sealed: Bytes): Bytes {
    this.#assertAuthentic(sealed);
    const text = sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES) as Bytes;
    this.#decrypt(sealed, text);
    return text;
  }

  /** Starts a blob that is sealed in pieces, and writes its 16-byte IV to `ivOut`. Streams may overlap in time. */
  beginSeal(ivOut: Uint8Array): SealStream {
    const { iv, encryptedIv } = this.#nonces.next();
    ivOut.set(iv, 0);
    return new SealStream(this.#cipher.begin(iv), this.#mac.begin(encryptedIv));
  }

  #decrypt(sealed: Uint8Array, out: Uint8Array): void {
    this.#cipher.crypt(sealed.subarray(0, IV_BYTES), sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES), out);
  }

  #assertAuthentic(sealed: Uint8Array): void {
    if (this.verify(sealed)) return;
    const what = `Encrypted data of ${sealed.length} bytes`;
    if (sealed.length < SEAL_OVERHEAD) {
      throw new EngineError('corrupt', `${what} are too short: at least ${SEAL_OVERHEAD} bytes are needed.`);
    }
    if (isAllZero(sealed.subarray(0, IV_BYTES))) {
      throw new EngineError('corrupt', `${what} start with zeros only: the nonce is invalid.`);
    }
    throw new EngineError(
      'corrupt',
      `${what} were damaged or changed after they were written, or belong to another repository: ciphertext verification failed.`,
    );
  }
}

function assertRoom(out: Uint8Array, outOffset: number, neededBytes: number): void {
  if (outOffset < 0 || outOffset + neededBytes > out.length) {
    throw new RangeError(`Sealer: ${neededBytes} bytes do not fit at offset ${outOffset} of ${out.length}.`);
  }
}
