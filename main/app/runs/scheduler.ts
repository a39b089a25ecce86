import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { EventBus, ServiceEvent } from '../events/event-bus.ts';
import { DueBook, type ClockNotice, type DueDecision } from '../schedule/due-book.ts';
import type { DueTask, Pause } from '../schedule/due-task.ts';
import type { Cancel, WakeUp } from '../schedule/ports.ts';
import { dueTaskOf, hasAction, withDue, type ActionTask, type Task } from '../tasks/task.ts';
import type { MonitoredRuns } from './dependencies.ts';
import { carryOut, judge, type Verdict } from './due-tasks.ts';
import { storedPause } from './pause-all.ts';
import type { RunsLog } from './run-attempt.ts';
import { announceRun } from './run-view.ts';
import type { Run } from './run.ts';

export interface SchedulerDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly wakeUp: WakeUp;
  readonly events: Pick<EventBus, 'publish' | 'subscribe'>;
  readonly monitoredRuns: MonitoredRuns;
  readonly log: RunsLog;
  /** Takes a run that is durably pending. */
  readonly enqueue: (run: Run, task: ActionTask) => void;
}

/** A due task that waits for what it depends on. */
export interface WaitingTask {
  readonly taskId: string;
  readonly dueAt: Date;
  readonly firstDueAt: Date;
  readonly waitingFor: readonly string[];
}

const MOST_NEXT = 100;

