import type { AuditLog } from '../audit/audit-log.ts';
import type { Caller } from '../access/caller.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import { taskNotRegistered, requireVisible } from './task-rights.ts';
import { numericIdOf } from './task-id.ts';
import type { Task } from './task.ts';
import { nextStartByRecord, taskView, type NextStart } from './task-view.ts';

export interface TaskDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly defaults: TaskDefaults;
  /** Whether a run of the task is pending or running, by the task's numeric id. Asked within a write. */
  readonly hasActiveRun: (stores: Stores, id: number) => Promise<boolean>;
  /** The scheduler's own idea of it; by the tasks' records unless given. */
  readonly nextStart?: NextStart;
}

/** What a task gets that does not say otherwise. */
export interface TaskDefaults {
  readonly maxRetries: number;
  readonly timeoutMs: number;
  /** A name of the IANA database. */
  readonly timeZone: string;
}

export function viewOf(deps: Pick<TaskDeps, 'nextStart'>, task: Task) {
  return taskView(task, deps.nextStart ?? nextStartByRecord);
}

/** The task that a path names, by its task_id or else by its number. Throws `task_not_registered` also where it is hidden. */
export async function requireTask(stores: Pick<Stores, 'tasks'>, caller: Caller, idText: string): Promise<Task> {
  const number = numericIdOf(idText);
  const task = (await stores.tasks.find(idText)) ?? (number === null ? null : await stores.tasks.findById(number));
  if (!task) throw taskNotRegistered();
  requireVisible(caller, task);
  return task;
}

export type TaskChange = 'registered' | 'created' | 'updated' | 'deleted';

/** Tells whoever listens, the scheduler above all. After the write that made the change. */
export function announce(deps: Pick<TaskDeps, 'events' | 'nextStart'>, change: TaskChange, task: Task, at: Date): void {
  deps.events.publish(`task.${change}`, at, viewOf(deps, task), { taskId: task.taskId });
}

/** Within the write that makes the change. */
export async function recordChange(
  deps: TaskDeps,
  stores: Stores,
  change: {
    readonly what: TaskChange;
    readonly caller: Caller;
    readonly task: Task;
    readonly fields?: readonly string[];
  },
  at: Date,
): Promise<void> {
  const { what, caller, task, fields } = change;
  const details = { id: task.id, type: task.action?.type ?? null, ...(fields ? { fields } : {}) };
  await deps.audit.record(stores, { caller, action: `task.${what}`, object: `task:${task.taskId}`, details, at });
}
