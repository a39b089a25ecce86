import { toInstant } from '../../../contracts/common/instant.ts';
import type { RunDetails, RunView } from '../../../contracts/runs.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Run } from './run.ts';

/** A run as lists and events show it. */
export function runView(run: Run): RunView {
  const { startedAt, finishedAt, failure } = run;
  return {
    id: run.id,
    task_id: run.taskId,
    task_name: run.taskName,
    type: run.type,
    status: run.state,
    trigger: run.trigger,
    requested_by: run.requestedBy?.name ?? null,
    restart_of: run.restartOf,
    priority: run.priority,
    created_at: toInstant(run.createdAt.getTime()),
    due_at: instantOf(run.dueAt),
    due_count: run.dueCount,
    catch_up: run.catchUp,
    started_at: instantOf(startedAt),
    finished_at: instantOf(finishedAt),
    // A clock that was set back in between would make it negative.
    duration_seconds: startedAt && finishedAt ? Math.max(0, finishedAt.getTime() - startedAt.getTime()) / 1000 : null,
    attempt: run.attempts,
    max_attempts: run.maxAttempts,
    retry_at: instantOf(run.retryAt),
    progress: run.progress,
    message: run.message,
    live: run.live,
    error: failure && { code: failure.code, message: failure.reason },
    exit_code: run.exitCode,
    signal: run.signal,
    http_status: run.httpStatus,
    warnings: [...run.warnings],
    log_size: run.logId === null ? null : run.logBytes,
  };
}

export function runDetails(run: Run): RunDetails {
  return { ...runView(run), result: run.result };
}

export type RunEvent = 'queued' | 'started' | 'progress' | 'retrying' | 'finished';

/** Tells whoever listens. After the write that made it so. */
export function announceRun(events: Pick<EventBus, 'publish'>, what: RunEvent, run: Run, at: Date): void {
  events.publish(`run.${what}`, at, runView(run), { taskId: run.taskId });
}

function instantOf(date: Date | null): string | null {
  return date && toInstant(date.getTime());
}
