/**
 * Which packs somebody works on, in shared memory: one that waits behind another in a thread's queue can still be taken by a thread that has
 * nothing else to do.
 */
export class PackClaims {
  readonly shared: SharedArrayBuffer;
  readonly #taken: Int32Array;

  /** `shared` is that of the claims to join. */
  constructor(packs: number | SharedArrayBuffer) {
    this.shared = typeof packs === 'number' ? new SharedArrayBuffer(packs * 4) : packs;
    this.#taken = new Int32Array(this.shared);
  }

  /** True for one caller only. */
  take(place: number): boolean {
    return Atomics.compareExchange(this.#taken, place, 0, 1) === 0;
  }

  isTaken(place: number): boolean {
    return Atomics.load(this.#taken, place) !== 0;
  }
}
