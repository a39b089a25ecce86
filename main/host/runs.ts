import type { ActionType } from '../../contracts/actions.ts';
import type { Operation } from '../api/operation.ts';
import { runOperations } from '../api/routes/runs.ts';
import type { RunTokens } from '../app/access/run-tokens.ts';
import type { Stores } from '../app/catalog/ports.ts';
import type { Timers } from '../app/clock/ports.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../app/runs/backoff.ts';
import type { MonitoredRuns } from '../app/runs/dependencies.ts';
import type { Executor, ExecutorRegistry, LeftoverProcesses, Run } from '../app/runs/ports.ts';
import { pruneRuns } from '../app/runs/prune-runs.ts';
import { RunLogs } from '../app/runs/read-run-log.ts';
import { recoverRuns } from '../app/runs/recover-runs.ts';
import { RunAttempt } from '../app/runs/run-attempt.ts';
import type { RunDeps } from '../app/runs/run-deps.ts';
import { RunDispatcher } from '../app/runs/run-dispatcher.ts';
import { RunRecords } from '../app/runs/run-records.ts';
import { Scheduler } from '../app/runs/scheduler.ts';
import type { WakeUp } from '../app/schedule/ports.ts';
import { secretsForTasks } from '../app/secrets/own-secrets.ts';
import { hasAction, type ActionTask } from '../app/tasks/task.ts';
import { SYSTEM_TIMERS } from '../infra/clock/system-timers.ts';
import { endRunProcesses } from '../infra/execution/end-run-processes.ts';
import { createExecutors } from '../infra/execution/executors.ts';
import { SystemWakeUp } from '../infra/scheduler/system-wake-up.ts';
import type { Foundation } from './foundation.ts';
import type { Chore } from './housekeeping.ts';

export interface RunsOptions {
  readonly runTokens: RunTokens;
  /** Where scripts reach this service. */
  readonly url: () => string;
  /** Instead of those of people's actions. */
  readonly executors?: ExecutorRegistry;
  /** What a run must share with others, and how many at a time may use such a key; one unless said. */
  readonly keysOf?: (task: ActionTask, run: Run) => readonly string[];
  readonly limitOf?: (key: string) => number;
  /** GuardIT's own actions, by whoever does them. */
  readonly ownExecutors?: Partial<Record<ActionType, Executor>>;
  /** What ends with a run, in the write that ends it. */
  readonly onRunEnd?: (stores: Stores, run: Run) => Promise<void>;
  /** Whether a run that a crash cut off had done its work. */
  readonly isDone?: (run: Run) => Promise<boolean>;
  /** For tests. */
  readonly wakeUp?: WakeUp;
  readonly timers?: Timers;
  readonly retry?: RetryPolicy;
}

export interface RunsArea {
  readonly operations: readonly Operation[];
  readonly dispatcher: RunDispatcher;
  readonly scheduler: Scheduler;
  /** For TaskDeps. */
  readonly hasActiveRun: (stores: Stores, id: number) => Promise<boolean>;
  readonly nextStart: (task: ActionTask) => Date | null;
  readonly chores: readonly Chore[];
  /** Sees to what a crash left, takes up what waits, and begins to follow the schedules. */
  start(): Promise<void>;
  /** Nothing new starts; what is executed is finished or cancelled as configured. */
  stop(): Promise<void>;
}

/** What scripts of a crashed service get to end by themselves. */
const LEFTOVER_GRACE_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const LEFTOVERS: LeftoverProcesses = {
  end: (runId) => endRunProcesses({ runId, groupId: null }, LEFTOVER_GRACE_MS),
};

/** Clocks of other machines have no part in this: reports are dated when they come. */
const MONITORED_RUNS: MonitoredRuns = {
  lastCompletedAt: async ({ statuses }, task) => {
    const last = await statuses.lastEndBefore(task, Number.MAX_SAFE_INTEGER);
    return last && !last.failed ? new Date(last.atMs) : null;
  },
};

