const HOUR_MS = 3_600_000;

/** The logs that this process has made lately, whose rows may not be in the catalog yet. By the steady clock. */
export class YoungLogs {
  /** Id and when it was made, oldest first. */
  readonly #madeAtMs = new Map<string, number>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  add(logId: string): void {
    this.#forgetOld();
    this.#madeAtMs.set(logId, this.#nowMs());
  }

  has(logId: string): boolean {
    this.#forgetOld();
    return this.#madeAtMs.has(logId);
  }

  delete(logId: string): void {
    this.#madeAtMs.delete(logId);
  }

  #forgetOld(): void {
    const limitMs = this.#nowMs() - HOUR_MS;
    for (const [logId, madeAtMs] of this.#madeAtMs) {
      if (madeAtMs > limitMs) return;
      this.#madeAtMs.delete(logId);
    }
  }
}
