import type { ActionType } from '../../../contracts/actions.ts';
import type { LogLevel, RunState, RunTrigger } from '../../../contracts/runs.ts';
import type { EngineErrorCode } from '../../engine/index.ts';
import type { SecretStore } from '../secrets/ports.ts';
import type { Page, TaskVisibility } from '../tasks/ports.ts';
import type { Run } from './run.ts';

export type { Run, RunFailure } from './run.ts';

/** What JSON can say. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One execution of a task's action. */
export interface ExecutionJob {
  readonly runId: string;
  readonly taskId: string;
  readonly type: ActionType;
  /** As stored; the executor checks it against its schema again (contracts/actions.ts). */
  readonly config: unknown;
  /** What was asked for with this run (Run.params). */
  readonly params: JsonValue;
  /** For the whole execution; the executor enforces it, since only it can stop what it started. null: no limit. */
  readonly timeoutMs: number | null;
}

/** Where the output goes. A LogAppender is one; sealing it stays with whoever opened it. */
export interface RunLogWriter {
  /** Appends; resolves when more can be taken. The bytes belong to the log from then on. */
  write(bytes: Uint8Array): Promise<void>;
}

/** What a script finds in its environment, to post its own progress with. */
export interface RunEnvironment {
  readonly GUARDIT_URL: string;
  /** Valid for this run only. Never written to the log: where the output contains it, it is masked. */
  readonly GUARDIT_TOKEN: string;
  readonly GUARDIT_TASK_ID: string;
  readonly GUARDIT_RUN_ID: string;
}

/** Why a run is asked to stop where little time is left: the service itself is being stopped. A reason of an AbortSignal. */
export class StopInHurry {
  /** What a script gets between SIGTERM and SIGKILL at most, whatever its own configuration says. */
  readonly maxGraceMs: number;

  constructor(maxGraceMs: number) {
    this.maxGraceMs = maxGraceMs;
  }
}

export interface ExecutionContext {
  /** Fires to cancel. The outcome is then `cancelled`, unless the work had ended by itself. */
  readonly signal: AbortSignal;
  readonly log: RunLogWriter;
  /** `percent` is 0 to 100, null where nobody knows. Must not throw. */
  readonly progress: (percent: number | null, message: string, live?: JsonValue) => void;
  readonly environment: RunEnvironment;
  readonly secrets: SecretStore;
}

export type FailureCode =
  | 'invalid_config'
  | 'unknown_action'
  | 'secret_unavailable'
  /** The command, its folder or the module is not there or can't be started. */
  | 'cannot_start'
  | 'exit_code'
  | 'killed'
  | 'connect_failed'
  | 'http_status'
  /** An address, a redirect or a scheme that the policy forbids. */
  | 'refused'
  | 'function_failed'
  | 'out_of_memory'
  | 'result_too_large'
  | 'internal'
  /** It ended, and what it was to prove or to make is not there: a damaged backup, files that could not be restored. */
  | 'incomplete'
  | 'damaged'
  | EngineErrorCode;

interface OutcomeCommon {
  /** At most MAX_RESULT_BYTES as JSON. */
  readonly result: JsonValue;
  /** What should be looked at though the work has ended as it has; kept with the run. */
  readonly warnings?: readonly string[];
  /** Why the log lacks output (a full disk, a size limit). The work itself went on. */
  readonly logIncomplete?: string;
}

export interface CompletedOutcome extends OutcomeCommon {
  readonly status: 'completed';
  readonly exitCode?: number;
  readonly httpStatus?: number;
}

export interface FailedOutcome extends OutcomeCommon {
  readonly status: 'failed';
  readonly code: FailureCode;
  /** One sentence for a person, without secrets. */
  readonly reason: string;
  readonly exitCode?: number;
  /** The signal that ended the script. */
  readonly signal?: string;
  readonly httpStatus?: number;
  /** The same execution may succeed later. */
  readonly retryable: boolean;
  /** How long the other side asked to wait (Retry-After). */
  readonly retryAfterMs?: number;
}

