/** How far back the speed looks: long enough to be calm, short enough to follow a slow disk. */
const WINDOW_MS = 12_000;
/** Shorter observations say nothing yet. */
const MIN_SPAN_MS = 500;

/** Speed of a growing byte count over the last seconds. */
export class RateEstimator {
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  add(atMs: number, bytes: number): void {
    this.#samples.push({ atMs, bytes });
    // The newest sample that is older than the window stays: it is the window's left edge.
    while ((this.#samples[1]?.atMs ?? Infinity) < atMs - WINDOW_MS) this.#samples.shift();
  }

  reset(): void {
    this.#samples = [];
  }

  /** 0 while it is unknown. */
  get perSecond(): number {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < MIN_SPAN_MS) return 0;
    return Math.max(0, ((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000);
  }
}
