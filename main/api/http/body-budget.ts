import { AppError } from '../../app/errors/app-error.ts';

/** Bodies up to here are let in unasked: what they take is bounded by the number of connections. */
const FREE_BYTES = 64 * 1024;
const RETRY_AFTER_SECONDS = 5;

export interface BodyBudgetOptions {
  /** Bytes of bodies that may be in memory at once. A larger body waits until it is alone. */
  readonly totalBytes: number;
  /** A request that has waited for so long is sent away. */
  readonly maxWaitMs: number;
  /** So many may wait; who comes after them is sent away at once. */
  readonly maxWaiting: number;
}

const DEFAULTS: BodyBudgetOptions = { totalBytes: 128 * 1024 * 1024, maxWaitMs: 30_000, maxWaiting: 1_000 };

interface Waiting {
  readonly bytes: number;
  readonly admit: () => void;
}

/**
 * How many bytes of request bodies are in memory at once, whatever the number of clients. A request waits before its body is
 * read, so the rest of it stays with its sender. First come, first served: a large one is not overtaken for ever.
 */
export class BodyBudget {
  readonly #options: BodyBudgetOptions;
  readonly #waiting: Waiting[] = [];
  #usedBytes = 0;

  constructor(options: Partial<BodyBudgetOptions> = {}) {
    this.#options = { ...DEFAULTS, ...options };
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  /**
   * Resolves when a body of `bytes` may be read, with the function that gives its room back. Throws `unavailable` when there
   * is no room in time, or when `signal` is aborted: the client has gone.
   */
  async admit(bytes: number, signal: AbortSignal): Promise<() => void> {
    if (bytes <= FREE_BYTES) return () => undefined;
    const { totalBytes, maxWaiting } = this.#options;
    const needed = Math.min(bytes, totalBytes);
    if (this.#waiting.length > 0 || !this.#fits(needed)) {
      if (this.#waiting.length >= maxWaiting) throw busy();
      await this.#turn(needed, signal);
    } else {
      this.#usedBytes += needed;
    }
    return this.#release(needed);
  }

  #fits(bytes: number): boolean {
    return this.#usedBytes + bytes <= this.#options.totalBytes;
  }

  #turn(bytes: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const leave = (error: AppError) => {
        settle();
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        // Whoever stood behind it may fit.
        this.#next();
        reject(error);
      };
      // Nobody is there to read it.
      const onAbort = () => leave(busy());
      const timer = setTimeout(() => leave(busy()), this.#options.maxWaitMs);
      const settle = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const entry: Waiting = {
        bytes,
        admit: () => {
          settle();
          resolve();
        },
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(entry);
    });
  }

  #release(bytes: number): () => void {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#usedBytes -= bytes;
      this.#next();
    };
  }

  #next(): void {
    for (let first = this.#waiting[0]; first && this.#fits(first.bytes); first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#usedBytes += first.bytes;
      first.admit();
    }
  }
}

function busy(): AppError {
  const message = 'Too many large requests are under way. Send it again in a few seconds.';
  return new AppError('unavailable', message, { reason: 'busy' }, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}
