import type { AuditLog } from '../audit/audit-log.ts';
import type { Caller } from '../access/caller.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { EventBus } from '../events/event-bus.ts';
import { requireTask } from '../tasks/task-deps.ts';
import { isVisible, personOf, requireOperator, visibilityOf } from '../tasks/task-rights.ts';
import { hasAction, type ActionTask, type Task } from '../tasks/task.ts';
import type { MonitoredRuns } from './dependencies.ts';
import type { RunDispatcher } from './run-dispatcher.ts';
import type { Run } from './run.ts';
import type { Scheduler } from './scheduler.ts';

/** What the use cases of runs are made from. */
export interface RunDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly dispatcher: RunDispatcher;
  readonly scheduler: Scheduler;
  readonly monitoredRuns: MonitoredRuns;
  readonly maxConcurrent: number;
}

/** The task that a path names, which must be one that GuardIT runs: else `unprocessable`. */
export async function requireActionTask(stores: Stores, caller: Caller, idText: string): Promise<ActionTask> {
  const task = await requireTask(stores, caller, idText);
  if (hasAction(task)) return task;
  const message = 'The task is monitored: its own script runs it, GuardIT can not.';
  throw new AppError('unprocessable', message, { code: 'monitored_task', task_id: task.taskId });
}

/** A run and its task. Throws `run_not_found` also where the task is hidden from the caller. */
export async function requireRun(
  stores: Stores,
  caller: Caller,
  runId: string,
): Promise<{ readonly run: Run; readonly task: Task }> {
  const run = await stores.runs.find(runId);
  const task = run && (await stores.tasks.findById(run.task));
  if (!run || !task || !isVisible(task, visibilityOf(caller)))
    throw new AppError('run_not_found', 'There is no such run.');
  return { run, task };
}

/** To start and to cancel: operators and admins, and whoever made the task or is assigned to it. */
export function requireRunner(caller: Caller, task: Task): void {
  const { ref } = personOf(caller);
  if (caller.kind === 'user' && (task.createdBy.ref === ref || task.assignedTo?.ref === ref)) return;
  requireOperator(caller);
}
