import { onTestFinished } from 'vitest';
import type { Timers } from '../../main/app/clock/ports.ts';
import type { RunDeps } from '../../main/app/runs/run-deps.ts';
import type { MonitoredRuns } from '../../main/app/runs/dependencies.ts';
import type {
  ExecutionContext,
  ExecutionJob,
  ExecutionOutcome,
  Executor,
  FailedOutcome,
  Run,
} from '../../main/app/runs/ports.ts';
import { recoverRuns } from '../../main/app/runs/recover-runs.ts';
import { RunAttempt, type RunsLog } from '../../main/app/runs/run-attempt.ts';
import { RunDispatcher, type DispatcherDeps } from '../../main/app/runs/run-dispatcher.ts';
import { RunRecords } from '../../main/app/runs/run-records.ts';
import { Scheduler } from '../../main/app/runs/scheduler.ts';
import type { Catalog } from '../../main/app/catalog/ports.ts';
import type { WakeUp } from '../../main/app/schedule/ports.ts';
import { newDueTask } from '../../main/app/schedule/due-task.ts';
import { parseSchedule } from '../../main/app/schedule/schedule.ts';
import { hasAction, type ActionTask, type NewTask } from '../../main/app/tasks/task.ts';
import { AuditLog } from '../../main/app/audit/audit-log.ts';
import { EventBus, type ServiceEvent } from '../../main/app/events/event-bus.ts';
import { RunTokens } from '../../main/app/access/run-tokens.ts';
import type { TaskId } from '../../contracts/task-id.ts';
import { FolderLogFiles } from '../../main/infra/log/log-files.ts';
import { openTestCatalog, scratchFolder, StoppedClock } from './catalogs.ts';
import { memorySecrets } from './execution.ts';
import { sampleTask } from './task-samples.ts';

/** A slot that waits for time, because the catalog takes nothing, never comes to rest. */
const MOST_ROUNDS = 1_000;

export const SUCCESS: ExecutionOutcome = { status: 'completed', result: null };
export const FAILURE: FailedOutcome = {
  status: 'failed',
  code: 'exit_code',
  reason: 'It ended with exit code 1.',
  exitCode: 1,
  retryable: true,
  result: null,
};

/** Timers that run when the test says so. */
export class ManualTimers implements Timers {
  readonly #waiting = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  #nowMs = 0;

