import { sql, type Expression, type ExpressionBuilder, type Kysely, type SqlBool } from 'kysely';
import type { DependencyState, Run, RunFilter, RunStore } from '../../app/runs/ports.ts';
import { changedRunRow, newRunRow, runOf, type RunRow } from './run-rows.ts';
import type { Schema } from './schema.ts';
import { isVisible } from './task-filter.ts';

/** All that a Run shows, but its result, which may be large. */
export const RUN_COLUMNS = [
  'runs.id',
  'runs.task',
  'runs.action',
  'runs.priority',
  'runs.state',
  'runs.trigger',
  'runs.requested_by',
  'runs.requested_by_name',
  'runs.restart_of',
  'runs.created_at',
  'runs.due_at',
  'runs.due_count',
  'runs.catch_up',
  'runs.attempts',
  'runs.max_attempts',
  'runs.params',
  'runs.started_at',
  'runs.finished_at',
  'runs.retry_at',
  'runs.progress',
  'runs.message',
  'runs.log_id',
  'runs.log_bytes',
  'runs.failure_code',
  'runs.failure_reason',
  'runs.exit_code',
  'runs.signal',
  'runs.http_status',
  'runs.warnings',
  'tasks.task_id',
  'tasks.display_name as task_name',
] as const;

export class SqlRunStore implements RunStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(run: Run): Promise<Run | null> {
    const inserted = await this.#db
      .insertInto('runs')
      .values(newRunRow(run))
      .onConflict((conflict) => conflict.doNothing())
      .returning('seq')
      .executeTakeFirst();
    return inserted ? run : null;
  }

  async find(id: string): Promise<Run | null> {
    const row = await this.#rows().select('runs.result').where('runs.id', '=', id).executeTakeFirst();
    return row ? runOf(row) : null;
  }

  async update(run: Run): Promise<void> {
    const end = run.finishedAt ? { ended_after: sql<number>`(SELECT max(seq) FROM runs)` } : {};
    const { numUpdatedRows } = await this.#db
      .updateTable('runs')
      .set({ ...changedRunRow(run), ...end })
      .where('id', '=', run.id)
      .where('finished_at', 'is', null)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) throw new Error(`The run ${run.id} is not there any more, or has ended.`);
  }

  async findActive(task: number): Promise<Run | null> {
    const row = await this.#rows()
      .select('runs.result')
      .where('runs.task', '=', task)
      .where('runs.state', 'in', ['pending', 'running'])
      .executeTakeFirst();
    return row ? runOf(row) : null;
  }

  async hasActive(task: number): Promise<boolean> {
    const row = await this.#db
      .selectFrom('runs')
      .select('seq')
      .where('task', '=', task)
      .where('state', 'in', ['pending', 'running'])
      .executeTakeFirst();
    return row !== undefined;
  }

  async listActive(): Promise<readonly Run[]> {
    const rows = await this.#rows()
      .select('runs.result')
      .where('runs.state', 'in', ['pending', 'running'])
      .orderBy('runs.seq')
      .execute();
    return rows.map(runOf);
  }

  async list(
    filter: RunFilter,
    { limit = -1, offset = 0 }: { limit?: number | undefined; offset?: number | undefined },
  ) {
    const rows = await this.#rows()
      .select(sql<string>`'null'`.as('result'))
      .where((eb) => matches(eb, filter))
      .orderBy('runs.created_at', 'desc')
      .orderBy('runs.seq', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(runOf);
  }

  async count(filter: RunFilter): Promise<number> {
    const { count } = await this.#db
      .selectFrom('runs')
      .innerJoin('tasks', 'tasks.id', 'runs.task')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where((eb) => matches(eb, filter))
      .executeTakeFirstOrThrow();
    return count;
  }

  async dependencyStates(task: number): Promise<readonly DependencyState[]> {
    const { rows } = await sql<{ id: number; task_id: string; monitored: number; met: number | null }>`
      SELECT target.id, target.task_id, target.action_type IS NULL AS monitored,
        (SELECT theirs.state = 'completed' AND theirs.ended_after >= coalesce(
            (SELECT max(own.seq) FROM runs AS own WHERE own.task = ${task} AND own.started_at IS NOT NULL), 0)
          FROM runs AS theirs
          WHERE theirs.task = target.id AND (theirs.started_at IS NOT NULL OR theirs.finished_at IS NULL)
          ORDER BY theirs.seq DESC LIMIT 1) AS met
      FROM task_dependencies AS link JOIN tasks AS target ON target.id = link.depends_on
      WHERE link.task = ${task}
      ORDER BY link.rowid
    `.execute(this.#db);
    return rows.map(({ id, task_id, monitored, met }) => ({
      id,
      taskId: task_id,
      isMonitored: monitored === 1,
      isMet: met === 1,
    }));
  }

  async lastMadeAt(task: number): Promise<Date | null> {
    const row = await this.#db
      .selectFrom('runs')
      .select('created_at')
      .where('task', '=', task)
      .where('started_at', 'is not', null)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? new Date(row.created_at) : null;
  }

  async knownLogs(logIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#db
      .selectFrom('runs')
      .select('log_id')
      .where('log_id', 'in', sql<string>`(SELECT value FROM json_each(${JSON.stringify(logIds)}))`)
      .execute();
    return new Set(rows.flatMap(({ log_id }) => (log_id === null ? [] : [log_id])));
  }

  async removeFinished(at: Date, limit: number) {
    const { rows } = await sql<{ log_id: string | null }>`
      DELETE FROM runs WHERE seq IN (
        SELECT old.seq FROM runs AS old
        WHERE old.finished_at < ${at.getTime()}
          AND old.seq < (SELECT max(newer.seq) FROM runs AS newer
            WHERE newer.task = old.task AND (newer.started_at IS NOT NULL OR newer.finished_at IS NULL))
        ORDER BY old.finished_at, old.seq LIMIT ${limit})
      RETURNING log_id
    `.execute(this.#db);
    return { count: rows.length, logIds: rows.flatMap(({ log_id }) => (log_id === null ? [] : [log_id])) };
  }

  #rows() {
    return this.#db
      .selectFrom('runs')
      .innerJoin('tasks', 'tasks.id', 'runs.task')
      .select(RUN_COLUMNS)
      .$castTo<Omit<RunRow, 'result'>>();
  }
}

function matches(
  eb: ExpressionBuilder<Schema, 'runs' | 'tasks'>,
  { visibleTo, state, task, trigger, from, to }: RunFilter,
): Expression<SqlBool> {
  return eb.and([
    isVisible(eb, visibleTo),
    ...(state === undefined ? [] : [eb('runs.state', '=', state)]),
    ...(task === undefined ? [] : [eb('runs.task', '=', task)]),
    ...(trigger === undefined ? [] : [eb('runs.trigger', '=', trigger)]),
    ...(from === undefined ? [] : [eb('runs.created_at', '>=', from.getTime())]),
    ...(to === undefined ? [] : [eb('runs.created_at', '<', to.getTime())]),
  ]);
}
