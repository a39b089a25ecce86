import type { Generated } from 'kysely';

export interface RunTables {
  runs: RunTable;
  task_log: TaskLogTable;
}

/** Instants in milliseconds since 1970, flags as 0 and 1. */
export interface RunTable {
  /** Increases from run to run: an order that no clock can disturb. */
  seq: Generated<number>;
  id: string;
  task: number;
  action: string;
  priority: 'low' | 'normal' | 'high';
  state: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
  trigger: 'schedule' | 'manual' | 'dependency' | 'retry';
  requested_by: string | null;
  requested_by_name: string | null;
  restart_of: string | null;
  created_at: number;
  due_at: number | null;
  due_count: number;
  catch_up: number;
  attempts: number;
  max_attempts: number;
  started_at: number | null;
  finished_at: number | null;
  /** The newest run that there was when this one ended: all up to it were made before its end. */
  ended_after: number | null;
  retry_at: number | null;
  progress: number | null;
  message: string | null;
  log_id: string | null;
  log_bytes: number;
  failure_code: string | null;
  failure_reason: string | null;
  exit_code: number | null;
  signal: string | null;
  http_status: number | null;
  /** JSON. */
  params: string;
  /** JSON. */
  result: string;
  /** A JSON array of texts. */
  warnings: string;
}

interface TaskLogTable {
  id: Generated<number>;
  task: number;
  run_id: string | null;
  at: number;
  level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  message: string;
  /** JSON. */
  data: string;
}
