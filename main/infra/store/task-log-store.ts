import type { ExpressionBuilder, Kysely } from 'kysely';
import type { TaskLogFilter, TaskLogRecord, TaskLogStore } from '../../app/runs/ports.ts';
import type { Schema } from './schema.ts';

export class SqlTaskLogStore implements TaskLogStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async append(task: number, runId: string | null, { at, level, message, data }: TaskLogRecord): Promise<void> {
    await this.#db
      .insertInto('task_log')
      .values({ task, run_id: runId, at: at.getTime(), level, message, data: JSON.stringify(data) })
      .execute();
  }

  async list(
    filter: TaskLogFilter,
    { limit = -1, offset = 0 }: { limit?: number | undefined; offset?: number | undefined },
  ): Promise<readonly TaskLogRecord[]> {
    const rows = await this.#db
      .selectFrom('task_log')
      .select(['at', 'level', 'message', 'data'])
      .where((eb) => matches(eb, filter))
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(({ at, level, message, data }) => ({
      at: new Date(at),
      level,
      message,
      data: JSON.parse(data) as TaskLogRecord['data'],
    }));
  }

  async count(filter: TaskLogFilter): Promise<number> {
    const { count } = await this.#db
      .selectFrom('task_log')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where((eb) => matches(eb, filter))
      .executeTakeFirstOrThrow();
    return count;
  }

  async removeBefore(at: Date, limit: number): Promise<number> {
    const oldest = this.#db
      .selectFrom('task_log')
      .select('id')
      .where('at', '<', at.getTime())
      .orderBy('at')
      .orderBy('id')
      .limit(limit);
    const { numDeletedRows } = await this.#db
      .deleteFrom('task_log')
      .where('id', 'in', oldest)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}

function matches(eb: ExpressionBuilder<Schema, 'task_log'>, { task, levels, runId }: TaskLogFilter) {
  return eb.and([
    eb('task', '=', task),
    ...(levels === undefined ? [] : [eb('level', 'in', [...levels])]),
    ...(runId === undefined ? [] : [eb('run_id', '=', runId)]),
  ]);
}
