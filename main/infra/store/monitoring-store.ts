import { sql, type Kysely } from 'kysely';
import { LISTED_DATA_BYTES, LISTED_MESSAGE_LENGTH } from '../../../contracts/status.ts';
import type { AlertRecord } from '../../app/alerts/ports.ts';
import type { ExecutedTask, MonitoringStore, WatchedTask, WatchFilter } from '../../app/monitoring/ports.ts';
import { alertOf } from './alert-store.ts';
import { executedOf, executedTasks } from './executed-tasks.ts';
import type { TaskId } from '../../app/tasks/ports.ts';
import type { Schema } from './schema.ts';
import type { TaskTable } from './schema/tasks.ts';
import { TRACK_COLUMNS, trackOf, usualOf, type TrackRow } from './status-columns.ts';
import { isVisible } from './task-filter.ts';

type WatchedRow = TrackRow &
  Pick<
    TaskTable,
    | 'task_id'
    | 'display_name'
    | 'is_active'
    | 'action_type'
    | 'expected_schedule'
    | 'time_zone'
    | 'grace_minutes'
    | 'max_duration_minutes'
    | 'updated_at'
    | 'last_run_at'
    | 'state'
    | 'state_changed_at'
  > & {
    readonly id: number;
    readonly expectation: string | null;
    readonly since: number | null;
    readonly usual_ms: number | null;
    readonly spread_ms: number | null;
  };

export class SqlMonitoringStore implements MonitoringStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async watched(afterId: number, limit: number): Promise<WatchedTask[]> {
    const rows = await this.#rows('nothing')
      .where('action_type', 'is', null)
      .where('tasks.id', '>', afterId)
      .orderBy('tasks.id')
      .limit(limit)
      .execute();
    return rows.map(watchedOf);
  }

  async watchedAmong(ids: readonly number[]): Promise<WatchedTask[]> {
    const rows = await this.#rows('nothing')
      .where('tasks.id', 'in', sql<number>`(SELECT value FROM json_each(${JSON.stringify(ids)}))`)
      .execute();
    return rows.map(watchedOf);
  }

  async watchedById(id: number): Promise<WatchedTask | null> {
    const row = await this.#rows('whole').where('tasks.id', '=', id).executeTakeFirst();
    return row ? watchedOf(row) : null;
  }

  async list(
    filter: WatchFilter,
    page: { limit?: number | undefined; offset?: number | undefined },
  ): Promise<WatchedTask[]> {
    let query = this.#rows('listed')
      .where((eb) => isVisible(eb as Parameters<typeof isVisible>[0], filter.visibleTo))
      .orderBy('tasks.id');
    if (filter.status !== undefined) query = query.where(hasStatus(filter.status));
    if (page.limit !== undefined || page.offset !== undefined) {
      query = query.limit(page.limit ?? -1).offset(page.offset ?? 0);
    }
    return (await query.execute()).map(watchedOf);
  }

  async count({ visibleTo, status }: WatchFilter): Promise<number> {
    let query = this.#db
      .selectFrom('tasks')
      .leftJoin('current_status', 'current_status.task', 'tasks.id')
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .where((eb) => isVisible(eb as Parameters<typeof isVisible>[0], visibleTo));
    if (status !== undefined) query = query.where(hasStatus(status));
    return (await query.executeTakeFirstOrThrow()).total;
  }

  async putWatch(task: number, watch: { expectation: string; since: Date } | null): Promise<void> {
    const columns = { expectation: watch?.expectation ?? null, since: watch?.since.getTime() ?? null };
    await this.#db
      .insertInto('task_watches')
      .values({ task, ...columns })
      .onConflict((conflict) => conflict.column('task').doUpdateSet(columns))
      .execute();
  }

  async openAlerts(tasks: readonly number[]): Promise<AlertRecord[]> {
    const rows = await this.#openAlerts()
      .where('task', 'in', sql<number>`(SELECT value FROM json_each(${JSON.stringify(tasks)}))`)
      .execute();
    return rows.map(alertOf);
  }

  async orphanedAlerts(): Promise<AlertRecord[]> {
    const rows = await this.#openAlerts()
      .where('action_type', 'is not', null)
      .where(sql<boolean>`json_extract(details, '$.executed') IS NULL`)
      .execute();
    return rows.map(alertOf);
  }

  async executed(): Promise<ExecutedTask[]> {
    return (await executedTasks(this.#db)).map(executedOf);
  }

  #openAlerts() {
    return this.#db
      .selectFrom('alerts')
      .innerJoin('tasks', 'tasks.id', 'alerts.task')
      .selectAll('alerts')
      .where('resolved_at', 'is', null);
  }

  #rows(texts: 'whole' | 'listed' | 'nothing') {
    return this.#db
      .selectFrom('tasks')
      .leftJoin('current_status', 'current_status.task', 'tasks.id')
      .leftJoin('task_watches', 'task_watches.task', 'tasks.id')
      .select([
        'tasks.id',
        'task_id',
        'display_name',
        'is_active',
        'action_type',
        'expected_schedule',
        'time_zone',
        'grace_minutes',
        'max_duration_minutes',
        'updated_at',
        'last_run_at',
        'state',
        'state_changed_at',
        'expectation',
        'since',
        'usual_ms',
        'spread_ms',
        ...TRACK_COLUMNS,
        TEXTS[texts].message.as('message'),
        TEXTS[texts].data.as('data'),
      ])
      .$castTo<WatchedRow>();
  }
}

const NONE = sql<string | null>`NULL`;
const TEXTS = {
  whole: { message: sql<string | null>`current_status.message`, data: sql<string | null>`current_status.data` },
  nothing: { message: NONE, data: NONE },
  listed: {
    message: sql<string | null>`substr(current_status.message, 1, ${sql.lit(LISTED_MESSAGE_LENGTH)})`,
    data: sql<
      string | null
    >`iif(octet_length(current_status.data) <= ${sql.lit(LISTED_DATA_BYTES)}, current_status.data, NULL)`,
  },
} as const;

/** A task that never reported is `unknown`. */
function hasStatus(status: string) {
  return sql<boolean>`coalesce(current_status.status, 'unknown') = ${status}`;
}

function watchedOf(row: WatchedRow): WatchedTask {
  const { expectation, since } = row;
  return {
    id: row.id,
    taskId: row.task_id as TaskId,
    displayName: row.display_name,
    isActive: row.is_active === 1,
    isMonitored: row.action_type === null,
    expectedSchedule: row.expected_schedule,
    timeZone: row.time_zone,
    graceMinutes: row.grace_minutes,
    maxDurationMinutes: row.max_duration_minutes,
    updatedAt: new Date(row.updated_at),
    lastRunAt: row.last_run_at === null ? null : new Date(row.last_run_at),
    state: row.state,
    stateChangedAt: new Date(row.state_changed_at),
    watch: expectation === null || since === null ? null : { expectation, since: new Date(since) },
    usual: usualOf(row),
    track: trackOf(row),
  };
}
