import type { TaskId } from '../../../contracts/task-id.ts';
import type { TaskPriority, TaskState } from '../../../contracts/tasks.ts';
import type { NewTask, Task } from './task.ts';

export type { TaskId } from '../../../contracts/task-id.ts';
export type { NewTask, Task, TaskAction } from './task.ts';
export type { Pause } from '../schedule/due-task.ts';

/** Which tasks exist for somebody: each of these that is set adds some. */
export interface TaskVisibility {
  readonly all?: boolean;
  /** Those without an action. */
  readonly monitored?: boolean;
  /** Those without an action that this caller made. */
  readonly monitoredBy?: string;
  /** Those that this caller made or is assigned to (`TaskPerson.ref`). */
  readonly ownedBy?: string;
}

/** What is left out does not restrict. */
export interface TaskFilter {
  readonly visibleTo: TaskVisibility;
  readonly state?: TaskState | undefined;
  /** The task type, or the type of the action. */
  readonly type?: string | undefined;
  readonly priority?: TaskPriority | undefined;
  /** Part of the id, the name or the description; upper and lower case of ASCII letters are the same. */
  readonly text?: string | undefined;
}

export interface Page {
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
}

export interface TaskCounts {
  readonly total: number;
  readonly byState: ReadonlyMap<string, number>;
  /** By the type of the action, else the task type. */
  readonly byType: ReadonlyMap<string, number>;
  readonly byPriority: ReadonlyMap<string, number>;
  readonly running: number;
  /** Active, with an action and a schedule that is not manual. */
  readonly scheduled: number;
}

export interface TaskDependency {
  readonly task: TaskId;
  readonly dependsOn: TaskId;
}

export interface TaskStore {
  /** Null: another task has this task_id. All its dependencies must exist. */
  insert(task: NewTask): Promise<Task | null>;
  /** By the exact task_id. */
  find(taskId: string): Promise<Task | null>;
  findById(id: number): Promise<Task | null>;
  /** Ordered by id. */
  list(filter: TaskFilter, page?: Page): Promise<readonly Task[]>;
  count(filter: TaskFilter): Promise<number>;
  counts(visibleTo: TaskVisibility): Promise<TaskCounts>;
  /** Those that belong to something, `target:ID` for one; ordered by id. */
  managedBy(managedBy: string): Promise<readonly Task[]>;
  /** Every task with an action, active or not: what the scheduler starts with. Ordered by id. */
  listWithAction(): Promise<readonly Task[]>;
  /** Replaces everything but `id`, `taskId` and how it was created; dependencies too. All of them must exist. */
  update(task: Task): Promise<void>;
  /** Replaces the scheduler's fields of a task with an action, and whether it is active. */
  updateDue(task: Task): Promise<void>;
  /** `lastRunAt` only where a run begins. `updatedAt` stays. */
  setState(id: number, state: TaskState, at: Date, lastRunAt?: Date): Promise<void>;
  /** Notes that a task has reported. `updatedAt` stays. */
  setLastSeen(id: number, at: Date): Promise<void>;
  /** With all that refers to it (history, runs), but fails where others depend on it. */
  delete(id: number): Promise<void>;
  /** The tasks that depend on this one, ordered by id. */
  dependents(id: number): Promise<readonly TaskId[]>;
  /** Of all tasks. */
  dependencies(): Promise<readonly TaskDependency[]>;
  /** Those of these ids that no task has. */
  missing(taskIds: readonly string[]): Promise<readonly string[]>;
  /** The ids that are `base`, or `base` with a hyphen and anything behind it. */
  startingWith(base: string): Promise<ReadonlySet<string>>;
}
