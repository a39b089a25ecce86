import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { isScheduled, type DueTask, type Pause } from '../schedule/due-task.ts';
import { requireOperator } from '../tasks/task-rights.ts';
import { taskView } from '../tasks/task-view.ts';
import { dueTaskOf, withDue, type ActionTask } from '../tasks/task.ts';
import { storePause } from './pause-all.ts';
import { requireActionTask, type RunDeps } from './run-deps.ts';

/** Puts off a task's starts by itself until an instant, or until somebody resumes. One run makes up for them then. */
export function pauseTask(deps: RunDeps, caller: Caller, idText: string, until: string | null): Promise<ActionTask> {
  const pausedUntil = pauseOf(deps, until);
  const details = { until: typeof pausedUntil === 'string' ? pausedUntil : pausedUntil.toISOString() };
  return changeDue(deps, caller, idText, { what: 'task.paused', details, change: (due) => ({ ...due, pausedUntil }) });
}

export function resumeTask(deps: RunDeps, caller: Caller, idText: string): Promise<ActionTask> {
  const change = (due: DueTask) => ({ ...due, pausedUntil: null });
  return changeDue(deps, caller, idText, { what: 'task.resumed', details: {}, change });
}

/** Drops the next due instant of a task. To ask twice drops one. */
export function skipNext(deps: RunDeps, caller: Caller, idText: string): Promise<ActionTask> {
  const change = (due: DueTask) => {
    if (!isScheduled(due))
      throw new AppError('unprocessable', 'The task does not start by itself.', { code: 'manual' });
    return { ...due, skipNext: true };
  };
  return changeDue(deps, caller, idText, { what: 'task.next_skipped', details: {}, change });
}

async function changeDue(
  deps: RunDeps,
  caller: Caller,
  idText: string,
  { what, details, change }: { what: string; details: { until?: string }; change: (due: DueTask) => DueTask },
): Promise<ActionTask> {
  const at = deps.clock.now();
  const task = await deps.catalog.write(async (stores) => {
    const before = await requireActionTask(stores, caller, idText);
    requireOperator(caller);
    const after = withDue(before, change(dueTaskOf(before)));
    await stores.tasks.updateDue(after);
    await deps.audit.record(stores, { caller, action: what, object: `task:${after.taskId}`, details, at });
    return after;
  });
  // The scheduler listens to this, too.
  const view = taskView(task, (shown) => deps.scheduler.nextStart(shown));
  deps.events.publish('task.updated', at, view, { taskId: task.taskId });
  return task;
}

/** Pauses the starts of all tasks by themselves, beside the pauses of their own. Who asks for a run still gets it. */
export async function pauseAll(deps: RunDeps, caller: Caller, until: string | null): Promise<void> {
  const pause = pauseOf(deps, until);
  await changePause(deps, caller, pause);
}

export async function resumeAll(deps: RunDeps, caller: Caller): Promise<void> {
  await changePause(deps, caller, null);
}

async function changePause(deps: RunDeps, caller: Caller, pause: Pause | null): Promise<void> {
  requireOperator(caller);
  const at = deps.clock.now();
  const until = pause instanceof Date ? pause.toISOString() : pause;
  await deps.catalog.write(async (stores: Stores) => {
    await storePause(stores, pause);
    const action = pause === null ? 'scheduler.resumed' : 'scheduler.paused';
    await deps.audit.record(stores, { caller, action, object: 'scheduler', details: { until }, at });
  });
  deps.scheduler.pauseAll(pause);
  await deps.scheduler.settled();
  deps.events.publish(pause === null ? 'scheduler.resumed' : 'scheduler.paused', at, { paused_until: until });
}

function pauseOf({ clock }: RunDeps, until: string | null): Pause {
  if (until === null) return 'indefinitely';
  const instant = new Date(until);
  if (instant > clock.now()) return instant;
  throw new AppError('invalid_request', 'until: is in the past', { field: 'until', code: 'past' });
}
