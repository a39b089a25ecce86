import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { personOf } from '../tasks/task-rights.ts';
import { hasAction, type ActionTask } from '../tasks/task.ts';
import { unmetDependencies } from './dependencies.ts';
import { requireActionTask, requireRun, requireRunner, type RunDeps } from './run-deps.ts';
import { announceRun } from './run-view.ts';
import { isActive, type Run } from './run.ts';
import { insertRun } from './start-run.ts';

/**
 * Starts a task because somebody asked. Its schedule and its pauses don't matter, nor do they change. Refused with
 * `run_active` while it runs, with `task_not_active` while it is switched off, and with `dependencies_unmet` while it would
 * have to wait for others, unless `force` is set.
 */
export async function executeTask(
  deps: RunDeps,
  caller: Caller,
  idText: string,
  { force = false }: { readonly force?: boolean | undefined } = {},
): Promise<Run> {
  deps.dispatcher.checkOpen();
  const at = deps.clock.now();
  const { run, task } = await deps.catalog.write(async (stores) => {
    const found = await requireActionTask(stores, caller, idText);
    requireRunner(caller, found);
    checkActive(found);
    const made = await insertRun(stores, { task: found, trigger: 'manual', at, requestedBy: personOf(caller) });
    // After run_active, which is the better reason; a throw undoes the run. It has not begun, so it changes nothing here.
    const unmet = force ? [] : await unmetDependencies(stores, deps.monitoredRuns, found.id);
    if (unmet.length > 0) {
      const message = `The task waits for ${unmet.join(', ')}. Start it with force to run it all the same.`;
      throw new AppError('dependencies_unmet', message, { waiting_for: unmet });
    }
    const details = { run_id: made.id, ...(force && { force }) };
    await deps.audit.record(stores, { caller, action: 'task.executed', object: `task:${found.taskId}`, details, at });
    return { run: made, task: found };
  });
  announceRun(deps.events, 'queued', run, at);
  deps.dispatcher.enqueue(run, task);
  return run;
}

/** Repeats a run that is over, with the task as it is now. Dependencies don't matter: they did when the first one began. */
export async function restartRun(deps: RunDeps, caller: Caller, runId: string): Promise<Run> {
  deps.dispatcher.checkOpen();
  const at = deps.clock.now();
  const { run, task } = await deps.catalog.write(async (stores) => {
    const { run: old, task: found } = await requireRun(stores, caller, runId);
    requireRunner(caller, found);
    if (isActive(old))
      throw new AppError('run_active', 'The run is not over yet.', { run_id: old.id, status: old.state });
    if (!hasAction(found)) throw new AppError('unprocessable', 'The task has no action any more.');
    checkActive(found);
    const requestedBy = personOf(caller);
    const made = await insertRun(stores, {
      task: found,
      trigger: 'retry',
      at,
      requestedBy,
      restartOf: old.id,
      params: old.params,
    });
    const details = { new_run_id: made.id, task_id: found.taskId };
    await deps.audit.record(stores, { caller, action: 'run.restarted', object: `run:${old.id}`, details, at });
    return { run: made, task: found };
  });
  announceRun(deps.events, 'queued', run, at);
  deps.dispatcher.enqueue(run, task);
  return run;
}

function checkActive({ isActive, taskId }: ActionTask): void {
  if (!isActive) throw new AppError('task_not_active', 'Task is not active', { task_id: taskId });
}