export interface CancelledOutcome extends OutcomeCommon {
  readonly status: 'cancelled';
}

export interface TimedOutOutcome extends OutcomeCommon {
  readonly status: 'timed_out';
  readonly reason: string;
  readonly timeoutMs: number;
  readonly retryable: boolean;
}

export type ExecutionOutcome = CompletedOutcome | FailedOutcome | CancelledOutcome | TimedOutOutcome;

/** A result's JSON text, in bytes of UTF-8. */
export const MAX_RESULT_BYTES = 1 << 20;

/** Runs one kind of action. */
export interface Executor {
  /**
   * Resolves when the work has ended and everything it started is stopped, with its output in the log. Rejects only for a
   * defect of ours: whatever the action does, and whatever the log's disk does, is an outcome.
   */
  execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome>;
}

/** The executor of a type of action; null where GuardIT does that work itself. */
export interface ExecutorRegistry {
  find(type: ActionType): Executor | null;
}

export interface RunFilter {
  readonly visibleTo: TaskVisibility;
  readonly state?: RunState | undefined;
  /** A task's number. */
  readonly task?: number | undefined;
  readonly trigger?: RunTrigger | undefined;
  /** Made at or after. */
  readonly from?: Date | undefined;
  /** Made before. */
  readonly to?: Date | undefined;
}

/** A task that another one depends on, as far as that matters. */
export interface DependencyState {
  readonly id: number;
  readonly taskId: string;
  /** Run by somebody's own script: runs that are inferred from its reports count (MonitoredRuns). */
  readonly isMonitored: boolean;
  /** Its last run completed, and ended after the dependent's own last run had been made. */
  readonly isMet: boolean;
}

export interface RunStore {
  /** Null: the task has a pending or running run already. */
  insert(run: Run): Promise<Run | null>;
  find(id: string): Promise<Run | null>;
  /** Of an active run: a finished one never changes. Throws where there is none. */
  update(run: Run): Promise<void>;
  /** The pending or running run of a task. */
  findActive(task: number): Promise<Run | null>;
  hasActive(task: number): Promise<boolean>;
  /** All that are pending or running, oldest first. */
  listActive(): Promise<readonly Run[]>;
  /** Newest first, without their results. */
  list(filter: RunFilter, page: Required<Page>): Promise<readonly Run[]>;
  count(filter: RunFilter): Promise<number>;
  /** What a task depends on, in the order of its record. Runs that never began count for nothing. */
  dependencyStates(task: number): Promise<readonly DependencyState[]>;
  /** When the last run of a task that really began was made. */
  lastMadeAt(task: number): Promise<Date | null>;
  /** Those of these logs that belong to a run. */
  knownLogs(logIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Deletes up to `limit` runs that ended before `at`, oldest first, but never a task's newest one. Gives their logs. */
  removeFinished(at: Date, limit: number): Promise<{ readonly count: number; readonly logIds: readonly string[] }>;
}

/** What happened to a task, for people (seed 2, "Task Logs"). */
export interface TaskLogRecord {
  readonly at: Date;
  readonly level: LogLevel;
  readonly message: string;
  readonly data: { readonly [name: string]: JsonValue };
}

export interface TaskLogFilter {
  readonly task: number;
  readonly levels?: readonly LogLevel[] | undefined;
  readonly runId?: string | undefined;
}

export interface TaskLogStore {
  append(task: number, runId: string | null, record: TaskLogRecord): Promise<void>;
  /** Newest first. */
  list(filter: TaskLogFilter, page: Required<Page>): Promise<readonly TaskLogRecord[]>;
  count(filter: TaskLogFilter): Promise<number>;
  /** Deletes up to `limit` entries older than `at`; says how many. */
  removeBefore(at: Date, limit: number): Promise<number>;
}

/** Ends what a crashed GuardIT has left running. */
export interface LeftoverProcesses {
  /** Resolves with how many of a run's processes could not be ended. */
  end(runId: string): Promise<number>;
}
