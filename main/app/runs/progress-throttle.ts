import type { Timers } from '../clock/ports.ts';

/** At most four a second: more than anybody can read. */
const INTERVAL_MS = 250;

/** Lets through the first of a burst at once and then the newest each quarter of a second. */
export class ProgressThrottle {
  readonly #timers: Timers;
  readonly #emit: () => void;
  #cancel: (() => void) | null = null;
  #hasNews = false;

  constructor(timers: Timers, emit: () => void) {
    this.#timers = timers;
    this.#emit = emit;
  }

  /** There is something new to tell. */
  note(): void {
    if (this.#cancel) this.#hasNews = true;
    else this.#tell();
  }

  /** Nothing is told any more. */
  close(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#hasNews = false;
  }

  #tell(): void {
    this.#hasNews = false;
    this.#cancel = this.#timers.after(INTERVAL_MS, () => {
      this.#cancel = null;
      if (this.#hasNews) this.#tell();
    });
    this.#emit();
  }
}
