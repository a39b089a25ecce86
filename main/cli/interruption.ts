import { EXIT_CODES } from '../app/errors/error-faces.ts';
import { InterruptedError } from './failure.ts';

/**
 * Turns SIGINT and SIGTERM into an AbortSignal. The first one lets the work stop by itself: what is being written is
 * finished or dropped, and the lock is removed. A second one ends the process at once.
 */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #onFirst: () => void;
  #armed = false;

  /** `onFirst` may tell the user what happens now. */
  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** From now on; before that, signals end the process as they always do. */
  arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => this.stop());
  }

  /** What a signal does. Also for the keys that a raw terminal sends instead of signals. */
  stop(): void {
    if (this.#controller.signal.aborted) process.exit(EXIT_CODES.interrupted);
    this.#onFirst();
    this.abort();
  }

  /** Without a word, for other reasons to stop. */
  abort(): void {
    this.#controller.abort(new InterruptedError());
  }
}
