import type { ActionType } from '../../../contracts/actions.ts';
import type { RunState, RunTrigger } from '../../../contracts/runs.ts';
import type { TaskId } from '../../../contracts/task-id.ts';
import type { TaskPriority } from '../../../contracts/tasks.ts';
import type { TaskPerson } from '../tasks/task.ts';
import type { ExecutionOutcome, JsonValue } from './ports.ts';

/** One execution of a task, with all its attempts. */
export interface Run {
  /** A UUID. */
  readonly id: string;
  /** The task's number. */
  readonly task: number;
  readonly taskId: TaskId;
  readonly taskName: string;
  /** As it was when the run was made. */
  readonly type: ActionType;
  readonly priority: TaskPriority;
  /**
   * `pending` until its first attempt begins. A run that waits for another attempt stays `running`, with `retryAt` set: it
   * has begun, and nobody else may run the task.
   */
  readonly state: RunState;
  readonly trigger: RunTrigger;
  readonly requestedBy: TaskPerson | null;
  /** The id of the run that it repeats. */
  readonly restartOf: string | null;
  readonly createdAt: Date;
  readonly dueAt: Date | null;
  readonly dueCount: number;
  readonly catchUp: boolean;
  /** How many have begun. */
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
  readonly retryAt: Date | null;
  /** What whoever asked for this run said, beside the task's own configuration. */
  readonly params: JsonValue;
  /** 0 to 100. */
  readonly progress: number | null;
  readonly message: string | null;
  /** Figures of what is going on, by the kind of work; not kept. */
  readonly live: JsonValue;
  readonly logId: string | null;
  readonly logBytes: number;
  /** Of the last attempt, or of a cancellation. */
  readonly failure: RunFailure | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly httpStatus: number | null;
  readonly result: JsonValue;
  readonly warnings: readonly string[];
}

export interface RunFailure {
  readonly code: string;
  /** One sentence for a person. */
  readonly reason: string;
}

/** How a run ends. */
export interface RunEnd {
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly failure?: RunFailure;
}

const LONGEST_REASON = 4_000;

export function isActive({ state }: Run): boolean {
  return state === 'pending' || state === 'running';
}

export function isWaitingForRetry({ state, retryAt }: Run): boolean {
  return state === 'running' && retryAt !== null;
}

/** From `pending`, or from the wait for a retry. */
export function beginAttempt(run: Run, at: Date, plan: { maxAttempts: number; logId: string | null }): Run {
  if (run.state !== 'pending' && !isWaitingForRetry(run)) throw misused(run, 'begin an attempt');
  return {
    ...run,
    ...plan,
    state: 'running',
    attempts: run.attempts + 1,
    startedAt: run.startedAt ?? at,
    retryAt: null,
    progress: null,
    message: null,
    live: null,
    failure: null,
  };
}

/** What an attempt left behind, whatever comes next. */
export function withOutcome(run: Run, outcome: ExecutionOutcome, logBytes: number, warnings: readonly string[]): Run {
  const news = [
    ...(outcome.warnings ?? []),
    ...warnings,
    ...(outcome.logIncomplete === undefined ? [] : [outcome.logIncomplete]),
  ];
  return {
    ...run,
    logBytes,
    warnings: [...run.warnings, ...news.filter((warning) => !run.warnings.includes(warning))],
    exitCode: ('exitCode' in outcome ? outcome.exitCode : undefined) ?? null,
    signal: ('signal' in outcome ? outcome.signal : undefined) ?? null,
    httpStatus: ('httpStatus' in outcome ? outcome.httpStatus : undefined) ?? null,
    result: outcome.result,
  };
}

export function awaitRetry(run: Run, failure: RunFailure, retryAt: Date): Run {
  if (run.state !== 'running' || run.retryAt) throw misused(run, 'wait for a retry');
  return { ...run, failure: bounded(failure), retryAt };
}

export function endRun(run: Run, { state, failure }: RunEnd, at: Date): Run {
  if (!isActive(run)) throw misused(run, `become ${state}`);
  return { ...run, state, finishedAt: at, retryAt: null, live: null, failure: failure ? bounded(failure) : null };
}

function bounded({ code, reason }: RunFailure): RunFailure {
  return { code, reason: reason.length > LONGEST_REASON ? `${reason.slice(0, LONGEST_REASON - 1)}…` : reason };
}

function misused({ id, state }: Run, what: string): Error {
  return new Error(`The run ${id}, which is ${state}, can't ${what}.`);
}
