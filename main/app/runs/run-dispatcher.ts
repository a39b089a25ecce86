import { AppError } from '../errors/app-error.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Clock, Timers } from '../clock/ports.ts';
import type { ActionTask } from '../tasks/task.ts';
import { retryDelayMs, type RetryPolicy } from './backoff.ts';
import { boundedPercent, failureOf, type LiveRun } from './live-run.ts';
import { CATALOG_PAUSE_MS, PatientWrites } from './patient-writes.ts';
import { StopInHurry, type JsonValue } from './ports.ts';
import { ProgressThrottle } from './progress-throttle.ts';
import type { AttemptResult, RunAttempt, RunsLog } from './run-attempt.ts';
import { RunQueue } from './run-queue.ts';
import type { RunRecords } from './run-records.ts';
import { RunSlots } from './run-slots.ts';
import { announceRun } from './run-view.ts';
import { withOutcome, type Run, type RunEnd, type RunFailure } from './run.ts';

export interface DispatcherDeps {
  readonly records: RunRecords;
  readonly attempt: RunAttempt;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly events: Pick<EventBus, 'publish'>;
  readonly log: RunsLog;
  readonly maxConcurrent: number;
  readonly retry: RetryPolicy;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** What a run must share with others, a repository for one. */
  readonly keysOf?: (task: ActionTask, run: Run) => readonly string[];
  /** How many runs may use a key at once; one unless given. */
  readonly limitOf?: (key: string) => number;
}

export interface StopOptions {
  /** `finish` waits for what is executed, up to `timeoutMs`, and cancels it then. */
  readonly onStop: 'cancel' | 'finish';
  readonly timeoutMs: number;
}

const LONGEST_MESSAGE = 1_000;

/** The service ends within five seconds. */
const LAST_GRACE_MS = 2_000;
const STOPPED: RunFailure = { code: 'service_stopped', reason: 'GuardIT was stopped while it ran.' };

