import { isDeepStrictEqual } from 'node:util';
import type { UpdateTask } from '../../../contracts/tasks.ts';
import { disable, enable, newDueTask, reschedule, type DueTask } from '../schedule/due-task.ts';
import { parseSchedule } from '../schedule/schedule.ts';
import type { TaskDefaults } from './task-deps.ts';
import { checkedConfig, checkedSchedule, invalid } from './task-fields.ts';
import { dueTaskOf, hasAction, type ActionTask, type Task, type TaskAction } from './task.ts';

/**
 * The action that a task has after a change, dependencies left as they were. `before` is the task as stored, `plain` the
 * same with the fields of every task changed already. Throws when a task is to get an action without its configuration.
 */
export function changedAction(
  before: Task,
  plain: Task,
  input: UpdateTask,
  defaults: TaskDefaults,
  now: Date,
): ActionTask {
  const old = before.action;
  const type = input.type ?? old?.type;
  if (type === undefined) throw new TypeError('A task without an action gets none by a change that names no type.');
  const timeZone = plain.timeZone ?? defaults.timeZone;
  const schedule = input.schedule === undefined ? (old?.schedule ?? null) : checkedSchedule(input.schedule);
  const { anchor, handledUntil, pausedUntil, skipNext } = changedDue(
    before,
    { isActive: plain.isActive, timeZone, schedule },
    now,
  );
  const { maxRetries, timeout, priority } = input;
  return {
    ...plain,
    timeZone,
    expectedSchedule: null,
    priority: priority === undefined ? plain.priority : (priority ?? 'normal'),
    // What its script reported was another life.
    ...(old ? {} : { state: 'created', stateChangedAt: now }),
    action: {
      type,
      config: changedConfig(old, type, input.config),
      schedule,
      dependencies: old?.dependencies ?? [],
      maxRetries:
        maxRetries === undefined ? (old?.maxRetries ?? defaults.maxRetries) : (maxRetries ?? defaults.maxRetries),
      timeoutMs: timeout === undefined ? (old?.timeoutMs ?? defaults.timeoutMs) : (timeout ?? defaults.timeoutMs),
      ...{ anchor, handledUntil, pausedUntil, skipNext },
    },
  };
}

function changedConfig(
  old: TaskAction | null,
  type: TaskAction['type'],
  sent: UpdateTask['config'],
): TaskAction['config'] {
  if (sent !== undefined) return checkedConfig(type, sent, old?.config ?? null);
  if (old?.type === type) return old.config;
  throw invalid('config', 'missing', `a task of type ${type} needs its configuration`);
}

/** The due book's record: another schedule or time zone counts from now, and so does a task that is switched on again. */
function changedDue(
  before: Task,
  after: { readonly isActive: boolean; readonly timeZone: string; readonly schedule: string | null },
  now: Date,
): DueTask {
  const schedule = parseSchedule(after.schedule);
  if (!hasAction(before)) return newDueTask(before.taskId, schedule, after.timeZone, now);
  const old = dueTaskOf(before);
  const isSame = old.timeZone === after.timeZone && isDeepStrictEqual(old.schedule, schedule);
  const due = isSame ? old : reschedule(old, schedule, after.timeZone, now);
  return after.isActive ? enable(due, now) : disable(due);
}
