import { sql, type Kysely } from 'kysely';
import { LISTED_DATA_BYTES, LISTED_MESSAGE_LENGTH } from '../../../contracts/status.ts';
import type { Alert, AlertKind, MonitoringStore, WatchedTask, WatchFilter } from '../../app/monitoring/ports.ts';
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

interface AlertRow {
  readonly id: number;
  readonly kind: string;
  readonly task: number;
  readonly task_id: string;
  readonly message: string;
  readonly opened_at: number;
  readonly resolved_at: number | null;
}

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

  async openAlerts(tasks: readonly number[]): Promise<Alert[]> {
    const rows = await this.#alerts()
      .where('task', 'in', sql<number>`(SELECT value FROM json_each(${JSON.stringify(tasks)}))`)
      .where('resolved_at', 'is', null)
      .execute();
    return rows.map(alertOf);
  }

  async orphanedAlerts(): Promise<Alert[]> {
    const rows = await this.#alerts().where('resolved_at', 'is', null).where('action_type', 'is not', null).execute();
    return rows.map(alertOf);
  }

  async openAlert(alert: { kind: AlertKind; task: number; message: string; at: Date }): Promise<number> {
    const { kind, task, message, at } = alert;
    const { id } = await this.#db
      .insertInto('alerts')
      .values({ kind, task, message, opened_at: at.getTime() })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }

  async resolveAlert(id: number, at: Date): Promise<void> {
    await this.#db.updateTable('alerts').set({ resolved_at: at.getTime() }).where('id', '=', id).execute();
  }

  #alerts() {
    return this.#db
      .selectFrom('alerts')
      .innerJoin('tasks', 'tasks.id', 'alerts.task')
      .select(['alerts.id', 'kind', 'tasks.id as task', 'task_id', 'message', 'opened_at', 'resolved_at']);
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

function alertOf(row: AlertRow): Alert {
  return {
    id: row.id,
    kind: row.kind as AlertKind,
    task: row.task,
    taskId: row.task_id as TaskId,
    message: row.message,
    openedAt: new Date(row.opened_at),
    resolvedAt: row.resolved_at === null ? null : new Date(row.resolved_at),
  };
}
