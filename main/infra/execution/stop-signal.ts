import { StopInHurry } from '../../app/runs/ports.ts';

/** A timer of Node ends at 24.8 days. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export type StopReason = 'cancelled' | 'timed_out';

/** Joins a cancellation and a time limit into one signal that says which of them came first. Dispose of it at the end. */
export class StopSignal {
  /** null: nobody has asked to stop. */
  reason: StopReason | null = null;
  readonly timeoutMs: number | null;
  readonly #controller = new AbortController();
  readonly #cancel: AbortSignal;
  readonly #onCancel = () => this.#stop('cancelled');
  #timer: NodeJS.Timeout | undefined;

  constructor(cancel: AbortSignal, timeoutMs: number | null) {
    this.#cancel = cancel;
    this.timeoutMs = timeoutMs;
    if (cancel.aborted) this.#stop('cancelled');
    else cancel.addEventListener('abort', this.#onCancel, { once: true });
    if (timeoutMs !== null) this.#arm(timeoutMs);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The time that a script may be given to end by itself; Infinity where nobody is in a hurry. */
  get maxGraceMs(): number {
    const why: unknown = this.#cancel.reason;
    return why instanceof StopInHurry ? why.maxGraceMs : Infinity;
  }

  /** Resolves when somebody asks to stop, at once if they have. */
  get stopped(): Promise<void> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve();
      else this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#cancel.removeEventListener('abort', this.#onCancel);
  }

  #arm(remainingMs: number): void {
    const nextMs = Math.min(Math.max(remainingMs, 0), LONGEST_TIMER_MS);
    this.#timer = setTimeout(() => {
      if (remainingMs > nextMs) this.#arm(remainingMs - nextMs);
      else this.#stop('timed_out');
    }, nextMs);
  }

  #stop(reason: StopReason): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.dispose();
    this.#controller.abort();
  }
}
