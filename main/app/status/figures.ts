import { toInstant } from '../../../contracts/common/instant.ts';
import type { Caller } from '../access/caller.ts';
import { ScheduleError } from '../schedule/schedule-error.ts';
import { WallClock } from '../schedule/wall-clock.ts';
import { AppError } from '../errors/app-error.ts';
import { requireTask } from '../tasks/task-deps.ts';
import type { RunTotals } from './ports.ts';
import { dateAt } from './follow-report.ts';
import type { StatusDeps } from './status-deps.ts';

const DAY_MS = 86_400_000;
const DAYS_SHOWN = 30;
const NOTHING: RunTotals = { total: 0, successful: 0, failed: 0, timed: 0, durationMs: 0 };

/** Since the task was registered: from the daily metrics, which are kept for ever. */
export async function taskFigures(deps: StatusDeps, caller: Caller, idText: string) {
  return deps.catalog.read(async (stores) => {
    const task = await requireTask(stores, caller, idText);
    const head = await stores.statuses.headById(task.id);
    return {
      task_id: task.taskId,
      ...figuresOf(await stores.statuses.totals(task.id)),
      last_run_at: task.lastRunAt && toInstant(task.lastRunAt.getTime()),
      last_status: head?.track?.last.status ?? null,
      last_seen: task.lastSeenAt && toInstant(task.lastSeenAt.getTime()),
      usual_duration_seconds: head?.usual ? head.usual.medianMs / 1000 : null,
    };
  });
}

/** Of the day that it is in a time zone; it has 23 or 25 hours where clocks change. */
export async function summaryOfToday(deps: StatusDeps, caller: Caller, idText: string, tz: string | undefined) {
  const timeZone = tz ?? deps.timeZone;
  const nowMs = deps.clock.now().getTime();
  const { date, fromMs, toMs } = dayAround(nowMs, timeZone);
  return deps.catalog.read(async (stores) => {
    const { id, taskId, state } = await requireTask(stores, caller, idText);
    const last = (await stores.statuses.headById(id))?.track?.last ?? null;
    return {
      task_id: taskId,
      date,
      time_zone: timeZone,
      ...figuresOf(await stores.statuses.totalsBetween(id, fromMs, toMs)),
      running: state === 'running',
      status_updates: await stores.statuses.countHistory({ task: id, fromMs, toMs }),
      last_status: last?.status ?? null,
      last_message: last?.message ?? null,
      last_update: last && toInstant(last.atMs),
    };
  });
}

/** The last 30 days up to today, oldest first, each of them. */
export async function dailyMetrics(deps: StatusDeps, caller: Caller, idText: string) {
  const today = dateAt(deps.clock.now().getTime(), deps.timeZone);
  const dates = Array.from({ length: DAYS_SHOWN }, (_, at) => dayBefore(today, DAYS_SHOWN - 1 - at));
  const [first = today] = dates;
  return deps.catalog.read(async (stores) => {
    const { id, taskId } = await requireTask(stores, caller, idText);
    const known = new Map((await stores.statuses.days(id, first, today)).map((day) => [day.date, day]));
    return dates.map((date) => ({ task_id: taskId, date, ...figuresOf(known.get(date) ?? NOTHING) }));
  });
}

function figuresOf({ total, successful, failed, timed, durationMs }: RunTotals) {
  return {
    total_runs: total,
    successful_runs: successful,
    failed_runs: failed,
    avg_duration: timed === 0 ? null : Math.round(durationMs / timed) / 1000,
    uptime_percentage: total === 0 ? null : Math.round((successful / total) * 10_000) / 100,
  };
}

/** On the calendar, where each day has 24 hours. */
function dayBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10);
}

function dayAround(atMs: number, timeZone: string) {
  try {
    const clock = WallClock.of(timeZone);
    const date = dateAt(atMs, timeZone);
    const wallMs = Date.parse(date);
    return { date, fromMs: clock.firstReaching(wallMs), toMs: clock.firstReaching(wallMs + DAY_MS) };
  } catch (error) {
    if (!(error instanceof ScheduleError)) throw error;
    throw new AppError('invalid_request', `tz: ${error.message}`, { field: 'tz', code: error.code });
  }
}
