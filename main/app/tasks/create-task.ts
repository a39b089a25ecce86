import type { CreateTask } from '../../../contracts/tasks.ts';
import type { Caller } from '../access/caller.ts';
import { newDueTask } from '../schedule/due-task.ts';
import { parseSchedule } from '../schedule/schedule.ts';
import { newTaskOf, taskExists } from './register-task.ts';
import { announce, recordChange, type TaskDeps } from './task-deps.ts';
import { checkedConfig, checkedSchedule, checkedTimeZone } from './task-fields.ts';
import { freeSlug, slugOf } from './task-id.ts';
import { checkedAssignee, checkedDependencies } from './task-links.ts';
import { requireAction } from './task-rights.ts';
import type { NewTask, Task } from './task.ts';

/** Makes a task with an action (seed 2). Its task_id is a slug of the name unless given. */
export async function createTask(deps: TaskDeps, caller: Caller, input: CreateTask): Promise<Task> {
  requireAction(caller, input.type, input.config);
  const now = deps.clock.now();
  const plain = plainFieldsOf(deps, caller, input, now);
  const task = await deps.catalog.write(async (stores) => {
    const slug = slugOf(input.name);
    const taskId = input.taskId ?? freeSlug(slug, await stores.tasks.startingWith(slug));
    const dependencies = await checkedDependencies(stores, taskId, input.dependencies ?? []);
    const inserted = await stores.tasks.insert({
      ...plain,
      taskId,
      assignedTo: await checkedAssignee(stores, input.assignedTo ?? null),
      action: { ...plain.action, dependencies },
    });
    if (!inserted) throw taskExists(taskId);
    await recordChange(deps, stores, { what: 'created', caller, task: inserted }, now);
    return inserted;
  });
  announce(deps, 'created', task, now);
  return task;
}

/** All that needs no look into the catalog. */
function plainFieldsOf({ defaults }: TaskDeps, caller: Caller, input: CreateTask, now: Date) {
  const timeZone = checkedTimeZone(input.timeZone) ?? defaults.timeZone;
  const schedule = checkedSchedule(input.schedule ?? null);
  const { anchor, handledUntil, pausedUntil, skipNext } = newDueTask('', parseSchedule(schedule), timeZone, now);
  return {
    ...newTaskOf(caller, now),
    displayName: input.name,
    description: input.description ?? null,
    taskType: input.taskType ?? input.type,
    serverId: input.serverId ?? null,
    isActive: input.isActive ?? true,
    timeZone,
    graceMinutes: input.graceMinutes ?? null,
    maxDurationMinutes: input.maxDurationMinutes ?? null,
    priority: input.priority ?? 'normal',
    action: {
      type: input.type,
      config: checkedConfig(input.type, input.config, null),
      schedule,
      maxRetries: input.maxRetries ?? defaults.maxRetries,
      timeoutMs: input.timeout ?? defaults.timeoutMs,
      ...{ anchor, handledUntil, pausedUntil, skipNext },
    },
  } satisfies Omit<NewTask, 'taskId' | 'action'> & { action: Omit<NonNullable<NewTask['action']>, 'dependencies'> };
}
