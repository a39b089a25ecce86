import { randomFillSync } from 'node:crypto';

export const IV_BYTES = 16;
const POOL_BYTES = 16 * 1024;

export interface IvSource {
  /** 16 fresh bytes. The view is valid until the following call. */
  next(): Uint8Array;
}

/** Random IVs, drawn from the system 1,024 at a time: one call for each would cost more than sealing a small blob. */
export class IvPool implements IvSource {
  readonly #pool = new Uint8Array(POOL_BYTES);
  #used = POOL_BYTES;

  next(): Uint8Array {
    if (this.#used === POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const start = this.#used;
    this.#used += IV_BYTES;
    return this.#pool.subarray(start, this.#used);
  }
}
