import type { RunView } from '../../contracts/runs.ts';
import type { CurrentStatusView } from '../../contracts/status.ts';
import type { ActionTaskView, MonitoredTaskView } from '../../contracts/tasks.ts';
import type { CoreView } from '../../main/shell/core/core-view.ts';

export const NOW = new Date('2026-01-15T12:00:00.000Z');

/** What the core says when there is nothing to say. */
export function coreView(more: Partial<CoreView> = {}): CoreView {
  return {
    health: { status: 'ok', version: '1', uptime_seconds: 1, checks: [] },
    tasks: [],
    statuses: [],
    scheduler: {
      ...{ state: 'running', paused_until: null, max_concurrent: 4, executing: 0 },
      ...{ queue: [], waiting: [], next: [] },
    },
    active: [],
    lastRuns: new Map(),
    ...more,
  };
}

const common = {
  ...{ id: 1, description: null, task_type: 'files', server_id: null, is_active: true, last_seen: null },
  ...{ created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' },
};

export function scriptTask(taskId: string, more: Partial<MonitoredTaskView> = {}): MonitoredTaskView {
  return { ...common, task_id: taskId, display_name: taskId, ...more };
}

export function ownTask(taskId: string, more: Partial<ActionTaskView> = {}): ActionTaskView {
  return {
    ...common,
    ...{ task_id: taskId, display_name: taskId, name: taskId, type: 'script', config: {}, schedule: 'daily at 2:00' },
    ...{ time_zone: 'UTC', priority: 'normal', dependencies: [], max_retries: 0, timeout: 1000, state: 'completed' },
    ...{ next_run: null, last_run: null, created_by: 'admin', assigned_to: null },
    ...more,
  } as ActionTaskView;
}

export function statusOf(
  taskId: string,
  state: CurrentStatusView['monitoring']['state'],
  more: Partial<CurrentStatusView> & { since?: string; usualSeconds?: number } = {},
): CurrentStatusView {
  const { since = '2026-01-15T11:50:00.000Z', usualSeconds = null, ...rest } = more;
  return {
    ...{ task_id: taskId, status: 'completed', message: null, progress: null, data: null, timestamp: since },
    monitoring: { state, since, expected_at: null, usual_duration_seconds: usualSeconds, warning: null },
    ...rest,
  };
}

export function runOf(taskId: string, more: Partial<RunView> = {}): RunView {
  return {
    ...{ id: crypto.randomUUID(), task_id: taskId, task_name: taskId, type: 'script', status: 'running' },
    ...{ trigger: 'manual', requested_by: null, restart_of: null, priority: 'normal', due_at: null, due_count: 0 },
    ...{ created_at: '2026-01-15T11:50:00.000Z', catch_up: false, started_at: '2026-01-15T11:50:00.000Z' },
    ...{ finished_at: null, duration_seconds: null, attempt: 1, max_attempts: 1, retry_at: null, progress: null },
    ...{
      message: null,
      error: null,
      exit_code: null,
      signal: null,
      http_status: null,
      warnings: [],
      log_size: null,
      live: null,
    },
    ...more,
  };
}
