import { sql, type Kysely } from 'kysely';
import type { Report, StatusHead } from '../../app/status/ports.ts';
import type { TaskId } from '../../app/tasks/ports.ts';
import { Prepared, slot } from './prepared.ts';
import type { Schema } from './schema.ts';
import type { TaskTable } from './schema/tasks.ts';
import { TRACK_COLUMNS, trackOf, usualOf, type TrackRow } from './status-columns.ts';

export type HeadRow = TrackRow &
  Pick<
    TaskTable,
    | 'task_id'
    | 'is_active'
    | 'action_type'
    | 'created_by'
    | 'assigned_to'
    | 'state'
    | 'last_seen'
    | 'max_duration_minutes'
  > & { readonly id: number; readonly usual_ms: number | null; readonly spread_ms: number | null };

export interface ReportRow {
  readonly id: number;
  readonly at: number;
  readonly status: Report['status'];
  readonly message: string | null;
  readonly progress: number | null;
  readonly data: string | null;
}

/** What runs for every report, or for many of them. */
export class StatusQueries {
  readonly head: Prepared<HeadRow>;
  readonly headById: Prepared<HeadRow>;
  readonly addReport: Prepared<{ id: number }>;
  readonly findAttempt: Prepared<ReportRow>;
  readonly putTrack: Prepared<unknown>;
  readonly openRun: Prepared<{ id: number }>;
  readonly endRun: Prepared<unknown>;
  readonly addEndedRun: Prepared<{ id: number }>;
  readonly lastDurations: Prepared<{ duration_ms: number }>;
  readonly putUsual: Prepared<unknown>;
  readonly addToDay: Prepared<unknown>;

  constructor(db: Kysely<Schema>) {
    this.head = new Prepared(db, (query) => heads(query).where('task_id', '=', asText(slot<string>('taskId'))));
    this.headById = new Prepared(db, (query) => heads(query).where('tasks.id', '=', asInteger(slot<number>('id'))));
    this.addReport = new Prepared(db, addReport);
    this.findAttempt = new Prepared(db, findAttempt);
    this.putTrack = new Prepared(db, putTrack);
    this.openRun = new Prepared(db, openRun);
    this.endRun = new Prepared(db, endRun);
    this.addEndedRun = new Prepared(db, addEndedRun);
    this.lastDurations = new Prepared(db, lastDurations);
    this.putUsual = new Prepared(db, putUsual);
    this.addToDay = new Prepared(db, addToDay);
  }
}

export function headOf(row: HeadRow): StatusHead {
  const { max_duration_minutes: maxMinutes } = row;
  return {
    id: row.id,
    taskId: row.task_id as TaskId,
    isActive: row.is_active === 1,
    action: row.action_type,
    createdBy: { ref: row.created_by },
    assignedTo: row.assigned_to === null ? null : { ref: row.assigned_to },
    state: row.state,
    lastSeenMs: row.last_seen,
    maxDurationMs: maxMinutes === null ? null : maxMinutes * 60_000,
    usual: usualOf(row),
    track: trackOf(row),
  };
}

/**
 * A join whose column is compared with a bare parameter is compiled anew by SQLite (3.54) whenever that is bound: 30 µs instead
 * of 2, for every report. Measured; an expression around the parameter avoids it, and the index is used all the same.
 */
const asText = (value: string) => sql<string>`cast(${value} as text)`;
const asInteger = (value: number) => sql<number>`cast(${value} as integer)`;

function heads(db: Kysely<Schema>) {
  return db
    .selectFrom('tasks')
    .leftJoin('current_status', 'current_status.task', 'tasks.id')
    .leftJoin('task_watches', 'task_watches.task', 'tasks.id')
    .select([
      'tasks.id',
      'task_id',
      'is_active',
      'action_type',
      'created_by',
      'assigned_to',
      'state',
      'last_seen',
      'max_duration_minutes',
      'usual_ms',
      'spread_ms',
      'message',
      'data',
      ...TRACK_COLUMNS,
    ]);
}

function addReport(db: Kysely<Schema>) {
  return db
    .insertInto('status_history')
    .values({
      task: slot<number>('task'),
      at: slot<number>('at'),
      status: slot<Report['status']>('status'),
      message: slot<string | null>('message'),
      progress: slot<number | null>('progress'),
      data: slot<string | null>('data'),
      attempt_id: slot<string | null>('attemptId'),
    })
    .returning('id');
}

