import type { Generated } from 'kysely';

export interface TaskTables {
  tasks: TaskTable;
  task_dependencies: TaskDependencyTable;
}

/** Instants in milliseconds since 1970, flags as 0 and 1. */
export interface TaskTable {
  id: Generated<number>;
  task_id: string;
  display_name: string;
  description: string | null;
  task_type: string;
  server_id: string | null;
  is_active: number;
  last_seen: number | null;
  created_at: number;
  updated_at: number;
  /** `user:7`: the kind and id of the caller. */
  created_by: string;
  created_by_name: string;
  /** Likewise. */
  assigned_to: string | null;
  assigned_to_name: string | null;
  expected_schedule: string | null;
  /** Null: that of the installation, for a monitored task. */
  time_zone: string | null;
  grace_minutes: number | null;
  max_duration_minutes: number | null;
  state: 'created' | 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
  state_changed_at: number;
  last_run_at: number | null;
  priority: 'low' | 'normal' | 'high';
  /** Null for a monitored task, and so is all that follows. */
  action_type: string | null;
  /** JSON. */
  config: string | null;
  /** Null is manual. */
  schedule: string | null;
  max_retries: number | null;
  timeout_ms: number | null;
  handled_until: number | null;
  anchor: number | null;
  /** The last instant that a Date can hold stands for `indefinitely`. */
  paused_until: number | null;
  skip_next: number;
  managed_by: string | null;
}

interface TaskDependencyTable {
  task: number;
  depends_on: number;
}
