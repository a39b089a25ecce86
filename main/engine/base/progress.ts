/**
 * One snapshot of a long operation's progress. Totals are undefined while they are still being counted, so a listener must
 * not compute a percentage before `totalBytes` is there. Events come at most a few times a second, and once at the end.
 */
export interface Progress {
  /** What is going on, e.g. `backup`, `load-index`, `read-data`, `repack`. */
  readonly phase: string;
  readonly filesDone: number;
  readonly totalFiles?: number;
  readonly bytesDone: number;
  readonly totalBytes?: number;
  /** Objects other than files that a phase counts: packs, snapshots, trees. */
  readonly itemsDone?: number;
  readonly totalItems?: number;
  readonly errors?: number;
  /** What is being worked on right now, for display only. */
  readonly currentPaths?: readonly string[];
}

export type ProgressListener = (progress: Progress) => void;

/** Something that did not stop the operation but that the user must see; the outcome counts them (exit code 3). */
export interface Warning {
  /** The path or object concerned, for display. */
  readonly item: string;
  readonly message: string;
  /** `scan | archival | restore | check | …`: restic's `during` field. */
  readonly during: string;
}

export type WarningListener = (warning: Warning) => void;

/** What every long operation accepts. */
export interface OperationOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: ProgressListener;
  readonly onWarning?: WarningListener;
}

/** Lets a call through at most every `intervalMs`; `flush` always delivers the newest value. */
export class ProgressThrottle {
  readonly #listener: ProgressListener | undefined;
  readonly #intervalMs: number;
  #lastMs = -Infinity;

  constructor(listener: ProgressListener | undefined, intervalMs = 250) {
    this.#listener = listener;
    this.#intervalMs = intervalMs;
  }

  /** `make` is called only when the event will really be sent: building it may cost more than the work it describes. */
  update(make: () => Progress): void {
    if (!this.#listener) return;
    const nowMs = performance.now();
    if (nowMs - this.#lastMs < this.#intervalMs) return;
    this.#lastMs = nowMs;
    this.#listener(make());
  }

  flush(progress: Progress): void {
    this.#lastMs = performance.now();
    this.#listener?.(progress);
  }
}
