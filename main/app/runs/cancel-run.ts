import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { Task } from '../tasks/task.ts';
import { requireActionTask, requireRun, requireRunner, type RunDeps } from './run-deps.ts';
import { isActive, type Run } from './run.ts';

/**
 * Cancels a run. One that waits is cancelled at once; one that is executed is asked to stop, with all its processes, and is
 * `running` until it has. To ask twice is fine.
 */
export async function cancelRun(deps: RunDeps, caller: Caller, runId: string): Promise<Run> {
  return cancel(deps, caller, async (stores) => {
    const { run, task } = await requireRun(stores, caller, runId);
    if (!isActive(run)) {
      throw new AppError('conflict', `The run is ${run.state} already.`, { code: 'run_finished', status: run.state });
    }
    return { run, task };
  });
}

/** Cancels the run that a task has. */
export async function cancelTask(deps: RunDeps, caller: Caller, idText: string): Promise<Run> {
  return cancel(deps, caller, async (stores) => {
    const task = await requireActionTask(stores, caller, idText);
    const run = await stores.runs.findActive(task.id);
    requireRunner(caller, task);
    if (!run) throw new AppError('conflict', 'The task has no run that could be cancelled.', { code: 'no_active_run' });
    return { run, task };
  });
}

async function cancel(
  { catalog, clock, audit, dispatcher }: RunDeps,
  caller: Caller,
  find: (stores: Stores) => Promise<{ readonly run: Run; readonly task: Task }>,
): Promise<Run> {
  const at = clock.now();
  const { run } = await catalog.write(async (stores) => {
    const found = await find(stores);
    requireRunner(caller, found.task);
    const details = { task_id: found.task.taskId };
    await audit.record(stores, { caller, action: 'run.cancelled', object: `run:${found.run.id}`, details, at });
    return found;
  });
  const cancelled = await dispatcher.cancel(run.id, { code: 'cancelled', reason: `Cancelled by ${caller.name}.` });
  if (cancelled) return cancelled;
  // It ended between the two steps, or the service is being stopped.
  return (await catalog.read(({ runs }) => runs.find(run.id))) ?? run;
}
