import { toInstant } from '../../../contracts/common/instant.ts';
import type { Overview, OverviewTask } from '../../../contracts/overview.ts';
import type { Caller } from '../access/caller.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { Monitor } from '../monitoring/monitor.ts';
import type { RunDispatcher } from '../runs/run-dispatcher.ts';
import type { Scheduler } from '../runs/scheduler.ts';
import { WallClock } from '../schedule/wall-clock.ts';
import { dateAt } from '../status/follow-report.ts';
import { visibilityOf } from '../tasks/task-rights.ts';
import { hasAction, type Task } from '../tasks/task.ts';
import { dayStrips, stripDates } from './day-strip.ts';
import { summaryOf } from './task-summary.ts';

export interface OverviewDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** The service's. */
  readonly timeZone: string;
  readonly monitor: Pick<Monitor, 'assess'>;
  readonly dispatcher: Pick<RunDispatcher, 'current'>;
  readonly scheduler: Pick<Scheduler, 'state' | 'pausedUntil' | 'nextStart'>;
}

/** How everything is, at once: what a page would else ask for task by task. */
export async function readOverview(deps: OverviewDeps, caller: Caller): Promise<Overview> {
  const { catalog, clock, timeZone, scheduler } = deps;
  const now = clock.now();
  const today = dateAt(now.getTime(), timeZone);
  const dates = stripDates(today);
  const [first = today] = dates;
  const firstMs = WallClock.of(timeZone).firstReaching(Date.parse(first));
  const visibleTo = visibilityOf(caller);
  const found = await catalog.read(async (stores) => ({
    tasks: await stores.tasks.list({ visibleTo }),
    watched: await stores.monitoring.list({ visibleTo }, {}),
    runs: await stores.overview.lastRuns(visibleTo),
    days: await stores.overview.days(first),
    warnedEnds: await stores.overview.warnedEnds(firstMs),
    lateTimes: await stores.overview.lateTimes(firstMs),
  }));
  const strips = dayStrips(dates, timeZone, now.getTime(), found);
  const watchedOf = new Map(found.watched.map((watched) => [watched.id, watched]));
  const runOf = new Map(found.runs.map((run) => [run.task, deps.dispatcher.current(run)]));
  const tasks = found.tasks.flatMap((task: Task) => {
    const watched = watchedOf.get(task.id);
    if (!watched) return [];
    const nextRun = hasAction(task) && task.isActive ? scheduler.nextStart(task) : null;
    const days = strips.byTask.get(task.id) ?? strips.empty;
    const assessment = deps.monitor.assess(watched, now);
    return [summaryOf({ task, watched, assessment, run: runOf.get(task.id) ?? null, nextRun, days })];
  });
  const { pausedUntil } = scheduler;
  return {
    at: toInstant(now.getTime()),
    today,
    time_zone: timeZone,
    scheduler: {
      state: scheduler.state,
      paused_until: pausedUntil instanceof Date ? toInstant(pausedUntil.getTime()) : pausedUntil,
    },
    counts: countsOf(tasks),
    next_run: nextOf(tasks, now),
    tasks,
  };
}

function countsOf(tasks: readonly OverviewTask[]): Overview['counts'] {
  const count = (matches: (task: OverviewTask) => boolean) => tasks.filter(matches).length;
  return {
    total: tasks.length,
    wrong: count(({ level }) => level === 'wrong'),
    warnings: count(({ level }) => level === 'warning'),
    well: count(({ level }) => level === 'well'),
    inactive: count(({ level }) => level === 'inactive'),
    running: count(({ running }) => running !== null),
  };
}

/** Whatever begins next, by itself or by its own script; what is late is no plan. */
function nextOf(tasks: readonly OverviewTask[], now: Date): Overview['next_run'] {
  const nowText = toInstant(now.getTime());
  let next: Overview['next_run'] = null;
  for (const { task_id, next_run: at } of tasks) {
    if (at !== null && at > nowText && (next === null || at < next.at)) next = { task_id, at };
  }
  return next;
}
