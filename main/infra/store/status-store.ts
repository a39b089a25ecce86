import { sql, type Kysely } from 'kysely';
import type {
  DayEntry,
  DayTotals,
  EndedRun,
  HistoryFilter,
  RemovedRun,
  Report,
  RunEnd,
  RunTotals,
  StatusHead,
  StatusStore,
  StoredReport,
  Track,
  UsualDuration,
} from '../../app/status/ports.ts';
import type { Schema } from './schema.ts';
import { headOf, StatusQueries, type ReportRow } from './status-queries.ts';

export class SqlStatusStore implements StatusStore {
  readonly #db: Kysely<Schema>;
  readonly #queries: StatusQueries;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
    this.#queries = new StatusQueries(db);
  }

  async head(taskId: string): Promise<StatusHead | null> {
    const row = await this.#queries.head.first({ taskId });
    return row ? headOf(row) : null;
  }

  async headById(id: number): Promise<StatusHead | null> {
    const row = await this.#queries.headById.first({ id });
    return row ? headOf(row) : null;
  }

  async addReport(task: number, report: Report, attemptId: string | null): Promise<number> {
    const { atMs: at, status, message, progress, data } = report;
    const row = await this.#queries.addReport.first({ task, at, status, message, progress, data, attemptId });
    return idOf(row);
  }

  async findAttempt(task: number, attemptId: string): Promise<StoredReport | null> {
    const row = await this.#queries.findAttempt.first({ task, attemptId });
    return row ? reportOf(row) : null;
  }

  async history(filter: HistoryFilter, page: { limit: number; offset: number }): Promise<StoredReport[]> {
    const rows = await this.#history(filter)
      .select(['id', 'at', 'status', 'message', 'progress', 'data'])
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute();
    return rows.map(reportOf);
  }

  async countHistory(filter: HistoryFilter): Promise<number> {
    const { total } = await this.#history(filter)
      .select((eb) => eb.fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  async reportsFrom(task: number, fromMs: number, limit: number): Promise<StoredReport[]> {
    const rows = await this.#history({ task, fromMs })
      .select(['id', 'at', 'status', 'message', 'progress', 'data'])
      .orderBy('at')
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(reportOf);
  }

  async putTrack(task: number, { last, open, ended }: Track): Promise<void> {
    await this.#queries.putTrack.run({
      task,
      at: last.atMs,
      status: last.status,
      message: last.message,
      progress: last.progress,
      data: last.data,
      run: open?.id ?? null,
      runBeganAt: open?.beganAtMs ?? null,
      runSeenAt: open?.seenAtMs ?? null,
      runProgress: open?.progress ?? null,
      runWarned: open && Number(open.warned),
      endRun: ended?.id ?? null,
      endAt: ended?.atMs ?? null,
      endStatus: ended?.status ?? null,
      endFailed: ended && Number(ended.failed),
      endPace: ended?.pace ?? null,
    });
  }

  async removeTrack(task: number): Promise<void> {
    await this.#db.deleteFrom('current_status').where('task', '=', task).execute();
  }

  async openRun(task: number, beganAtMs: number): Promise<number> {
    const row = await this.#queries.openRun.first({ task, beganAtMs });
    return idOf(row);
  }

  async endRun(run: number, end: RunEnd): Promise<void> {
    await this.#queries.endRun.run({ run, ...valuesOf(end) });
  }

  async addEndedRun(task: number, end: RunEnd): Promise<number> {
    const row = await this.#queries.addEndedRun.first({ task, beganAtMs: end.endedAtMs, ...valuesOf(end) });
    return idOf(row);
  }

  async markWarned(run: number): Promise<void> {
    await this.#db.updateTable('monitored_runs').set({ warned: 1 }).where('id', '=', run).execute();
  }

  async lastDurations(task: number, limit: number): Promise<number[]> {
    const rows = await this.#queries.lastDurations.all({ task, limit });
    return rows.map(({ duration_ms }) => duration_ms);
  }

  async putUsual(task: number, { medianMs, spreadMs }: UsualDuration): Promise<void> {
    await this.#queries.putUsual.run({ task, medianMs, spreadMs });
  }

  async lastRunBy(task: number, atMs: number): Promise<{ beganAtMs: number; endedAtMs: number | null } | null> {
    const row = await this.#db
      .selectFrom('monitored_runs')
      .select(['began_at', 'ended_at'])
      .where('task', '=', task)
      .where('began_at', '<=', atMs)
      .where((eb) => eb.or([eb('ended_at', 'is', null), eb('outcome', '<>', 'cancelled')]))
      .orderBy('began_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? { beganAtMs: row.began_at, endedAtMs: row.ended_at } : null;
  }

  async lastEndBefore(task: number, atMs: number): Promise<EndedRun | null> {
    const row = await this.#db
      .selectFrom('monitored_runs')
      .select(['id', 'ended_at', 'outcome', 'warned'])
      .where('task', '=', task)
      .where('ended_at', '<', atMs)
      .orderBy('ended_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    if (!row || row.ended_at === null || row.outcome === 'cancelled') return null;
    const failed = row.outcome === 'failed';
    return { id: row.id, atMs: row.ended_at, status: failed ? 'failed' : 'completed', failed, pace: null };
  }

  async removeRunsFrom(task: number, fromMs: number): Promise<RemovedRun[]> {
    const rows = await this.#db
      .deleteFrom('monitored_runs')
      .where('task', '=', task)
      .where('began_at', '>=', fromMs)
      .returning(['began_at', 'ended_at', 'outcome', 'warned', 'duration_ms'])
      .execute();
    return rows.flatMap(({ began_at, ended_at, outcome, warned, duration_ms }) =>
      ended_at === null || outcome === null
        ? []
        : [{ beganAtMs: began_at, endedAtMs: ended_at, outcome, warned: warned === 1, durationMs: duration_ms }],
    );
  }

  async lastCompletedAt(task: number): Promise<Date | null> {
    const row = await this.#db
      .selectFrom('monitored_runs')
      .select(['ended_at', 'outcome'])
      .where('task', '=', task)
      .where('ended_at', 'is not', null)
      .where('outcome', '<>', 'cancelled')
      .orderBy('ended_at', 'desc')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.outcome === 'completed' && row.ended_at !== null ? new Date(row.ended_at) : null;
  }

  async addToDay(task: number, date: string, { failed, durationMs }: DayEntry, sign: 1 | -1): Promise<void> {
    await this.#queries.addToDay.run({
      task,
      date,
      total: sign,
      successful: failed ? 0 : sign,
      failed: failed ? sign : 0,
      timed: durationMs === null ? 0 : sign,
      duration: (durationMs ?? 0) * sign,
    });
  }

  async days(task: number, fromDate: string, toDate: string): Promise<DayTotals[]> {
    const rows = await this.#db
      .selectFrom('daily_metrics')
      .selectAll()
      .where('task', '=', task)
      .where('date', '>=', fromDate)
      .where('date', '<=', toDate)
      .orderBy('date')
      .execute();
    return rows.map((row) => ({ date: row.date, ...totalsOf(row) }));
  }

  async totals(task: number): Promise<RunTotals> {
    const row = await this.#db
      .selectFrom('daily_metrics')
      .select((eb) => [
        eb.fn.sum<number | null>('total_runs').as('total_runs'),
        eb.fn.sum<number | null>('successful_runs').as('successful_runs'),
        eb.fn.sum<number | null>('failed_runs').as('failed_runs'),
        eb.fn.sum<number | null>('timed_runs').as('timed_runs'),
        eb.fn.sum<number | null>('duration_ms').as('duration_ms'),
      ])
      .where('task', '=', task)
      .executeTakeFirstOrThrow();
    return totalsOf(row);
  }

  async totalsBetween(task: number, fromMs: number, toMs: number): Promise<RunTotals> {
    const { rows } = await sql<TotalsRow>`
      SELECT count(*) AS total_runs,
        count(*) FILTER (WHERE outcome = 'completed') AS successful_runs,
        count(*) FILTER (WHERE outcome = 'failed') AS failed_runs,
        count(duration) AS timed_runs, sum(duration) AS duration_ms
      FROM (
        SELECT outcome, duration_ms AS duration FROM monitored_runs
        WHERE task = ${task} AND ended_at >= ${fromMs} AND ended_at < ${toMs} AND outcome <> 'cancelled'
        UNION ALL
        SELECT state, finished_at - started_at FROM runs
        WHERE task = ${task} AND finished_at >= ${fromMs} AND finished_at < ${toMs} AND state <> 'cancelled'
      )
    `.execute(this.#db);
    return totalsOf(rows[0] ?? NOTHING);
  }

  async removeReportsBefore(ms: number, limit: number): Promise<number> {
    const oldest = this.#db.selectFrom('status_history').select('id').where('at', '<', ms).orderBy('at').limit(limit);
    const { numDeletedRows } = await this.#db
      .deleteFrom('status_history')
      .where('id', 'in', oldest)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  async removeRunsBefore(ms: number, limit: number): Promise<number> {
    const oldest = this.#db
      .selectFrom('monitored_runs')
      .select('id')
      .where('ended_at', '<', ms)
      .orderBy('ended_at')
      .limit(limit);
    const { numDeletedRows } = await this.#db
      .deleteFrom('monitored_runs')
      .where('id', 'in', oldest)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  #history({ task, fromMs, toMs }: HistoryFilter) {
    let query = this.#db.selectFrom('status_history').where('task', '=', task);
    if (fromMs !== undefined) query = query.where('at', '>=', fromMs);
    if (toMs !== undefined) query = query.where('at', '<', toMs);
    return query;
  }
}

interface TotalsRow {
  readonly total_runs: number | null;
  readonly successful_runs: number | null;
  readonly failed_runs: number | null;
  readonly timed_runs: number | null;
  readonly duration_ms: number | null;
}

const NOTHING: TotalsRow = { total_runs: 0, successful_runs: 0, failed_runs: 0, timed_runs: 0, duration_ms: 0 };

function totalsOf(row: TotalsRow): RunTotals {
  return {
    total: row.total_runs ?? 0,
    successful: row.successful_runs ?? 0,
    failed: row.failed_runs ?? 0,
    timed: row.timed_runs ?? 0,
    durationMs: row.duration_ms ?? 0,
  };
}

function idOf(row: { readonly id: number } | undefined): number {
  if (!row) throw new Error('A row was stored without an id.');
  return row.id;
}

function reportOf({ id, at, status, message, progress, data }: ReportRow): StoredReport {
  return { id, atMs: at, status, message, progress, data };
}

function valuesOf({ endedAtMs, outcome, warned, durationMs }: RunEnd) {
  return { endedAtMs, outcome, warned: Number(warned), durationMs };
}
