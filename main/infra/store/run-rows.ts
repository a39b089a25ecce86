import type { Insertable, Selectable, Updateable } from 'kysely';
import type { JsonValue, Run } from '../../app/runs/ports.ts';
import type { RunTable } from './schema/runs.ts';

export type RunRow = Omit<Selectable<RunTable>, 'seq' | 'ended_after'> & {
  readonly task_id: string;
  readonly task_name: string;
};

export function runOf(row: RunRow): Run {
  const { failure_code, failure_reason, requested_by, requested_by_name } = row;
  return {
    id: row.id,
    task: row.task,
    taskId: row.task_id as Run['taskId'],
    taskName: row.task_name,
    type: row.action as Run['type'],
    priority: row.priority,
    state: row.state,
    trigger: row.trigger,
    requestedBy:
      requested_by === null || requested_by_name === null ? null : { ref: requested_by, name: requested_by_name },
    restartOf: row.restart_of,
    createdAt: new Date(row.created_at),
    dueAt: dateOf(row.due_at),
    dueCount: row.due_count,
    catchUp: row.catch_up === 1,
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    startedAt: dateOf(row.started_at),
    finishedAt: dateOf(row.finished_at),
    retryAt: dateOf(row.retry_at),
    params: JSON.parse(row.params) as JsonValue,
    progress: row.progress,
    message: row.message,
    live: null,
    logId: row.log_id,
    logBytes: row.log_bytes,
    failure: failure_code === null || failure_reason === null ? null : { code: failure_code, reason: failure_reason },
    exitCode: row.exit_code,
    signal: row.signal,
    httpStatus: row.http_status,
    result: JSON.parse(row.result) as JsonValue,
    warnings: JSON.parse(row.warnings) as string[],
  };
}

export function newRunRow(run: Run): Insertable<RunTable> {
  return {
    ...changedRunRow(run),
    id: run.id,
    task: run.task,
    action: run.type,
    priority: run.priority,
    trigger: run.trigger,
    requested_by: run.requestedBy?.ref ?? null,
    requested_by_name: run.requestedBy?.name ?? null,
    restart_of: run.restartOf,
    created_at: run.createdAt.getTime(),
    due_at: run.dueAt && run.dueAt.getTime(),
    due_count: run.dueCount,
    catch_up: Number(run.catchUp),
    params: JSON.stringify(run.params),
  };
}

/** The columns that change while it is active. */
export function changedRunRow(run: Run) {
  return {
    state: run.state,
    attempts: run.attempts,
    max_attempts: run.maxAttempts,
    started_at: run.startedAt && run.startedAt.getTime(),
    finished_at: run.finishedAt && run.finishedAt.getTime(),
    retry_at: run.retryAt && run.retryAt.getTime(),
    progress: run.progress,
    message: run.message,
    log_id: run.logId,
    log_bytes: run.logBytes,
    failure_code: run.failure?.code ?? null,
    failure_reason: run.failure?.reason ?? null,
    exit_code: run.exitCode,
    signal: run.signal,
    http_status: run.httpStatus,
    result: JSON.stringify(run.result),
    warnings: JSON.stringify(run.warnings),
  } satisfies Updateable<RunTable>;
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
