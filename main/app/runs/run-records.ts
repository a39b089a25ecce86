import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import { countRun } from '../status/follow-report.ts';
import { hasAction, type ActionTask } from '../tasks/task.ts';
import type { JsonValue } from './ports.ts';
import { announceRun } from './run-view.ts';
import { awaitRetry, beginAttempt, endRun, type Run, type RunEnd, type RunFailure } from './run.ts';
import { logTask } from './task-log.ts';

export interface RecordDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  /** Of the days that runs are counted in. */
  readonly timeZone: string;
  /** What belongs to a run and ends with it, in the same write: a backup's record. Must not throw. */
  readonly onEnd?: (stores: Stores, run: Run) => Promise<void>;
}

/** Each step of a run as one write: the run, its task's state and the task's log. Events come after it. */
export class RunRecords {
  readonly #deps: RecordDeps;

  constructor(deps: RecordDeps) {
    this.#deps = deps;
  }

  /** Durable before anything is executed: a crash must know what may be running. The task as it is now, null without action. */
  async begin(run: Run, logId: string | null): Promise<{ readonly run: Run; readonly task: ActionTask | null }> {
    const { catalog, clock } = this.#deps;
    const at = clock.now();
    const begun = await catalog.write(async (stores) => {
      const found = await stores.tasks.findById(run.task);
      const task = found && hasAction(found) ? found : null;
      const maxAttempts = Math.max(run.attempts + 1, (task?.action.maxRetries ?? 0) + 1);
      const next = beginAttempt(run, at, { maxAttempts, logId });
      await stores.runs.update(next);
      await stores.tasks.setState(run.task, 'running', at, ...(run.startedAt ? [] : [at]));
      const data = { attempt: next.attempts, max_attempts: maxAttempts };
      await logTask(stores, next, { at, level: 'INFO', message: `Attempt ${next.attempts} begins`, data });
      return { run: next, task };
    });
    announceRun(this.#deps.events, 'started', begun.run, at);
    return begun;
  }

  async retry(run: Run, failure: RunFailure, delayMs: number): Promise<Run> {
    const at = this.#deps.clock.now();
    const next = awaitRetry(run, failure, new Date(at.getTime() + delayMs));
    await this.#deps.catalog.write(async (stores) => {
      await stores.runs.update(next);
      const data = { ...contextOf(next), retry_at: next.retryAt?.toISOString() ?? null };
      await logTask(stores, next, { at, level: 'ERROR', message: failure.reason, data });
    });
    announceRun(this.#deps.events, 'retrying', next, at);
    return next;
  }

  async end(run: Run, end: RunEnd): Promise<Run> {
    const { catalog, clock, timeZone, onEnd } = this.#deps;
    const at = clock.now();
    const ended = endRun(run, end, at);
    await catalog.write(async (stores) => {
      await storeEnd(stores, ended, { at, timeZone });
      await onEnd?.(stores, ended);
    });
    announceRun(this.#deps.events, 'finished', ended, at);
    return ended;
  }
}

async function storeEnd(
  stores: Stores,
  run: Run,
  { at, timeZone }: { readonly at: Date; readonly timeZone: string },
): Promise<void> {
  await stores.runs.update(run);
  await countInDay(stores, run, timeZone);
  // The states of a run that has ended are states of tasks, too.
  await stores.tasks.setState(run.task, run.state, at);
  const { failure, state } = run;
  const level = state === 'completed' ? 'INFO' : state === 'failed' ? 'ERROR' : 'WARN';
  const data = { status: state, ...contextOf(run) };
  await logTask(stores, run, { at, level, message: failure?.reason ?? 'Completed', data });
}

/** One that was cancelled says nothing of how reliable a task is: it counts nowhere. */
async function countInDay(stores: Stores, run: Run, timeZone: string): Promise<void> {
  const { task, state, startedAt, finishedAt } = run;
  if (state === 'cancelled' || !finishedAt) return;
  const endedAtMs = finishedAt.getTime();
  // Negative when the clock was set back meanwhile.
  const durationMs = startedAt && Math.max(0, endedAtMs - startedAt.getTime());
  await countRun(stores, { task, timeZone }, endedAtMs, { failed: state === 'failed', durationMs });
}

/** What a person wants to know beside the sentence. */
function contextOf(run: Run): Record<string, JsonValue> {
  const { failure, exitCode, signal, httpStatus, warnings } = run;
  return {
    attempt: run.attempts,
    ...(failure && { error: failure.code }),
    ...(exitCode !== null && { exit_code: exitCode }),
    ...(signal !== null && { signal }),
    ...(httpStatus !== null && { http_status: httpStatus }),
    ...(warnings.length > 0 && { warnings }),
  };
}