function findAttempt(db: Kysely<Schema>) {
  return db
    .selectFrom('status_history')
    .select(['id', 'at', 'status', 'message', 'progress', 'data'])
    .where('task', '=', slot<number>('task'))
    .where('attempt_id', '=', slot<string>('attemptId'))
    .where('attempt_id', 'is not', null);
}

function putTrack(db: Kysely<Schema>) {
  const columns = {
    at: slot<number>('at'),
    status: slot<Report['status']>('status'),
    message: slot<string | null>('message'),
    progress: slot<number | null>('progress'),
    data: slot<string | null>('data'),
    run: slot<number | null>('run'),
    run_began_at: slot<number | null>('runBeganAt'),
    run_seen_at: slot<number | null>('runSeenAt'),
    run_progress: slot<number | null>('runProgress'),
    run_warned: slot<number | null>('runWarned'),
    end_run: slot<number | null>('endRun'),
    end_at: slot<number | null>('endAt'),
    end_status: slot<Report['status'] | null>('endStatus'),
    end_failed: slot<number | null>('endFailed'),
    end_pace: slot<'longer' | 'shorter' | null>('endPace'),
  };
  return db
    .insertInto('current_status')
    .values({ task: slot<number>('task'), ...columns })
    .onConflict((conflict) => conflict.column('task').doUpdateSet(columns));
}

function openRun(db: Kysely<Schema>) {
  return db
    .insertInto('monitored_runs')
    .values({ task: slot<number>('task'), began_at: slot<number>('beganAtMs'), warned: 0 })
    .returning('id');
}

const ending = () => ({
  ended_at: slot<number>('endedAtMs'),
  outcome: slot<'completed' | 'failed' | 'cancelled'>('outcome'),
  warned: slot<number>('warned'),
  duration_ms: slot<number | null>('durationMs'),
});

function endRun(db: Kysely<Schema>) {
  return db.updateTable('monitored_runs').set(ending()).where('id', '=', slot<number>('run'));
}

function addEndedRun(db: Kysely<Schema>) {
  return db
    .insertInto('monitored_runs')
    .values({ task: slot<number>('task'), began_at: slot<number>('beganAtMs'), ...ending() })
    .returning('id');
}

function lastDurations(db: Kysely<Schema>) {
  return db
    .selectFrom('monitored_runs')
    .select('duration_ms')
    .where('task', '=', slot<number>('task'))
    .where('ended_at', 'is not', null)
    .where('outcome', '=', 'completed')
    .where('duration_ms', 'is not', null)
    .orderBy('ended_at', 'desc')
    .limit(slot<number>('limit'))
    .$castTo<{ duration_ms: number }>();
}

function putUsual(db: Kysely<Schema>) {
  const columns = { usual_ms: slot<number>('medianMs'), spread_ms: slot<number>('spreadMs') };
  return db
    .insertInto('task_watches')
    .values({ task: slot<number>('task'), ...columns })
    .onConflict((conflict) => conflict.column('task').doUpdateSet(columns));
}

function addToDay(db: Kysely<Schema>) {
  return db
    .insertInto('daily_metrics')
    .values({
      task: slot<number>('task'),
      date: slot<string>('date'),
      total_runs: slot<number>('total'),
      successful_runs: slot<number>('successful'),
      failed_runs: slot<number>('failed'),
      timed_runs: slot<number>('timed'),
      duration_ms: slot<number>('duration'),
    })
    .onConflict((conflict) =>
      conflict.columns(['task', 'date']).doUpdateSet((eb) => ({
        total_runs: eb('daily_metrics.total_runs', '+', eb.ref('excluded.total_runs')),
        successful_runs: eb('daily_metrics.successful_runs', '+', eb.ref('excluded.successful_runs')),
        failed_runs: eb('daily_metrics.failed_runs', '+', eb.ref('excluded.failed_runs')),
        timed_runs: eb('daily_metrics.timed_runs', '+', eb.ref('excluded.timed_runs')),
        duration_ms: eb('daily_metrics.duration_ms', '+', eb.ref('excluded.duration_ms')),
      })),
    );
}
