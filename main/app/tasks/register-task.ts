import type { RegisterTask } from '../../../contracts/tasks.ts';
import type { TaskId } from '../../../contracts/task-id.ts';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { checkedExpectedSchedule, checkedTimeZone } from './task-fields.ts';
import { personOf } from './task-rights.ts';
import { announce, recordChange, type TaskDeps } from './task-deps.ts';
import type { NewTask, Task } from './task.ts';

/** Makes a monitored task (seed 1). Of several at once that want the same task_id one gets it, the others `task_exists`. */
export async function registerTask(deps: TaskDeps, caller: Caller, input: RegisterTask): Promise<Task> {
  const now = deps.clock.now();
  const newTask: NewTask = {
    ...newTaskOf(caller, now),
    taskId: input.taskId,
    displayName: input.displayName,
    description: input.description ?? null,
    taskType: input.taskType,
    serverId: input.serverId ?? null,
    isActive: input.isActive ?? true,
    expectedSchedule: checkedExpectedSchedule(input.expectedSchedule ?? null),
    timeZone: checkedTimeZone(input.timeZone),
    graceMinutes: input.graceMinutes ?? null,
    maxDurationMinutes: input.maxDurationMinutes ?? null,
  };
  const task = await deps.catalog.write(async (stores) => {
    const inserted = await stores.tasks.insert(newTask);
    if (!inserted) throw taskExists(input.taskId);
    await recordChange(deps, stores, { what: 'registered', caller, task: inserted }, now);
    return inserted;
  });
  announce(deps, 'registered', task, now);
  return task;
}

/** What every new task begins with, whoever runs it. */
export function newTaskOf(caller: Caller, now: Date) {
  return {
    lastSeenAt: null,
    createdAt: now,
    updatedAt: now,
    createdBy: personOf(caller),
    assignedTo: null,
    expectedSchedule: null,
    state: 'created',
    stateChangedAt: now,
    lastRunAt: null,
    priority: 'normal',
    managedBy: null,
    action: null,
  } as const satisfies Partial<NewTask>;
}

/** Seed 1's words. */
export function taskExists(taskId: TaskId): AppError {
  return new AppError('task_exists', 'Task ID already exists', { field: 'taskId', code: 'taken', task_id: taskId });
}