  after(ms: number, callback: () => void): () => void {
    const entry = { dueMs: this.#nowMs + ms, callback };
    this.#waiting.add(entry);
    return () => void this.#waiting.delete(entry);
  }

  get count(): number {
    return this.#waiting.size;
  }

  /** Milliseconds until the next one rings. */
  get nextMs(): number | null {
    const due = [...this.#waiting].map(({ dueMs }) => dueMs - this.#nowMs);
    return due.length === 0 ? null : Math.min(...due);
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const entry of [...this.#waiting].sort((a, b) => a.dueMs - b.dueMs)) {
      if (entry.dueMs > this.#nowMs || !this.#waiting.delete(entry)) continue;
      entry.callback();
    }
  }
}

/** An alarm that rings when the test says so. */
export class ManualWakeUp implements WakeUp {
  alarm: { readonly at: Date; readonly callback: () => void } | null = null;

  at(at: Date, callback: () => void): () => void {
    const alarm = { at, callback };
    this.alarm = alarm;
    return () => {
      if (this.alarm === alarm) this.alarm = null;
    };
  }

  ring(): void {
    const { alarm } = this;
    this.alarm = null;
    alarm?.callback();
  }
}

/** An execution that waits for the test to say how it ends. A cancellation ends it by itself. */
export interface HeldExecution {
  readonly job: ExecutionJob;
  readonly context: ExecutionContext;
  end(outcome: ExecutionOutcome): void;
  /** Like a defect of an executor. */
  throw(error: Error): void;
}

export class HeldExecutor implements Executor {
  readonly running: HeldExecution[] = [];
  /** task_ids in the order in which executions began. */
  readonly begun: string[] = [];
  /** What ends an execution at once, where it gives something. */
  answer: (job: ExecutionJob) => ExecutionOutcome | null = () => null;
  mostAtOnce = 0;

  execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    this.begun.push(job.taskId);
    const answer = this.answer(job);
    if (answer) return Promise.resolve(answer);
    return new Promise((resolve, reject) => {
      const leave = () => void this.running.splice(this.running.indexOf(held), 1);
      const held: HeldExecution = {
        job,
        context,
        end: (outcome) => (leave(), resolve(outcome)),
        throw: (error) => (leave(), reject(error)),
      };
      this.running.push(held);
      this.mostAtOnce = Math.max(this.mostAtOnce, this.running.length);
      const cancel = () => held.end({ status: 'cancelled', result: null });
      if (context.signal.aborted) cancel();
      else context.signal.addEventListener('abort', () => this.running.includes(held) && cancel(), { once: true });
    });
  }

  of(taskId: string): HeldExecution {
    const held = this.running.find(({ job }) => job.taskId === taskId);
    if (!held)
      throw new Error(
        `${taskId} is not executed; executed are: ${this.running.map(({ job }) => job.taskId).join(', ')}`,
      );
    return held;
  }
}

export interface RunParts {
  readonly catalog: Catalog;
  readonly clock: StoppedClock;
  readonly timers: ManualTimers;
  readonly wakeUp: ManualWakeUp;
  readonly events: EventBus;
  readonly published: ServiceEvent[];
  readonly executor: HeldExecutor;
  readonly dispatcher: RunDispatcher;
  readonly scheduler: Scheduler;
  readonly records: RunRecords;
  readonly runTokens: RunTokens;
  readonly logFiles: FolderLogFiles;
  readonly deps: RunDeps;
  /** What went to the service's log as warnings and errors. */
  readonly complaints: string[];
  /** When monitored tasks last completed, by their number. */
  readonly completedAt: Map<number, Date>;
  /** Until nothing happens any more without the test. */
  settle(): Promise<void>;
  /** Takes over from the catalog what another life of the service left, and starts the scheduler. */
  start(): Promise<void>;
  task(taskId: string): Promise<ActionTask>;
  runs(taskId?: string): Promise<readonly Run[]>;
}

/** Everything that runs tasks over a real catalog, with time and work in the hands of the test. */
export async function makeRunParts(
  more: Partial<DispatcherDeps> & {
    readonly catalog?: Catalog;
    readonly clock?: StoppedClock;
    readonly folder?: string;
  } = {},
): Promise<RunParts> {
  const clock = more.clock ?? new StoppedClock();
  const catalog = more.catalog ?? (await openTestCatalog({ clock }));
  const timers = new ManualTimers();
  const wakeUp = new ManualWakeUp();
  const events = new EventBus();
  const published: ServiceEvent[] = [];
  events.subscribe((event) => void published.push(event));
  const complaints: string[] = [];
  const log: RunsLog = {
    info: () => undefined,
    warn: (_fields, message) => void complaints.push(message),
    error: (fields, message) => void complaints.push(`${message} ${'err' in fields ? String(fields.err) : ''}`),
  };
  const executor = new HeldExecutor();
  const logFiles = new FolderLogFiles(more.folder ?? scratchFolder());
  const runTokens = new RunTokens();
  const completedAt = new Map<number, Date>();
  const monitoredRuns: MonitoredRuns = { lastCompletedAt: async (_stores, task) => completedAt.get(task) ?? null };
  const records = new RunRecords({ catalog, clock, events, timeZone: 'UTC' });
  const attempt = new RunAttempt({
    ...{ logFiles, runTokens, clock, log },
    executors: { find: (type) => (type === 'script' ? executor : null) },
    secrets: memorySecrets(),
    url: () => 'http://127.0.0.1:3000',
  });
  const dispatcher = new RunDispatcher({
    ...{ records, attempt, clock, timers, events, log },
    maxConcurrent: 4,
    retry: { baseMs: 1_000, longestMs: 60_000 },
    random: () => 0.5,
    ...more,
  });
  const scheduler = new Scheduler({
    ...{ catalog, clock, wakeUp, events, monitoredRuns, log },
    enqueue: (run, task) => dispatcher.enqueue(run, task),
  });
  const deps: RunDeps = {
    ...{ catalog, clock, events, dispatcher, scheduler, monitoredRuns },
    audit: new AuditLog(clock),
    maxConcurrent: 4,
  };
  const settle = async () => {
    // Steps of runs go through the catalog, the log's files and the scheduler; none of them waits for time.
    for (let quiet = 0, rounds = 0, seen = ''; quiet < 3 && rounds < MOST_ROUNDS; rounds++) {
      await scheduler.settled();
      await catalog.write(async () => undefined).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 5));
      const now = [events.lastId, executor.begun.length, executor.running.length].join();
      // A slot without an execution is on its way into one or out of it, over the disk.
      const isMoving = dispatcher.executing !== executor.running.length;
      quiet = now === seen && !isMoving ? quiet + 1 : 0;
      seen = now;
    }
  };
  onTestFinished(async () => {
    await scheduler.stop();
    for (const held of [...executor.running]) held.end(SUCCESS);
    const stopped = dispatcher.stop({ onStop: 'cancel', timeoutMs: 0 });
    timers.advance(1_000_000);
    await stopped;
  });
  const parts: RunParts = {
    ...{ catalog, clock, timers, wakeUp, events, published, executor, dispatcher, scheduler, records, runTokens },
    ...{ logFiles, deps, complaints, completedAt, settle },
    start: async () => {
      const leftovers = { end: async () => 0 };
      const active = await catalog.read(({ runs }) => runs.listActive());
      for (const run of await recoverRuns({ records, leftovers, logFiles, log }, active)) {
        dispatcher.enqueue(run, await parts.task(run.taskId));
      }
      await scheduler.start();
      await settle();
    },
    task: async (taskId) => {
      const task = await catalog.read(({ tasks }) => tasks.find(taskId));
      if (!task || !hasAction(task)) throw new Error(`There is no task ${taskId} with an action.`);
      return task;
    },
    runs: async (taskId) => {
      return catalog.read(async ({ runs, tasks }) => {
        const task = taskId === undefined ? undefined : ((await tasks.find(taskId))?.id ?? -1);
        return runs.list({ visibleTo: { all: true }, task }, { limit: 1000, offset: 0 });
      });
    },
  };
  return parts;
}

