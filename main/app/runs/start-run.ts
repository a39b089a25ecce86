import { randomUUID } from 'node:crypto';
import type { RunTrigger } from '../../../contracts/runs.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { DueRun } from '../schedule/due-book.ts';
import type { ActionTask, TaskPerson } from '../tasks/task.ts';
import type { JsonValue } from './ports.ts';
import { logTask } from './task-log.ts';
import type { Run } from './run.ts';

export interface RunRequest {
  readonly task: ActionTask;
  readonly trigger: RunTrigger;
  readonly at: Date;
  readonly requestedBy?: TaskPerson | null;
  readonly restartOf?: string | null;
  readonly due?: DueRun;
  /** For its executor. */
  readonly params?: JsonValue;
  /** Whoever asks has seen to it that the task's other runs are not in the way. */
  readonly queues?: boolean;
}

/**
 * Makes a pending run, within the write that decides on it: hand it to the dispatcher when that is durable.
 * Throws `run_active`, with the id of the run that the task has already.
 */
export async function insertRun(stores: Stores, request: RunRequest): Promise<Run> {
  const { task, trigger, at, requestedBy = null, restartOf = null, due } = request;
  const isAlone = request.queues === true || task.action.type === 'restore' || !(await stores.runs.hasActive(task.id));
  const run = isAlone ? await stores.runs.insert(newRun(request)) : null;
  if (!run) {
    const active = await stores.runs.findActive(task.id);
    const message = 'The task has a run that is pending or running.';
    throw new AppError('run_active', message, { run_id: active?.id, status: active?.state });
  }
  await stores.tasks.setState(task.id, 'pending', at);
  await logTask(stores, run, {
    at,
    level: 'INFO',
    message: due?.catchUp ? 'Queued, to make up for what was missed' : 'Queued',
    data: {
      trigger,
      ...(requestedBy && { requested_by: requestedBy.name }),
      ...(restartOf !== null && { restart_of: restartOf }),
      ...(due && { due_at: due.dueAt.toISOString(), due_count: due.dueCount }),
    },
  });
  return run;
}

function newRun({ task, trigger, at, requestedBy = null, restartOf = null, due, params = null }: RunRequest): Run {
  return {
    id: randomUUID(),
    task: task.id,
    taskId: task.taskId,
    taskName: task.displayName,
    type: task.action.type,
    priority: task.priority,
    state: 'pending',
    trigger,
    requestedBy,
    restartOf,
    createdAt: at,
    dueAt: due?.dueAt ?? null,
    dueCount: due?.dueCount ?? 0,
    catchUp: due?.catchUp ?? false,
    attempts: 0,
    maxAttempts: task.action.maxRetries + 1,
    startedAt: null,
    finishedAt: null,
    retryAt: null,
    params,
    progress: null,
    message: null,
    live: null,
    logId: null,
    logBytes: 0,
    failure: null,
    exitCode: null,
    signal: null,
    httpStatus: null,
    result: null,
    warnings: [],
  };
}
