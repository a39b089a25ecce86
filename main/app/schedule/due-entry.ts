import { isScheduled, type DueTask } from './due-task.ts';
import { latestDue, nextDue } from './next-due.ts';
import { intervalMs } from './schedule.ts';
import { formatSchedule } from './schedule-text.ts';
import { StartedDues } from './started-dues.ts';

/** How far a run's due instants are counted. */
const MOST_COUNTED = 100;

/** One task of the due book: its record, what has been started of it, and the due instant that comes next. */
export class DueEntry {
  #task: DueTask;
  #started: StartedDues;
  /** The first due instant that has not been dealt with, past or future. */
  #dueMs: number | null;

  /** Throws a ScheduleError for an unknown time zone. */
  constructor(task: DueTask) {
    this.#task = task;
    this.#started = startedDues(task);
    this.#dueMs = this.#firstDue();
  }

  get task(): DueTask {
    return this.#task;
  }

  get dueMs(): number | null {
    return this.#dueMs;
  }

  /** Takes over a changed record. What was started under another schedule is no longer of interest. */
  replace(task: DueTask): void {
    const sameTimes =
      task.timeZone === this.#task.timeZone && formatSchedule(task.schedule) === formatSchedule(this.#task.schedule);
    if (!sameTimes) this.#started = startedDues(task);
    this.#task = task;
    this.#dueMs = this.#firstDue();
  }

  /** The first due instant after another that was not started before. */
  dueAfter(afterMs: number): number | null {
    for (;;) {
      const due = nextDue(this.#task.schedule, { ...this.#task, after: new Date(afterMs) });
      if (!due) return null;
      const span = this.#started.spanOf(due.getTime());
      if (!span) return due.getTime();
      afterMs = span.toMs;
    }
  }

  /** The last due instant up to `untilMs` that was not started before; at least `firstMs`, which is one. */
  dueUpTo(untilMs: number, firstMs: number): number {
    for (;;) {
      const place = { ...this.#task, after: new Date(firstMs), until: new Date(untilMs) };
      const due = latestDue(this.#task.schedule, place);
      if (!due) return firstMs;
      const span = this.#started.spanOf(due.getTime());
      if (!span) return due.getTime();
      untilMs = span.fromMs - 1;
    }
  }

  /** How many due instants there are from one to another, both included, up to 100. */
  countDues(firstMs: number, lastMs: number): number {
    let count = 1;
    for (let due: number | null = firstMs; due !== null && due < lastMs && count < MOST_COUNTED; count++) {
      due = this.dueAfter(due);
    }
    return count;
  }

  /** Notes that everything up to `handledMs` has been dealt with. `startedMs`: the due instant of a run that was started. */
  handle(handledMs: number, startedMs: number | null, skipped: boolean): void {
    if (startedMs !== null) {
      const isNextInLine = !skipped && startedMs === this.#dueMs;
      this.#started.add(startedMs, isNextInLine ? this.#task.handledUntil.getTime() : null);
    }
    this.#task = { ...this.#task, handledUntil: new Date(handledMs), skipNext: this.#task.skipNext && !skipped };
    this.#dueMs = this.#firstDue();
  }

  /**
   * Starts counting anew from `nowMs`, on a clock that was set back.
   * Times on the wall come again, and those that were started are left out. An interval's instants mean nothing any more:
   * it counts from now.
   */
  reanchor(nowMs: number): void {
    const anchor = new Date(this.#task.schedule.kind === 'interval' ? this.#started.freeAnchor(nowMs) : nowMs);
    this.#task = { ...this.#task, handledUntil: new Date(nowMs), anchor };
    this.#dueMs = this.#firstDue();
  }

  #firstDue(): number | null {
    return isScheduled(this.#task) ? this.dueAfter(this.#task.handledUntil.getTime()) : null;
  }
}

/** After a restart only the newest is known: it may have been started. */
function startedDues({ schedule, handledUntil }: DueTask): StartedDues {
  const started = new StartedDues(schedule.kind === 'interval' ? intervalMs(schedule) : 1);
  started.add(handledUntil.getTime(), null);
  return started;
}
