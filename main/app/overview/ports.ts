import type { Run } from '../runs/run.ts';
import type { TaskVisibility } from '../tasks/ports.ts';

/** How the runs of a task ended on a day. */
export interface TaskDay {
  /** Numeric. */
  readonly task: number;
  /** `2026-01-15`, in the service's time zone. */
  readonly date: string;
  readonly successful: number;
  readonly failed: number;
}

/** A time in which a task was late or stuck. */
export interface LateTime {
  readonly task: number;
  readonly fromMs: number;
  /** Null: it still is. */
  readonly toMs: number | null;
}

/** What the overview needs of all tasks at once. Each of these is one query, however many tasks and runs there are. */
export interface OverviewStore {
  /** Of each task that GuardIT runs the last run that has begun or is under way; without its result. */
  lastRuns(visibleTo: TaskVisibility): Promise<readonly Run[]>;
  /** Days on which runs ended, from `first` on. */
  days(first: string): Promise<readonly TaskDay[]>;
  /** When runs ended with warnings, from then on. */
  warnedEnds(fromMs: number): Promise<readonly { readonly task: number; readonly atMs: number }[]>;
  /** Those that lasted beyond then. */
  lateTimes(fromMs: number): Promise<readonly LateTime[]>;
}