/**
 * Starts tasks when they are due. The due book decides, the catalog has the last word: a run and the note that its due
 * instants are dealt with are one write, and only then the book is told. So a crash loses no run and starts none twice.
 *
 * A task that is due and runs still, or waits for others, stays due: it is looked at again whenever a run ends, a status
 * arrives or a task is changed, and each minute. What falls due meanwhile is made up for by the same one run.
 */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #book = new DueBook();
  readonly #waiting = new Map<string, WaitingTask>();
  /** One thing after the other: a record must not be replaced between a write and its acknowledgement. */
  #chain: Promise<void> = Promise.resolve();
  #isLookQueued = false;
  #state: 'new' | 'running' | 'stopped' = 'new';
  #lookedAt: Date | null = null;
  #pausedUntil: Pause | null = null;
  #cancelAlarm: Cancel = () => undefined;
  #unsubscribe: () => void = () => undefined;

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  /** Takes over all tasks of the catalog and starts what is due. Resolves when that has been done. */
  async start(): Promise<void> {
    // First, so that no change is missed between the look into the catalog and the subscription.
    this.#unsubscribe = this.#deps.events.subscribe((event) => this.#onEvent(event));
    this.#state = 'running';
    this.#lookedAt = this.#deps.clock.now();
    const { tasks, pause } = await this.#deps.catalog.read(async (stores) => ({
      tasks: await stores.tasks.listWithAction(),
      pause: await storedPause(stores),
    }));
    this.#pausedUntil = pause;
    this.#book.pauseAll(pause);
    for (const task of tasks) this.#take(task.taskId, task);
    this.look();
    await this.settled();
  }

  /** Starts nothing more. Resolves when what had begun is done. */
  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#unsubscribe();
    this.#cancelAlarm();
    await this.settled();
  }

  /** Looks soon at what is due. */
  look(): void {
    if (this.#isLookQueued || this.#state !== 'running') return;
    this.#isLookQueued = true;
    this.#queue(() => {
      this.#isLookQueued = false;
      return this.#lookWhole();
    });
  }

  /** Resolves when everything that was asked for until now has been done. */
  async settled(): Promise<void> {
    for (let seen: Promise<void> | null = null; seen !== this.#chain;) await (seen = this.#chain);
  }

  /** The pause as it has been stored; null resumes. */
  pauseAll(until: Pause | null): void {
    this.#queue(() => {
      this.#pausedUntil = until;
      this.#book.pauseAll(until);
    });
    this.look();
  }

  get state(): 'running' | 'paused' | 'stopped' {
    if (this.#state !== 'running') return 'stopped';
    return this.pausedUntil === null ? 'running' : 'paused';
  }

  /** When it last did all that was due, which it does each minute at least; null before the start. */
  get lookedAt(): Date | null {
    return this.#lookedAt;
  }

  /** Null also when the pause is over. */
  get pausedUntil(): Pause | null {
    const pause = this.#pausedUntil;
    return pause instanceof Date && pause <= this.#deps.clock.now() ? null : pause;
  }

  /** Those that are due and wait for others, by their due instants. */
  /** Since when a task is due that has not begun: it waits for others, for a slot, or nobody looks. Null: it is not due. */
  dueSince(taskId: string, now: Date): Date | null {
    const waiting = this.#waiting.get(taskId);
    if (waiting) return waiting.firstDueAt;
    const next = this.#book.nextStart(taskId);
    return next && next <= now ? next : null;
  }

  get waiting(): readonly WaitingTask[] {
    return [...this.#waiting.values()].sort((a, b) => a.firstDueAt.getTime() - b.firstDueAt.getTime());
  }

  /** What a task's record says of its next start, with the pause of all; the book may not have taken it over yet. */
  nextStart(task: ActionTask): Date | null {
    const book = new DueBook();
    book.pauseAll(this.#pausedUntil);
    return this.#putInto(book, task) ? book.nextStart(task.taskId) : null;
  }

  /** The next starts, earliest first. */
  next(taskIds: readonly string[]): readonly { readonly taskId: string; readonly dueAt: Date }[] {
    return taskIds
      .flatMap((taskId) => {
        const dueAt = this.#waiting.has(taskId) ? null : this.#book.nextStart(taskId);
        return dueAt ? [{ taskId, dueAt }] : [];
      })
      .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime())
      .slice(0, MOST_NEXT);
  }

  #queue(work: () => Promise<void> | void): void {
    this.#chain = this.#chain.then(work).catch((error: unknown) => {
      // A full disk, mostly. Nothing is lost: what is due stays due, and the alarm rings within a minute.
      this.#deps.log.error({ err: error }, 'The scheduler could not do what was due; it tries again.');
    });
  }

  #onEvent({ type, audience }: ServiceEvent): void {
    if (type.startsWith('task.') && audience?.taskId !== undefined) {
      const { taskId } = audience;
      this.#queue(() => this.#reload(taskId));
      this.look();
    } else if (type === 'run.finished' || (type.startsWith('status.') && this.#waiting.size > 0)) {
      this.look();
    }
  }

  async #reload(taskId: string): Promise<void> {
    this.#take(taskId, await this.#deps.catalog.read(({ tasks }) => tasks.find(taskId)));
  }

  /** Takes over what the catalog says of a task. */
  #take(taskId: string, task: Task | null): void {
    if (task && hasAction(task) && this.#putInto(this.#book, task)) return;
    this.#book.remove(taskId);
    this.#waiting.delete(taskId);
  }

  #putInto(book: DueBook, task: ActionTask): boolean {
    try {
      book.put(dueTaskOf(task));
      return true;
    } catch (error) {
      // A time zone that an update of the database has dropped. Others must start all the same.
      this.#deps.log.error({ err: error, taskId: task.taskId }, 'A task has a schedule that can not be followed.');
      return false;
    }
  }

  async #lookWhole(): Promise<void> {
    const at = this.#deps.clock.now();
    await this.#look();
    this.#lookedAt = at;
  }

  async #look(): Promise<void> {
    if (this.#state !== 'running') return;
    const { clock, wakeUp, catalog, monitoredRuns } = this.#deps;
    const now = clock.now();
    const { decisions, reanchored, clock: notice, wakeAt } = this.#book.dueNow(now);
    // Before anything can fail: whatever happens, there will be another look.
    this.#cancelAlarm();
    this.#cancelAlarm = wakeUp.at(wakeAt, () => this.look());
    if (notice) this.#tellClock(notice, now);
    for (const record of reanchored) await this.#storeReanchored(record, now);
    this.#forgetWaiting(decisions);
    if (decisions.length === 0) return;
    const verdicts = await catalog.read(async (stores) => {
      const found: Verdict[] = [];
      for (const decision of decisions) {
        found.push(await judge(stores, monitoredRuns, decision, this.#book.get(decision.taskId)));
      }
      return found;
    });
    const results = await Promise.allSettled(
      decisions.map((decision, index) => this.#follow(decision, verdicts[index] ?? { kind: 'stale' }, now)),
    );
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  }

  async #follow(decision: DueDecision, verdict: Verdict, now: Date): Promise<void> {
    switch (verdict.kind) {
      case 'busy':
        return;
      case 'stale':
        await this.#reload(decision.taskId);
        return;
      case 'waiting':
        return this.#wait(decision, verdict, now);
      case 'ready':
        return this.#start(decision, now);
    }
  }

  async #start(decision: DueDecision, at: Date): Promise<void> {
    const { catalog, monitoredRuns, events, enqueue } = this.#deps;
    const { taskId } = decision;
    const known = this.#book.get(taskId);
    const hasWaited = this.#waiting.has(taskId);
    const started = await catalog.write(async (stores) => {
      // Again: since the first look somebody may have started it.
      const verdict = await judge(stores, monitoredRuns, decision, known);
      if (verdict.kind !== 'ready') return null;
      return { task: verdict.task, run: await carryOut(stores, verdict.task, decision, { at, hasWaited }) };
    });
    if (!started) return this.look();
    this.#book.acknowledge(decision);
    this.#waiting.delete(taskId);
    if (!started.run) return;
    announceRun(events, 'queued', started.run, at);
    enqueue(started.run, started.task);
  }

  async #wait(decision: DueDecision, verdict: Verdict & { kind: 'waiting' }, at: Date): Promise<void> {
    const { run, taskId } = decision;
    if (!run) return;
    const { dueAt, firstDueAt } = run;
    const known = this.#waiting.get(taskId);
    this.#waiting.set(taskId, { taskId, dueAt, firstDueAt, waitingFor: verdict.waitingFor });
    if (known?.firstDueAt.getTime() === firstDueAt.getTime()) return;
    const waiting = { due_at: firstDueAt.toISOString(), waiting_for: [...verdict.waitingFor] };
    await this.#deps.catalog.write(({ taskLog }) =>
      taskLog.append(verdict.task.id, null, { at, level: 'INFO', message: 'Due, but waits for others', data: waiting }),
    );
    this.#deps.events.publish('scheduler.waiting', at, { task_id: taskId, ...waiting }, { taskId });
  }

  /** Disabled, paused or rescheduled meanwhile. */
  #forgetWaiting(decisions: readonly DueDecision[]): void {
    const due = new Set(decisions.map(({ taskId }) => taskId));
    for (const taskId of this.#waiting.keys()) if (!due.has(taskId)) this.#waiting.delete(taskId);
  }

  async #storeReanchored(record: DueTask, at: Date): Promise<void> {
    const { taskId } = record;
    const isStored = await this.#deps.catalog.write(async (stores) => {
      const task = await stores.tasks.find(taskId);
      if (!task || !hasAction(task)) return false;
      await stores.tasks.updateDue(withDue(task, record));
      const message = 'The clock was set back: the schedule counts from now';
      await stores.taskLog.append(task.id, null, { at, level: 'WARN', message, data: {} });
      return true;
    });
    if (!isStored) return;
    this.#deps.log.warn({ taskId }, 'A task counts from now, because the clock was set back.');
    this.#deps.events.publish('scheduler.reanchored', at, { task_id: taskId }, { taskId });
  }

  #tellClock({ kind, byMs }: ClockNotice, at: Date): void {
    const what =
      kind === 'back' ? 'The clock was set back.' : 'Nobody looked at the clock for a while: a standby, mostly.';
    this.#deps.log.warn({ byMs, kind }, what);
    this.#deps.events.publish('scheduler.clock', at, { kind, by_ms: byMs });
  }
}
