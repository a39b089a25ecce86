import { sql, type Kysely } from 'kysely';
import type { LateTime, OverviewStore, TaskDay } from '../../app/overview/ports.ts';
import type { Run } from '../../app/runs/ports.ts';
import type { TaskVisibility } from '../../app/tasks/ports.ts';
import { runOf, type RunRow } from './run-rows.ts';
import { RUN_COLUMNS } from './run-store.ts';
import type { Schema } from './schema.ts';
import { isVisible } from './task-filter.ts';

export class SqlOverviewStore implements OverviewStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** The index runs_begun finds each task's last run without looking at the others. */
  async lastRuns(visibleTo: TaskVisibility): Promise<readonly Run[]> {
    const rows = await this.#db
      .selectFrom('tasks')
      .innerJoin('runs', (join) =>
        join.on(
          'runs.seq',
          '=',
          sql<number>`(SELECT max(last.seq) FROM runs AS last
            WHERE last.task = tasks.id AND (last.started_at IS NOT NULL OR last.finished_at IS NULL))`,
        ),
      )
      .select(RUN_COLUMNS)
      .select(sql<string>`'null'`.as('result'))
      .where('tasks.action_type', 'is not', null)
      .where((eb) => isVisible(eb as Parameters<typeof isVisible>[0], visibleTo))
      .$castTo<RunRow>()
      .execute();
    return rows.map(runOf);
  }

  async days(first: string): Promise<readonly TaskDay[]> {
    const { rows } = await sql<TaskDay>`
      SELECT days.task, days.date, days.successful_runs AS successful, days.failed_runs AS failed
      FROM tasks CROSS JOIN daily_metrics AS days ON days.task = tasks.id AND days.date >= ${first}
    `.execute(this.#db);
    return rows;
  }

  async warnedEnds(fromMs: number) {
    const { rows } = await sql<{ task: number; atMs: number }>`
      SELECT task, finished_at AS atMs FROM runs
      WHERE warnings <> '[]' AND finished_at IS NOT NULL AND finished_at >= ${fromMs} AND state = 'completed'
      UNION ALL
      SELECT task, ended_at FROM monitored_runs
      WHERE warned = 1 AND ended_at IS NOT NULL AND ended_at >= ${fromMs} AND outcome = 'completed'
    `.execute(this.#db);
    return rows;
  }

  async lateTimes(fromMs: number): Promise<readonly LateTime[]> {
    const { rows } = await sql<LateTime>`
      SELECT task, opened_at AS fromMs, resolved_at AS toMs FROM alerts
      WHERE task IS NOT NULL AND kind IN ('overdue', 'stuck') AND opened_at >= ${fromMs}
      UNION ALL
      SELECT task, opened_at, resolved_at FROM alerts
      WHERE task IS NOT NULL AND kind IN ('overdue', 'stuck') AND opened_at < ${fromMs} AND resolved_at IS NULL
    `.execute(this.#db);
    return rows;
  }
}
