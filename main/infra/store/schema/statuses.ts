import type { Generated } from 'kysely';

export interface StatusTables {
  status_history: StatusHistoryTable;
  current_status: CurrentStatusTable;
  monitored_runs: MonitoredRunTable;
  daily_metrics: DailyMetricsTable;
  task_watches: TaskWatchTable;
}

type StatusWord = 'running' | 'completed' | 'failed' | 'error' | 'warning' | 'unknown';

/** Every report. Instants in milliseconds since 1970, flags as 0 and 1, in all these tables; `task` is the numeric id. */
interface StatusHistoryTable {
  id: Generated<number>;
  task: number;
  at: number;
  status: StatusWord;
  message: string | null;
  progress: number | null;
  /** JSON. */
  data: string | null;
  /** Of a delivery that may come twice. */
  attempt_id: string | null;
}

/** The last report of each task, and where its runs stand. */
interface CurrentStatusTable {
  task: number;
  at: number;
  status: StatusWord;
  message: string | null;
  progress: number | null;
  data: string | null;
  /** The run that is open; all of `run_…` are null without one. */
  run: number | null;
  run_began_at: number | null;
  run_seen_at: number | null;
  run_progress: number | null;
  run_warned: number | null;
  /** The last run that ended; all of `end_…` are null before there is one. */
  end_run: number | null;
  end_at: number | null;
  end_status: StatusWord | null;
  end_failed: number | null;
  /** How that run compared with what is usual. */
  end_pace: 'longer' | 'shorter' | null;
}

/** Runs of other people's scripts, inferred from their reports. */
interface MonitoredRunTable {
  id: Generated<number>;
  task: number;
  /** The first report about it. */
  began_at: number;
  /** Null: open. */
  ended_at: number | null;
  outcome: 'completed' | 'failed' | 'cancelled' | null;
  warned: number;
  /** Null where its beginning or its end was not reported. */
  duration_ms: number | null;
}

interface DailyMetricsTable {
  task: number;
  /** `2026-01-15`, in the service's time zone. */
  date: string;
  total_runs: number;
  successful_runs: number;
  failed_runs: number;
  /** How many runs `duration_ms` is the sum of. */
  timed_runs: number;
  duration_ms: number;
}

/** What the monitor has learned of a task. */
interface TaskWatchTable {
  task: number;
  /** What is expected of the task, as text: when it changes, so does `since`. */
  expectation: string | null;
  since: number | null;
  usual_ms: number | null;
  spread_ms: number | null;
}
