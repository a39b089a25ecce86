import type { ActionType } from '../../../contracts/actions.ts';
import type { TaskId } from '../../../contracts/task-id.ts';
import type { TaskPriority } from '../../../contracts/tasks.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { newDueTask } from '../schedule/due-task.ts';
import { parseSchedule } from '../schedule/schedule.ts';
import { freeSlug, slugOf } from './task-id.ts';
import type { ActionTask, Task, TaskPerson } from './task.ts';
import { hasAction } from './task.ts';

/** A task that GuardIT makes for something else, a target, a schedule or a repository, and changes together with that. */
export interface ManagedTask {
  /** `target:ID`, `schedule:ID` or `repository:ID`. */
  readonly managedBy: string;
  readonly name: string;
  /** Where the task_id begins; a number is added where it is taken. */
  readonly slug: string;
  readonly type: ActionType;
  readonly config: Readonly<Record<string, unknown>>;
  /** Null: only on request. */
  readonly schedule: string | null;
  readonly timeZone: string;
  readonly isActive: boolean;
  readonly maxRetries: number;
  readonly timeoutMs: number;
  readonly createdBy: TaskPerson;
  readonly maxDurationMinutes?: number | null;
  readonly priority?: TaskPriority;
}

/** Within a write. Publish `task.created` after it, so that the scheduler takes it over. */
export async function insertManagedTask(stores: Stores, made: ManagedTask, now: Date): Promise<ActionTask> {
  const { anchor, handledUntil, pausedUntil, skipNext } = dueOf(made, now);
  const slug = slugOf(made.slug);
  const taskId: TaskId = freeSlug(slug, await stores.tasks.startingWith(slug));
  const inserted = await stores.tasks.insert({
    taskId,
    displayName: made.name,
    description: null,
    taskType: made.type,
    serverId: null,
    isActive: made.isActive,
    lastSeenAt: null,
    createdAt: now,
    updatedAt: now,
    createdBy: made.createdBy,
    assignedTo: null,
    expectedSchedule: null,
    timeZone: made.timeZone,
    graceMinutes: null,
    maxDurationMinutes: made.maxDurationMinutes ?? null,
    state: 'created',
    stateChangedAt: now,
    lastRunAt: null,
    priority: made.priority ?? 'normal',
    managedBy: made.managedBy,
    action: {
      type: made.type,
      config: made.config,
      schedule: made.schedule,
      dependencies: [],
      maxRetries: made.maxRetries,
      timeoutMs: made.timeoutMs,
      ...{ anchor, handledUntil, pausedUntil, skipNext },
    },
  });
  if (!inserted || !hasAction(inserted)) throw new Error(`The task ${taskId} could not be stored.`);
  return inserted;
}

/**
 * Within a write: the task as `made` has it now, its id, state and history as before. A schedule that changes begins anew.
 * Publish `task.updated` after it.
 */
export async function updateManagedTask(
  stores: Stores,
  task: ActionTask,
  made: Partial<Omit<ManagedTask, 'managedBy' | 'slug' | 'type' | 'createdBy' | 'priority'>>,
  now: Date,
): Promise<ActionTask> {
  const schedule = made.schedule === undefined ? task.action.schedule : made.schedule;
  const timeZone = made.timeZone ?? task.timeZone;
  const isSameTime = schedule === task.action.schedule && timeZone === task.timeZone;
  const { anchor, handledUntil } = isSameTime ? task.action : dueOf({ schedule, timeZone }, now);
  const updated: ActionTask = {
    ...task,
    displayName: made.name ?? task.displayName,
    isActive: made.isActive ?? task.isActive,
    maxDurationMinutes: made.maxDurationMinutes === undefined ? task.maxDurationMinutes : made.maxDurationMinutes,
    timeZone,
    updatedAt: now,
    action: {
      ...task.action,
      config: made.config ?? task.action.config,
      schedule,
      maxRetries: made.maxRetries ?? task.action.maxRetries,
      timeoutMs: made.timeoutMs ?? task.action.timeoutMs,
      ...{ anchor, handledUntil },
    },
  };
  await stores.tasks.update(updated);
  return updated;
}

/** For what people ask of the task itself: it is changed where it belongs. Running, pausing and skipping it stay theirs. */
export function refuseManaged({ managedBy, taskId }: Task): void {
  if (managedBy === null) return;
  const [kind, id] = managedBy.split(':', 2);
  const message = `The task ${taskId} belongs to the ${kind} ${id}: change or delete it there.`;
  throw new AppError('conflict', message, { code: 'managed', managed_by: managedBy });
}

function dueOf({ schedule, timeZone }: Pick<ManagedTask, 'schedule' | 'timeZone'>, now: Date) {
  return newDueTask('', parseSchedule(schedule), timeZone, now);
}
