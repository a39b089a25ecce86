import { TASK_LEVELS, type TaskLevel } from './overview.ts';
import type { RunView } from './runs.ts';
import type { CurrentStatusView } from './status.ts';
import { levelOfAction, levelOfMonitored } from './task-level.ts';
import type { ActionTaskView, MonitoredTaskView, TaskView } from './tasks.ts';

/** One task in a list of what needs attention: `guardit status` (with --json, this is what scripts get), the tray, the pages. */
export interface StatusRow {
  readonly task_id: string;
  readonly name: string;
  readonly level: TaskLevel;
  /** ok, running, overdue, stuck, failed, cancelled, pending, waits to retry, unknown, inactive. */
  readonly state: string;
  readonly since: string | null;
  readonly last_run: string | null;
  readonly next_run: string | null;
  readonly progress: number | null;
  readonly message: string | null;
}

export interface StatusCounts {
  readonly total: number;
  readonly wrong: number;
  readonly warnings: number;
  readonly running: number;
}

/** What is wrong first, then by the time since when it is so, then by name. */
export function statusRows(
  tasks: readonly TaskView[],
  statuses: readonly CurrentStatusView[],
  lastRuns: ReadonlyMap<string, RunView>,
): StatusRow[] {
  const statusOf = new Map(statuses.map((status) => [status.task_id, status]));
  const rows = tasks.map((task) =>
    'config' in task ? actionRow(task, lastRuns.get(task.task_id)) : monitoredRow(task, statusOf.get(task.task_id)),
  );
  return rows.sort(
    (a, b) =>
      TASK_LEVELS.indexOf(a.level) - TASK_LEVELS.indexOf(b.level) ||
      (a.level === 'wrong' ? (a.since ?? '').localeCompare(b.since ?? '') : 0) ||
      a.task_id.localeCompare(b.task_id),
  );
}

export function countRows(rows: readonly StatusRow[]): StatusCounts {
  return {
    total: rows.length,
    wrong: rows.filter(({ level }) => level === 'wrong').length,
    warnings: rows.filter(({ level }) => level === 'warning').length,
    running: rows.filter(({ state }) => state === 'running').length,
  };
}

function monitoredRow(task: MonitoredTaskView, status: CurrentStatusView | undefined): StatusRow {
  const monitoring = status?.monitoring;
  const state = task.is_active ? (monitoring?.state ?? 'unknown') : 'inactive';
  const warning = monitoring?.warning ?? null;
  return {
    ...common(task),
    level: levelOfMonitored({
      isActive: task.is_active,
      state,
      isWarned: warning !== null || status?.status === 'warning',
    }),
    state,
    since: monitoring?.since ?? null,
    last_run: status?.timestamp ?? task.last_seen,
    next_run: task.is_active ? (monitoring?.expected_at ?? null) : null,
    progress: state === 'running' ? (status?.progress ?? null) : null,
    message: warning ?? status?.message ?? null,
  };
}

/** `run`: its last one, where more is to be told than the task itself says. */
function actionRow(task: ActionTaskView, run: RunView | undefined): StatusRow {
  const waits = typeof run?.retry_at === 'string';
  const state = !task.is_active
    ? 'inactive'
    : waits
      ? 'waits to retry'
      : task.state === 'completed'
        ? 'ok'
        : task.state;
  return {
    ...common(task),
    level: levelOfAction({
      isActive: task.is_active,
      state: task.state,
      waitsToRetry: waits,
      isRunning: run?.status === 'running' || run?.status === 'pending',
      hasWarnings: (run?.warnings.length ?? 0) > 0,
    }),
    state,
    since: run?.finished_at ?? run?.started_at ?? task.last_run,
    last_run: task.last_run,
    next_run: waits ? run.retry_at : task.is_active ? task.next_run : null,
    progress: state === 'running' ? (run?.progress ?? null) : null,
    message: run?.error?.message ?? run?.message ?? run?.warnings[0] ?? null,
  };
}

function common(task: TaskView) {
  return { task_id: task.task_id, name: task.display_name };
}
