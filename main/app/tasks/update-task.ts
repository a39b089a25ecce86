import { isDeepStrictEqual } from 'node:util';
import type { UpdateTask } from '../../../contracts/tasks.ts';
import type { Caller } from '../access/caller.ts';
import { changedAction } from './changed-action.ts';
import { announce, recordChange, requireTask, type TaskDeps } from './task-deps.ts';
import { checkedExpectedSchedule, checkedTimeZone, invalid, shownConfig } from './task-fields.ts';
import { checkedAssignee, checkedDependencies } from './task-links.ts';
import { refuseManaged } from './managed-task.ts';
import { requireAction, requireOperator } from './task-rights.ts';
import type { Stores } from '../catalog/ports.ts';
import type { Task } from './task.ts';

/** What belongs to an action and to nothing else. */
const ACTION_FIELDS = [
  'config',
  'schedule',
  'priority',
  'dependencies',
  'maxRetries',
  'timeout',
  'assignedTo',
] as const;

/** Changes what is given and leaves the rest. A change that changes nothing leaves no trace. */
export async function updateTask(deps: TaskDeps, caller: Caller, idText: string, input: UpdateTask): Promise<Task> {
  const now = deps.clock.now();
  const { task, isChanged } = await deps.catalog.write(async (stores) => {
    const before = await requireTask(stores, caller, idText);
    refuseManaged(before);
    checkRights(caller, before, input);
    checkFields(before, input);
    const after = await changed(deps, stores, before, input, now);
    if (isDeepStrictEqual(before, after)) return { task: before, isChanged: false };
    const updated = { ...after, updatedAt: now };
    await stores.tasks.update(updated);
    await recordChange(deps, stores, { what: 'updated', caller, task: updated, fields: Object.keys(input) }, now);
    return { task: updated, isChanged: true };
  });
  if (isChanged) announce(deps, 'updated', task, now);
  return task;
}

function checkRights(caller: Caller, task: Task, input: UpdateTask): void {
  const touchesAction = ACTION_FIELDS.some((field) => input[field] !== undefined) || input.type !== undefined;
  if (touchesAction || (task.action && input.timeZone !== undefined)) requireOperator(caller);
  if (!changesWhatIsDone(task, input)) return;
  // To replace an action needs the right to it as well: it would undo what an admin had set up.
  if (task.action) requireAction(caller, task.action.type, input.config);
  if (input.type !== undefined) requireAction(caller, input.type, input.config);
}

/** A form may send back all that it was shown: that is no change, and compared with what was shown it tells no secret. */
function changesWhatIsDone({ action }: Task, { type, config }: UpdateTask): boolean {
  if (type !== undefined && type !== action?.type) return true;
  return config !== undefined && !(action && isDeepStrictEqual(config, shownConfig(action.config)));
}

function checkFields(task: Task, input: UpdateTask): void {
  if (input.name !== undefined && input.displayName !== undefined && input.name !== input.displayName) {
    throw invalid('name', 'repeated', 'is the same as displayName; send one of them');
  }
  if (task.action || input.type) {
    if (typeof input.expectedSchedule === 'string') {
      throw invalid('expectedSchedule', 'not_applicable', 'a task with an action is expected when its schedule says');
    }
    return;
  }
  const field = ACTION_FIELDS.find((name) => input[name] !== undefined);
  if (field) throw invalid(field, 'not_applicable', 'only a task with an action has this; give it a type and a config');
}

async function changed(deps: TaskDeps, stores: Stores, task: Task, input: UpdateTask, now: Date): Promise<Task> {
  const plain = withPlainFields(task, input);
  if (!task.action && !input.type) return plain;
  const taskWithAction = changedAction(task, plain, input, deps.defaults, now);
  const { dependencies, assignedTo } = input;
  const { action } = taskWithAction;
  const wanted = dependencies === undefined ? null : await checkedDependencies(stores, task.taskId, dependencies ?? []);
  return {
    ...taskWithAction,
    ...(assignedTo === undefined ? {} : { assignedTo: await checkedAssignee(stores, assignedTo) }),
    action: { ...action, dependencies: wanted ?? action.dependencies },
  };
}

function withPlainFields(task: Task, input: UpdateTask): Task {
  const { expectedSchedule, timeZone } = input;
  return {
    ...task,
    displayName: input.displayName ?? input.name ?? task.displayName,
    taskType: input.taskType ?? task.taskType,
    isActive: input.isActive ?? task.isActive,
    description: input.description === undefined ? task.description : input.description,
    serverId: input.serverId === undefined ? task.serverId : input.serverId,
    graceMinutes: input.graceMinutes === undefined ? task.graceMinutes : input.graceMinutes,
    maxDurationMinutes: input.maxDurationMinutes === undefined ? task.maxDurationMinutes : input.maxDurationMinutes,
    expectedSchedule:
      expectedSchedule === undefined ? task.expectedSchedule : checkedExpectedSchedule(expectedSchedule),
    timeZone: timeZone === undefined ? task.timeZone : checkedTimeZone(timeZone),
  };
}
