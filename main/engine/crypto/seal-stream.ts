import { EngineError } from '../base/errors.ts';
import type { CtrStream, MacStream } from './primitives.ts';

/**
 * Seals one large blob piece by piece, so that it never has to lie in memory as a whole. The caller stores the IV, then
 * what each `update` wrote, then the tag. Made by `Sealer.beginSeal`.
 */
export class SealStream {
  readonly #cipher: CtrStream;
  readonly #mac: MacStream;
  #finished = false;

  constructor(cipher: CtrStream, mac: MacStream) {
    this.#cipher = cipher;
    this.#mac = mac;
  }

  /** Writes `plain.length` bytes of ciphertext to `out` from `outOffset`. Pieces may have any length. */
  update(plain: Uint8Array, out: Uint8Array, outOffset: number): void {
    this.#assertOpen();
    if (outOffset + plain.length > out.length) throw new RangeError('SealStream: the output is too small.');
    const text = out.subarray(outOffset, outOffset + plain.length);
    this.#cipher.update(plain, text);
    this.#mac.update(text);
  }

  /** Writes the 16-byte tag. The stream is of no use afterwards. */
  finish(tagOut: Uint8Array): void {
    this.#assertOpen();
    this.#mac.finish(tagOut);
    this.#finished = true;
    this.#cipher.end();
  }

  #assertOpen(): void {
    if (this.#finished) throw new EngineError('internal', 'A seal stream was used after its end.');
  }
}
