import { LOG_LEVELS, type ListRuns, type SchedulerView, type TaskLogQuery } from '../../../contracts/runs.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { requireTask } from '../tasks/task-deps.ts';
import { visibilityOf } from '../tasks/task-rights.ts';
import type { RunFilter, TaskLogRecord } from './ports.ts';
import { requireRun, type RunDeps } from './run-deps.ts';
import type { Run } from './run.ts';

export async function getRun({ catalog, dispatcher }: RunDeps, caller: Caller, runId: string): Promise<Run> {
  const { run } = await catalog.read((stores) => requireRun(stores, caller, runId));
  return dispatcher.current(run);
}

export async function listRuns(
  { catalog, dispatcher }: RunDeps,
  caller: Caller,
  { status: state, task_id: taskId, trigger, from, to, limit, offset }: ListRuns,
): Promise<{ readonly runs: readonly Run[]; readonly total: number }> {
  return catalog.read(async (stores) => {
    const task = taskId === undefined ? undefined : (await requireTask(stores, caller, taskId)).id;
    const filter: RunFilter = {
      visibleTo: visibilityOf(caller),
      ...{ state, task, trigger },
      ...(from !== undefined && { from: new Date(from) }),
      ...(to !== undefined && { to: new Date(to) }),
    };
    const runs = await stores.runs.list(filter, { limit, offset });
    return { runs: runs.map((run) => dispatcher.current(run)), total: await stores.runs.count(filter) };
  });
}

export async function taskLog(
  { catalog }: RunDeps,
  caller: Caller,
  idText: string,
  { level, run_id: runId, limit, offset }: TaskLogQuery,
): Promise<{ readonly entries: readonly TaskLogRecord[]; readonly total: number }> {
  const levels = level && LOG_LEVELS.slice(LOG_LEVELS.indexOf(level));
  return catalog.read(async (stores) => {
    const { id: task } = await requireTask(stores, caller, idText);
    const filter = { task, levels, runId };
    return { entries: await stores.taskLog.list(filter, { limit, offset }), total: await stores.taskLog.count(filter) };
  });
}

/** What the scheduler is about to do. */
export async function schedulerView(
  { catalog, dispatcher, scheduler, maxConcurrent }: RunDeps,
  caller: Caller,
): Promise<SchedulerView> {
  if (caller.tenantId !== null) throw new AppError('forbidden', 'The scheduler works for the whole installation.');
  const tasks = await catalog.read((stores) => stores.tasks.listWithAction());
  const { pausedUntil } = scheduler;
  return {
    state: scheduler.state,
    paused_until: pausedUntil instanceof Date ? toInstant(pausedUntil.getTime()) : pausedUntil,
    max_concurrent: maxConcurrent,
    executing: dispatcher.executing,
    queue: dispatcher.waitingForTurn().map(({ id, taskId, priority, createdAt }) => ({
      run_id: id,
      task_id: taskId,
      priority,
      queued_at: toInstant(createdAt.getTime()),
    })),
    waiting: scheduler.waiting.map(({ taskId, dueAt, waitingFor }) => ({
      task_id: taskId,
      due_at: toInstant(dueAt.getTime()),
      waiting_for: [...waitingFor],
    })),
    next: scheduler.next(tasks.map(({ taskId }) => taskId)).map(({ taskId, dueAt }) => ({
      task_id: taskId,
      due_at: toInstant(dueAt.getTime()),
    })),
  };
}