export interface TaskWish {
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly dependencies?: readonly string[];
  readonly maxRetries?: number;
  readonly priority?: NewTask['priority'];
  readonly isActive?: boolean;
}

/** A script task, made now. */
export async function addTask(
  { catalog, clock, events }: RunParts,
  taskId: string,
  wish: TaskWish = {},
): Promise<ActionTask> {
  const {
    schedule = 'manual',
    timeZone = 'UTC',
    dependencies = [],
    maxRetries = 0,
    priority = 'normal',
    isActive = true,
  } = wish;
  const now = clock.now();
  const due = newDueTask(taskId, parseSchedule(schedule), timeZone, now);
  const task = await catalog.write(({ tasks }) =>
    tasks.insert({
      ...sampleTask({ taskId, withAction: true }),
      ...{ timeZone, priority, isActive, state: 'created', lastRunAt: null },
      action: {
        type: 'script',
        config: { command: 'true' },
        schedule,
        dependencies: dependencies as readonly TaskId[],
        maxRetries,
        timeoutMs: 1_000,
        ...{ anchor: due.anchor, handledUntil: due.handledUntil, pausedUntil: null, skipNext: false },
      },
    }),
  );
  if (!task || !hasAction(task)) throw new Error(`The task ${taskId} could not be made.`);
  events.publish('task.created', now, {}, { taskId });
  return task;
}
