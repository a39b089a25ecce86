import { MANUAL, type Schedule } from './schedule.ts';

/** Until an instant, or until somebody resumes. */
export type Pause = Date | 'indefinitely';

/** All that decides when a task starts by itself. Stored with the task; a change gives a new record. */
export interface DueTask {
  readonly taskId: string;
  readonly schedule: Schedule;
  /** A name of the IANA time zone database. */
  readonly timeZone: string;
  /** What falls due while a task is disabled is dropped. */
  readonly enabled: boolean;
  /** What falls due in a pause is put off, and made up for by one run when the pause ends. */
  readonly pausedUntil: Pause | null;
  /** Drops the next due instant, then becomes false. */
  readonly skipNext: boolean;
  /** From where an interval counts. */
  readonly anchor: Date;
  /** Every due instant up to here has been dealt with: started, made up for, skipped or dropped. */
  readonly handledUntil: Date;
}

/** A new task is not due for the time before it was made. */
export function newDueTask(taskId: string, schedule: Schedule, timeZone: string, now: Date): DueTask {
  const flags = { enabled: true, pausedUntil: null, skipNext: false };
  return { taskId, schedule, timeZone, ...flags, anchor: now, handledUntil: now };
}

/** Another schedule or time zone counts from now: nothing is due for the past that it would have had. */
export function reschedule(task: DueTask, schedule: Schedule, timeZone: string, now: Date): DueTask {
  return { ...task, schedule, timeZone, skipNext: false, anchor: now, handledUntil: now };
}

/** An interval keeps its anchor, so a task that was switched off and on runs at its usual times. */
export function enable(task: DueTask, now: Date): DueTask {
  return task.enabled ? task : { ...task, enabled: true, skipNext: false, handledUntil: now };
}

export function disable(task: DueTask): DueTask {
  return { ...task, enabled: false };
}

/** Whether a task can fall due at all. */
export function isScheduled({ enabled, schedule }: DueTask): boolean {
  return enabled && schedule.kind !== MANUAL.kind;
}
