import type { WorkLog } from '../runs/own-work.ts';

/** As many are kept with a run; all of them are counted, and stand in its log. */
const MOST_KEPT = 100;
const LONGEST = 1_000;

/** What did not stop a backup. */
export class BackupWarnings {
  readonly #log: WorkLog;
  readonly #kept: string[] = [];
  #count = 0;

  constructor(log: WorkLog) {
    this.#log = log;
  }

  add(warning: string): void {
    this.#count++;
    this.#log.line(`Warning: ${warning}`);
    const shown = warning.length > LONGEST ? `${warning.slice(0, LONGEST - 1)}…` : warning;
    if (this.#kept.length < MOST_KEPT) this.#kept.push(shown);
  }

  get count(): number {
    return this.#count;
  }

  /** The first of them, and how many more there are. */
  get list(): readonly string[] {
    const more = this.#count - this.#kept.length;
    return more > 0 ? [...this.#kept, `${more} more warnings stand in the log.`] : this.#kept;
  }
}
