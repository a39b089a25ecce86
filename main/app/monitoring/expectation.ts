import { nextDue } from '../schedule/next-due.ts';
import { ScheduleError } from '../schedule/schedule-error.ts';
import { parseSchedule } from '../schedule/schedule.ts';
import type { WatchedTask } from './ports.ts';

/** A run that begins so shortly before its time is the one of that time: clocks of machines differ. */
const EARLY_MS = 120_000;
/** For tasks that don't say. */
export const DEFAULT_GRACE_MINUTES = 10;
const REMEMBERED = 20_000;

/** When tasks are expected. Remembers what it computed: it only changes when a run begins. */
export class Expectations {
  readonly #timeZone: string;
  readonly #known = new Map<number, { readonly key: string; readonly at: Date | null }>();

  /** `timeZone` is that of tasks that name none. */
  constructor(timeZone: string) {
    this.#timeZone = timeZone;
  }

  /** What is expected of a task, as text that changes with it; null for nothing. */
  textOf({ isActive, isMonitored, expectedSchedule, timeZone }: WatchedTask): string | null {
    if (!isActive || !isMonitored || expectedSchedule === null) return null;
    return `${expectedSchedule} ${timeZone ?? this.#timeZone}`;
  }

  /**
   * When the next run should begin, seen from the last one, or from when that was first expected. Where it lies in the past the
   * task is late. An interval counts from the run before.
   */
  expectedAt(task: WatchedTask): Date | null {
    const text = this.textOf(task);
    if (text === null) return null;
    const sinceMs = (task.watch?.expectation === text ? task.watch.since : task.updatedAt).getTime();
    const lastRunMs = task.lastRunAt?.getTime() ?? null;
    const isAfterRun = lastRunMs !== null && lastRunMs + EARLY_MS > sinceMs;
    const key = `${text} ${isAfterRun ? lastRunMs : `since ${sinceMs}`}`;
    const known = this.#known.get(task.id);
    if (known?.key === key) return known.at;
    const at = this.#next(task, isAfterRun ? lastRunMs : sinceMs, isAfterRun);
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(task.id, { key, at });
    return at;
  }

  #next({ expectedSchedule, timeZone }: WatchedTask, fromMs: number, isAfterRun: boolean): Date | null {
    const schedule = parseSchedule(expectedSchedule);
    const isInterval = schedule.kind === 'interval';
    const after = new Date(isAfterRun && !isInterval ? fromMs + EARLY_MS : fromMs);
    try {
      return nextDue(schedule, { after, anchor: new Date(fromMs), timeZone: timeZone ?? this.#timeZone });
    } catch (error) {
      // A zone that an update of the time zone database has dropped.
      if (error instanceof ScheduleError) return null;
      throw error;
    }
  }
}