/** Executes runs: as many at once as allowed, again after failures that may pass, until they end or are cancelled. */
export class RunDispatcher {
  readonly #deps: DispatcherDeps;
  readonly #queue = new RunQueue();
  readonly #live = new Map<string, LiveRun>();
  readonly #slots: RunSlots;
  readonly #writes: PatientWrites;
  readonly #throttles = new Map<string, ProgressThrottle>();
  readonly #work = new Set<Promise<void>>();
  #stopping = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
    this.#slots = new RunSlots(deps.maxConcurrent, deps.limitOf ?? (() => 1));
    this.#writes = new PatientWrites(deps.timers, deps.log);
  }

  get isStopping(): boolean {
    return this.#stopping;
  }

  get executing(): number {
    return this.#slots.taken;
  }

  /** Before a run is made: throws `unavailable` when none would be executed any more. */
  checkOpen(): void {
    if (this.#stopping) throw new AppError('unavailable', 'GuardIT is being stopped.', {}, { retryAfterSeconds: 10 });
  }

  /** Takes a run that is durably pending. One that comes too late stays pending, for the next start. */
  enqueue(run: Run, task: ActionTask): void {
    if (this.#stopping) return;
    const keys = this.#deps.keysOf?.(task, run) ?? [];
    const queued = { runId: run.id, priority: run.priority, keys };
    const cancel = new AbortController();
    this.#live.set(run.id, { run, phase: 'queued', queued, cancel, cancelled: null, stopWaiting: () => undefined });
    this.#queue.add(queued);
    this.#pump();
  }

  /** Runs that wait for their turn, in order. */
  waitingForTurn(): readonly Run[] {
    return this.#queue.list().flatMap(({ runId }) => this.#live.get(runId)?.run ?? []);
  }

  /** A run as it is known here: with its progress. */
  current(run: Run): Run {
    return run.finishedAt ? run : (this.#live.get(run.id)?.run ?? run);
  }

  /**
   * Ends a run that waits, and resolves when that is durable; asks one that is executed to stop, which it may take its time
   * for. Null: there is no such run that is not over.
   */
  async cancel(runId: string, reason: RunFailure): Promise<Run | null> {
    const live = this.#live.get(runId);
    if (!live) return null;
    if (live.phase === 'queued' || live.phase === 'waiting') return this.#endWaiting(live, reason);
    if (live.phase === 'executing') {
      live.cancelled ??= reason;
      live.cancel.abort();
    }
    return live.run;
  }

  /** What a run says of itself. `percent`: 0 to 100, null where nobody knows; undefined leaves what was said before. */
  reportProgress(runId: string, percent: number | null | undefined, message: string | null, figures?: JsonValue): void {
    const live = this.#live.get(runId);
    if (live?.phase !== 'executing') return;
    const progress = percent === undefined ? live.run.progress : boundedPercent(percent);
    live.run = {
      ...live.run,
      progress,
      message: message && message.slice(0, LONGEST_MESSAGE),
      live: figures ?? live.run.live,
    };
    this.#throttleOf(live).note();
  }

  /**
   * No new attempts; those under way are finished or cancelled. Runs that wait for a retry fail with what failed last, those
   * that never began stay pending: the next start takes them up. Resolves when nothing is executed any more.
   */
  async stop({ onStop, timeoutMs }: StopOptions): Promise<void> {
    this.#stopping = true;
    for (const live of this.#live.values()) {
      if (live.phase === 'waiting' || (live.phase === 'queued' && live.run.attempts > 0))
        this.#track(this.#giveUp(live));
    }
    const patienceMs = onStop === 'finish' ? timeoutMs : 0;
    if (patienceMs === 0) this.#cancelAll();
    const { timers } = this.#deps;
    const giveUpWaiting = timers.after(patienceMs, () => this.#cancelAll());
    const stopHoping = timers.after(patienceMs + 2 * CATALOG_PAUSE_MS, () => this.#writes.stopHoping());
    while (this.#work.size > 0) await Promise.all(this.#work);
    giveUpWaiting();
    stopHoping();
  }

  #cancelAll(): void {
    for (const live of this.#live.values()) {
      if (live.phase !== 'executing') continue;
      live.cancelled ??= STOPPED;
      live.cancel.abort(new StopInHurry(LAST_GRACE_MS));
    }
  }

  #pump(): void {
    while (!this.#stopping && this.#slots.hasFree) {
      const next = this.#queue.take((key) => this.#slots.isFree(key));
      const live = next && this.#live.get(next.runId);
      if (!live) return;
      live.phase = 'executing';
      this.#track(this.#execute(live));
    }
  }

  async #execute(live: LiveRun): Promise<void> {
    const { keys } = live.queued;
    this.#slots.take(keys);
    try {
      const result = await this.#attempt(live);
      if (result) await this.#settle(live, result);
    } finally {
      this.#slots.release(keys);
      this.#throttles.get(live.run.id)?.close();
      this.#throttles.delete(live.run.id);
      this.#pump();
    }
  }

  /** Null: the catalog does not take its beginning. It has not begun then, and is queued again. */
  async #attempt(live: LiveRun): Promise<AttemptResult | null> {
    const { attempt, records } = this.#deps;
    const logId = live.run.logId ?? (await attempt.makeLog(live.run));
    let task: ActionTask | null;
    try {
      ({ run: live.run, task } = await records.begin(live.run, logId));
    } catch (error) {
      this.#deps.log.error(
        { err: error, runId: live.run.id },
        "A run can't begin, because the catalog does not take it.",
      );
      if (logId !== null && live.run.logId === null) await attempt.dropLog(logId);
      this.#requeueLater(live);
      return null;
    }
    if (!task) {
      const reason = 'The task has no action any more.';
      const outcome = { status: 'failed', code: 'invalid_config', reason, retryable: false, result: null } as const;
      return { outcome, logBytes: 0, warnings: [] };
    }
    return attempt.execute(live.run, task, {
      signal: live.cancel.signal,
      progress: (percent, message, figures) => this.reportProgress(live.run.id, percent, message, figures),
    });
  }

  #requeueLater(live: LiveRun): void {
    if (live.cancelled || this.#stopping) {
      // Whoever cancelled it was told so. While the catalog refuses, that is tried until it takes it.
      const failure = live.cancelled;
      if (failure && failure !== STOPPED) this.#track(this.#persistEnd(live, { state: 'cancelled', failure }));
      else this.#live.delete(live.run.id);
      return;
    }
    this.#waitInPhase(live, CATALOG_PAUSE_MS);
  }

  async #settle(live: LiveRun, { outcome, logBytes, warnings }: AttemptResult): Promise<void> {
    live.phase = 'ending';
    live.run = withOutcome(live.run, outcome, logBytes, warnings);
    if (outcome.status === 'completed') return this.#persistEnd(live, { state: 'completed' });
    if (live.cancelled || outcome.status === 'cancelled') {
      const failure = live.cancelled ?? { code: 'cancelled', reason: 'It was cancelled.' };
      return this.#persistEnd(live, { state: 'cancelled', failure });
    }
    const failure = failureOf(outcome);
    const { attempts, maxAttempts } = live.run;
    if (!outcome.retryable || attempts >= maxAttempts || this.#stopping) {
      return this.#persistEnd(live, { state: 'failed', failure });
    }
    const { retry, random } = this.#deps;
    const hintMs = outcome.status === 'failed' ? outcome.retryAfterMs : undefined;
    const delayMs = retryDelayMs(retry, attempts, random(), hintMs);
    const stored = await this.#writes.persist(live.run.id, async () => {
      live.run = await this.#deps.records.retry(live.run, failure, delayMs);
    });
    if (!stored) this.#live.delete(live.run.id);
    else if (this.#stopping) await this.#giveUp(live);
    else this.#waitInPhase(live, delayMs);
  }

  #waitInPhase(live: LiveRun, delayMs: number): void {
    live.phase = 'waiting';
    live.stopWaiting = this.#deps.timers.after(delayMs, () => {
      live.phase = 'queued';
      this.#queue.add(live.queued);
      this.#pump();
    });
  }

  async #endWaiting(live: LiveRun, failure: RunFailure): Promise<Run> {
    const phase = live.phase;
    this.#takeOut(live);
    try {
      live.run = await this.#deps.records.end(live.run, { state: 'cancelled', failure });
    } catch (error) {
      // Not cancelled, and whoever asked is told so: it goes on as if nobody had asked.
      live.phase = phase;
      if (this.#stopping) throw error;
      live.phase = 'queued';
      this.#queue.add(live.queued);
      this.#pump();
      throw error;
    }
    this.#live.delete(live.run.id);
    return live.run;
  }

  /** A stop: there will be no other attempt. */
  async #giveUp(live: LiveRun): Promise<void> {
    this.#takeOut(live);
    if (live.run.attempts === 0) return;
    const last = live.run.failure?.reason ?? 'It had failed.';
    const failure = {
      code: live.run.failure?.code ?? 'failed',
      reason: `${last} GuardIT was stopped before the next attempt.`,
    };
    await this.#persistEnd(live, { state: 'failed', failure });
  }

  #takeOut(live: LiveRun): void {
    this.#queue.remove(live.run.id);
    live.stopWaiting();
    live.phase = 'ending';
  }

  async #persistEnd(live: LiveRun, end: RunEnd): Promise<void> {
    live.phase = 'ending';
    await this.#writes.persist(live.run.id, async () => {
      live.run = await this.#deps.records.end(live.run, end);
    });
    this.#live.delete(live.run.id);
  }

  #throttleOf(live: LiveRun): ProgressThrottle {
    const { timers, events, clock } = this.#deps;
    const runId = live.run.id;
    let throttle = this.#throttles.get(runId);
    if (!throttle) {
      throttle = new ProgressThrottle(timers, () => announceRun(events, 'progress', live.run, clock.now()));
      this.#throttles.set(runId, throttle);
    }
    return throttle;
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => this.#deps.log.error({ err: error }, 'A run was lost by a defect.'))
      .finally(() => this.#work.delete(tracked));
    this.#work.add(tracked);
  }
}