/** Puts together what runs tasks: the scheduler, the dispatcher with its executors, and their part of the API. */
export function buildRuns(foundation: Foundation, options: RunsOptions): RunsArea {
  const { catalog, clock, events, audit, log, logFiles, settings } = foundation;
  const { timers = SYSTEM_TIMERS } = options;
  const monitoredRuns = MONITORED_RUNS;
  const { maxConcurrent, onStop, stopTimeoutSeconds } = settings.runs;
  const records = new RunRecords({
    ...{ catalog, clock, events, timeZone: foundation.timeZone },
    ...(options.onRunEnd && { onEnd: options.onRunEnd }),
  });
  const dispatcher = buildDispatcher(foundation, records, options);
  const scheduler = new Scheduler({
    ...{ catalog, clock, events, monitoredRuns, log },
    wakeUp: options.wakeUp ?? new SystemWakeUp(),
    enqueue: (run, task) => dispatcher.enqueue(run, task),
  });
  const runs: RunDeps = { catalog, clock, events, audit, dispatcher, scheduler, monitoredRuns, maxConcurrent };
  const logs = new RunLogs({ runs, logFiles, timers });
  countRuns(foundation, dispatcher);
  takeReports(foundation, dispatcher);
  return {
    operations: runOperations({ runs, logs }),
    dispatcher,
    scheduler,
    hasActiveRun: (stores, id) => stores.runs.hasActive(id),
    nextStart: (task) => scheduler.nextStart(task),
    chores: choresOfRuns(foundation),
    start: async () => {
      const active = await catalog.read((stores) => stores.runs.listActive());
      const waiting = await recoverRuns(
        { records, leftovers: LEFTOVERS, logFiles, log, ...(options.isDone && { isDone: options.isDone }) },
        active,
      );
      for (const run of waiting) {
        const task = await catalog.read((stores) => stores.tasks.findById(run.task));
        if (task && hasAction(task)) dispatcher.enqueue(run, task);
      }
      await scheduler.start();
    },
    stop: async () => {
      await scheduler.stop();
      await dispatcher.stop({ onStop, timeoutMs: stopTimeoutSeconds * 1000 });
      logs.close();
    },
  };
}

function choresOfRuns({ catalog, clock, log, logFiles, settings }: Foundation): Chore[] {
  return [
    {
      name: 'old-runs',
      everyMs: HOUR_MS,
      firstAfterMs: 6 * MINUTE_MS,
      work: async (signal) => {
        const before = new Date(clock.now().getTime() - settings.history.keepDays * DAY_MS);
        const gone = await pruneRuns({ catalog, logFiles }, before, signal);
        if (gone.runs + gone.entries > 0) log.info(gone, 'Old runs are forgotten.');
      },
    },
    {
      // Logs whose task was deleted, or whose run was never stored. Those of agents lie in a folder of their own.
      name: 'lost-logs',
      everyMs: DAY_MS,
      firstAfterMs: 7 * MINUTE_MS,
      work: async () => {
        const { deletedCount } = await logFiles.sweep((logIds) => catalog.read(({ runs }) => runs.knownLogs(logIds)));
        if (deletedCount > 0) log.info({ deletedCount }, 'Logs that nothing refers to are deleted.');
      },
    },
  ];
}

function buildDispatcher(foundation: Foundation, records: RunRecords, options: RunsOptions): RunDispatcher {
  const { clock, events, folder, log, logFiles, secrets, settings } = foundation;
  const { runTokens, url, timers = SYSTEM_TIMERS, retry = DEFAULT_RETRY_POLICY, keysOf, limitOf } = options;
  const executors =
    options.executors ??
    createExecutors(
      {
        dataFolder: folder.path,
        customTasksFolder: folder.customTasks,
        maxLogBytes: settings.runs.maxLogBytes,
        privateAddresses: settings.http.privateAddresses,
      },
      options.ownExecutors,
    );
  return new RunDispatcher({
    ...{ records, clock, timers, events, log, retry },
    attempt: new RunAttempt({ executors, logFiles, runTokens, secrets: secretsForTasks(secrets), url, clock, log }),
    maxConcurrent: settings.runs.maxConcurrent,
    random: Math.random,
    ...(keysOf && { keysOf }),
    ...(limitOf && { limitOf }),
  });
}

/** What a script posts about itself with the token of its run is the progress of that run. */
function takeReports({ events }: Foundation, dispatcher: RunDispatcher): void {
  events.subscribe(({ type, data }) => {
    const { run_id: runId, progress, message } = data;
    if (type !== 'status.recorded' || typeof runId !== 'string') return;
    const percent = typeof progress === 'number' ? progress : undefined;
    dispatcher.reportProgress(runId, percent, typeof message === 'string' ? message : null);
  });
}

/** Runs by type and end, and how many there are right now. */
function countRuns({ events, metrics }: Foundation, dispatcher: RunDispatcher): void {
  const finished = metrics.counter('runs_finished_total', 'Runs that have ended', ['type', 'status']);
  const now = metrics.gauge('runs_now', 'Runs that are executed, and that wait for their turn', ['phase']);
  events.subscribe(({ type, data }) => {
    if (!type.startsWith('run.')) return;
    if (type === 'run.finished') finished.inc({ type: String(data['type']), status: String(data['status']) });
    now.set({ phase: 'executing' }, dispatcher.executing);
    now.set({ phase: 'queued' }, dispatcher.waitingForTurn().length);
  });
}
