import { sql, type Kysely } from 'kysely';
import type { ExecutedTask } from '../../app/monitoring/ports.ts';
import type { Schema } from './schema.ts';

interface ExecutedRow {
  readonly id: number;
  readonly task_id: string;
  readonly display_name: string;
  readonly is_active: number;
  readonly grace_minutes: number | null;
  readonly max_duration_minutes: number | null;
  readonly last_state: 'completed' | 'failed' | null;
  readonly last_reason: string | null;
  readonly active_since: number | null;
  /** A JSON array of milliseconds. */
  readonly durations: string | null;
}

/** Fewer say nothing of what is usual. */
const LEAST_RUNS = 5;
const MOST_RUNS = 21;

/** Each task with its newest end, found by the index `runs_begun`; durations only of those that run right now. */
export async function executedTasks(db: Kysely<Schema>): Promise<ExecutedRow[]> {
  const { rows } = await sql<ExecutedRow>`
    SELECT tasks.id, task_id, display_name, is_active, grace_minutes, max_duration_minutes,
      last.state AS last_state, last.failure_reason AS last_reason,
      coalesce(active.started_at, active.created_at) AS active_since,
      iif(active.started_at IS NULL, NULL, (
        SELECT json_group_array(finished_at - started_at) FROM (
          SELECT finished_at, started_at FROM runs AS done
          WHERE done.task = tasks.id AND done.started_at IS NOT NULL AND done.state = 'completed'
          ORDER BY seq DESC LIMIT ${sql.lit(MOST_RUNS)}
        )
      )) AS durations
    FROM tasks
    LEFT JOIN runs AS last ON last.seq = (
      SELECT seq FROM runs AS ended
      WHERE ended.task = tasks.id AND (ended.started_at IS NOT NULL OR ended.finished_at IS NULL)
        AND ended.state IN ('completed', 'failed')
      ORDER BY seq DESC LIMIT 1
    )
    LEFT JOIN runs AS active ON active.seq = (
      SELECT seq FROM runs AS open
      WHERE open.task = tasks.id AND open.state IN ('pending', 'running') ORDER BY seq LIMIT 1
    )
    WHERE action_type IS NOT NULL
    ORDER BY tasks.id
  `.execute(db);
  return rows;
}

export function executedOf(row: ExecutedRow): ExecutedTask {
  return {
    id: row.id,
    taskId: row.task_id as ExecutedTask['taskId'],
    displayName: row.display_name,
    isActive: row.is_active === 1,
    graceMinutes: row.grace_minutes,
    maxDurationMinutes: row.max_duration_minutes,
    lastEnd: row.last_state && { state: row.last_state, reason: row.last_reason },
    activeSince: row.active_since === null ? null : new Date(row.active_since),
    usualMs: medianOf(row.durations === null ? [] : (JSON.parse(row.durations) as number[])),
  };
}

function medianOf(durationsMs: readonly number[]): number | null {
  if (durationsMs.length < LEAST_RUNS) return null;
  const sorted = [...durationsMs].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
