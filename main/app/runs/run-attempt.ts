import type { Clock } from '../clock/ports.ts';
import type { LogAppender, LogFiles } from '../logs/ports.ts';
import type { SecretStore } from '../secrets/ports.ts';
import type { ActionTask } from '../tasks/task.ts';
import type { ExecutionContext, ExecutionOutcome, ExecutorRegistry, RunEnvironment, RunLogWriter } from './ports.ts';
import type { Run } from './run.ts';

/** What writes the service's own log. */
export interface RunsLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface AttemptDeps {
  readonly executors: ExecutorRegistry;
  readonly logFiles: LogFiles;
  readonly runTokens: { issue(taskId: string, runId: string): string; revoke(runId: string): void };
  readonly secrets: SecretStore;
  /** Where scripts reach this service. */
  readonly url: () => string;
  readonly clock: Clock;
  readonly log: RunsLog;
}

export interface AttemptResult {
  readonly outcome: ExecutionOutcome;
  readonly logBytes: number;
  readonly warnings: readonly string[];
}

export interface AttemptControl {
  /** Fires to cancel. */
  readonly signal: AbortSignal;
  readonly progress: ExecutionContext['progress'];
}

/** Executes one attempt of a run: its log, its token, its executor. Knows nothing of retries and of the catalog. */
export class RunAttempt {
  readonly #deps: AttemptDeps;

  constructor(deps: AttemptDeps) {
    this.#deps = deps;
  }

  /** A new log for a run. Null where the disk does not take one: the work is more important than its output. */
  async makeLog(run: Run): Promise<string | null> {
    try {
      return await this.#deps.logFiles.create();
    } catch (error) {
      this.#deps.log.warn({ err: error, runId: run.id }, 'A run gets no log.');
      return null;
    }
  }

  /** For a log that no run came to use. */
  async dropLog(logId: string): Promise<void> {
    await this.#deps.logFiles.delete(logId).catch(() => undefined);
  }

  /** Resolves when everything has ended, and its output is in the log. Never rejects. */
  async execute(run: Run, task: ActionTask, control: AttemptControl): Promise<AttemptResult> {
    const { runTokens } = this.#deps;
    const output = await RunOutputLog.open(this.#deps, run);
    await output.note(`Attempt ${run.attempts} of ${run.maxAttempts} of ${task.taskId} begins.`);
    const token = runTokens.issue(run.taskId, run.id);
    let outcome: ExecutionOutcome;
    try {
      outcome = await this.#run(run, task, { ...control, log: output, token });
    } catch (error) {
      this.#deps.log.error({ err: error, runId: run.id, taskId: run.taskId }, 'An executor failed unexpectedly.');
      const reason = 'Something went wrong inside GuardIT. It stands in the log of the service.';
      outcome = { status: 'failed', code: 'internal', reason, retryable: false, result: null };
    } finally {
      runTokens.revoke(run.id);
    }
    await output.note(describe(outcome));
    return { outcome, ...(await output.seal()) };
  }

  async #run(
    run: Run,
    task: ActionTask,
    { signal, progress, log, token }: AttemptControl & { readonly log: RunLogWriter; readonly token: string },
  ): Promise<ExecutionOutcome> {
    const { executors, secrets, url } = this.#deps;
    const { type, config, timeoutMs } = task.action;
    const executor = executors.find(type);
    if (!executor) {
      const reason = `Tasks of type ${type} can't be run here.`;
      return { status: 'failed', code: 'unknown_action', reason, retryable: false, result: null };
    }
    const environment: RunEnvironment = {
      GUARDIT_URL: url(),
      GUARDIT_TOKEN: token,
      GUARDIT_TASK_ID: run.taskId,
      GUARDIT_RUN_ID: run.id,
    };
    const job = { runId: run.id, taskId: run.taskId, type, config, params: run.params, timeoutMs };
    return executor.execute(job, { signal, log, progress, environment, secrets });
  }
}

/** Where a run's output goes, as far as the disk takes it: its trouble is a warning, never the end of the work. */
class RunOutputLog implements RunLogWriter {
  readonly #appender: LogAppender | null;
  readonly #clock: Clock;
  readonly #warnings: string[];

  private constructor(appender: LogAppender | null, clock: Clock, warnings: string[]) {
    this.#appender = appender;
    this.#clock = clock;
    this.#warnings = warnings;
  }

  static async open({ logFiles, clock, log }: AttemptDeps, run: Run): Promise<RunOutputLog> {
    if (run.logId === null) return new RunOutputLog(null, clock, ['The log could not be made; the output is lost.']);
    try {
      return new RunOutputLog(await logFiles.append(run.logId), clock, []);
    } catch (error) {
      log.warn({ err: error, runId: run.id }, "A run's log can't be opened.");
      return new RunOutputLog(null, clock, ['The log could not be opened; the output is lost.']);
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#appender?.write(bytes);
  }

  /** A line of ours between the output. */
  async note(text: string): Promise<void> {
    const line = `[guardit ${this.#clock.now().toISOString()}] ${text.replaceAll(/\p{Cc}+/gu, ' ')}\n`;
    // What the disk refuses is told when the log is sealed.
    await this.write(Buffer.from(line)).catch(() => undefined);
  }

  async seal(): Promise<{ readonly logBytes: number; readonly warnings: readonly string[] }> {
    if (!this.#appender) return { logBytes: 0, warnings: this.#warnings };
    try {
      return { logBytes: await this.#appender.seal(), warnings: this.#warnings };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { logBytes: this.#appender.sizeBytes, warnings: [`The log is not complete: ${reason}`] };
    }
  }
}

function describe(outcome: ExecutionOutcome): string {
  if (outcome.status === 'completed') return 'Completed.';
  return outcome.status === 'cancelled' ? 'Cancelled.' : `Failed: ${outcome.reason}`;
}
