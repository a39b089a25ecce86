/** How far back the speed looks: long enough to be calm, short enough to follow a slow disk. */
const WINDOW_MS = 12_000;
/** Shorter observations say nothing yet. */
const MIN_SPAN_MS = 500;

/** The speed of a growing count of bytes over the last seconds. */
export class SpeedWindow {
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  add(atMs: number, bytes: number): void {
    // A new count begins where the old one ended.
    if (bytes < (this.#samples.at(-1)?.bytes ?? 0)) this.#samples = [];
    this.#samples.push({ atMs, bytes });
    // The newest sample that is older than the window stays: it is the window's left edge.
    while ((this.#samples[1]?.atMs ?? Infinity) < atMs - WINDOW_MS) this.#samples.shift();
  }

  reset(): void {
    this.#samples = [];
  }

  /** Null while it is unknown. */
  get bytesPerSecond(): number | null {
    const first = this.#samples.at(0);
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < MIN_SPAN_MS) return null;
    return Math.round(((last.bytes - first.bytes) / (last.atMs - first.atMs)) * 1000);
  }
}
