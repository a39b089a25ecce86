import type { TaskPriority } from '../../../contracts/tasks.ts';

export interface QueuedRun {
  readonly runId: string;
  readonly priority: TaskPriority;
  /** What it must have for itself while it executes: at most so many runs at once use one. */
  readonly keys: readonly string[];
}

const RANK: Readonly<Record<TaskPriority, number>> = { high: 0, normal: 1, low: 2 };

/** Runs that wait for their turn: by priority, then in the order in which they came. Holds no run itself. */
export class RunQueue {
  readonly #lanes: readonly [high: QueuedRun[], normal: QueuedRun[], low: QueuedRun[]] = [[], [], []];

  add(run: QueuedRun): void {
    this.#laneOf(run.priority).push(run);
  }

  /** False: it is not there. */
  remove(runId: string): boolean {
    return this.#lanes.some((lane) => {
      const index = lane.findIndex((queued) => queued.runId === runId);
      if (index >= 0) lane.splice(index, 1);
      return index >= 0;
    });
  }

  /** Takes out the first run whose keys are all free. Those before it wait on; they keep their place. */
  take(isFree: (key: string) => boolean): QueuedRun | null {
    for (const lane of this.#lanes) {
      const index = lane.findIndex(({ keys }) => keys.every(isFree));
      const [taken] = index >= 0 ? lane.splice(index, 1) : [];
      if (taken) return taken;
    }
    return null;
  }

  /** In the order in which they get their turn, as far as keys don't hold them up. */
  list(): readonly QueuedRun[] {
    return this.#lanes.flat();
  }

  #laneOf(priority: TaskPriority): QueuedRun[] {
    const lane = this.#lanes[RANK[priority]];
    if (!lane) throw new TypeError(`There is no priority ${priority}.`);
    return lane;
  }
}
