import type { ActionType } from '../../../contracts/actions.ts';
import type { TaskId } from '../../../contracts/task-id.ts';
import type { TaskPriority, TaskState } from '../../../contracts/tasks.ts';
import type { DueTask, Pause } from '../schedule/due-task.ts';
import { parseSchedule } from '../schedule/schedule.ts';

/** A task of the catalog (api.md, "Vocabulary"). */
export interface Task {
  /** Given by the catalog, never used again. */
  readonly id: number;
  /** Never changes. */
  readonly taskId: TaskId;
  readonly displayName: string;
  readonly description: string | null;
  readonly taskType: string;
  readonly serverId: string | null;
  readonly isActive: boolean;
  /** When it last reported. */
  readonly lastSeenAt: Date | null;
  readonly createdAt: Date;
  /** When somebody last changed what the task is; reports and runs don't count. */
  readonly updatedAt: Date;
  readonly createdBy: TaskPerson;
  /** A user who sees and runs this task too. */
  readonly assignedTo: TaskPerson | null;
  /** As it was sent. Always null for a task with an action: its schedule is what is expected. */
  readonly expectedSchedule: string | null;
  /** A name of the IANA database. Never null for a task with an action; null means that of the installation. */
  readonly timeZone: string | null;
  readonly graceMinutes: number | null;
  readonly maxDurationMinutes: number | null;
  readonly state: TaskState;
  readonly stateChangedAt: Date;
  /** When its last run began. */
  readonly lastRunAt: Date | null;
  readonly priority: TaskPriority;
  /** What it belongs to and is changed with, `target:ID`, `schedule:ID` or `repository:ID`; null: it stands for itself. */
  readonly managedBy: string | null;
  /** Null: a monitored task, which somebody's own script runs. */
  readonly action: TaskAction | null;
}

export interface TaskPerson {
  /** Kind and id of a caller, `user:7c1e…`. A name may be given again after its user is deleted, an id never. */
  readonly ref: string;
  /** As it was then. */
  readonly name: string;
}

/** What GuardIT does for a task, and when. */
export interface TaskAction {
  readonly type: ActionType;
  /** As it was sent, checked by the type's schema. */
  readonly config: Readonly<Record<string, unknown>>;
  /** As it was sent; null for one that was never given, which is manual. */
  readonly schedule: string | null;
  /** Each once, in the order in which they were given. */
  readonly dependencies: readonly TaskId[];
  readonly maxRetries: number;
  readonly timeoutMs: number;
  readonly handledUntil: Date;
  readonly anchor: Date;
  readonly pausedUntil: Pause | null;
  readonly skipNext: boolean;
}

/** A task that the catalog has not numbered yet. */
export type NewTask = Omit<Task, 'id'>;

export type ActionTask = Task & { readonly action: TaskAction; readonly timeZone: string };

export function hasAction(task: Task): task is ActionTask {
  return task.action !== null && task.timeZone !== null;
}

/** What the due book needs of a task. */
export function dueTaskOf({ taskId, timeZone, isActive, action }: Omit<ActionTask, 'id'>): DueTask {
  const { handledUntil, anchor, pausedUntil, skipNext } = action;
  const schedule = parseSchedule(action.schedule);
  return { taskId, schedule, timeZone, enabled: isActive, pausedUntil, skipNext, anchor, handledUntil };
}

/** A task with what has changed in its record of the due book: a decision that was carried out, a pause, a reanchoring. */
export function withDue<T extends ActionTask>(task: T, due: Omit<DueTask, 'taskId' | 'schedule' | 'timeZone'>): T {
  const { enabled, handledUntil, anchor, pausedUntil, skipNext } = due;
  return { ...task, isActive: enabled, action: { ...task.action, handledUntil, anchor, pausedUntil, skipNext } };
}
