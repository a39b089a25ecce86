/** Due instants that follow each other on a schedule, all of them started. */
export interface StartedSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Older ones matter only to a clock that is set back further than that; a task in its rhythm needs a single span. */
const MOST_SPANS = 16;

/**
 * The due instants for which a task has been started, so that a clock set back does not start it for them again.
 * Instants that were merely made up for by a later run are not among them: they may come once more.
 */
export class StartedDues {
  readonly #stepMs: number;
  readonly #spans: { fromMs: number; toMs: number }[] = [];

  /** `stepMs`: an interval's length. Its instants lie on a grid, and those of a new anchor on another one. */
  constructor(stepMs = 1) {
    this.#stepMs = stepMs;
  }

  /** `predecessorMs`: the due instant before this one on the schedule, if nothing was left out in between. */
  add(dueMs: number, predecessorMs: number | null): void {
    const newest = this.#spans.at(-1);
    if (newest && newest.toMs === predecessorMs && (dueMs - newest.toMs) % this.#stepMs === 0) {
      newest.toMs = dueMs;
      return;
    }
    this.#spans.push({ fromMs: dueMs, toMs: dueMs });
    if (this.#spans.length > MOST_SPANS) this.#spans.shift();
  }

  /** The span that a due instant belongs to; undefined for one that has not been started. */
  spanOf(dueMs: number): StartedSpan | undefined {
    return this.#spans.find(
      ({ fromMs, toMs }) => fromMs <= dueMs && dueMs <= toMs && (dueMs - fromMs) % this.#stepMs === 0,
    );
  }

  /** An anchor for an interval, at or just after an instant: none of its due instants can be taken for one started before. */
  freeAnchor(instantMs: number): number {
    let anchorMs = instantMs;
    while (this.#spans.some(({ fromMs }) => (anchorMs - fromMs) % this.#stepMs === 0)) anchorMs++;
    return anchorMs;
  }
}
