import { DueEntry } from './due-entry.ts';
import { isScheduled, type DueTask, type Pause } from './due-task.ts';

export interface DueRun {
  /** The due instant that the run is for: the latest of those that it stands for. */
  readonly dueAt: Date;
  readonly firstDueAt: Date;
  /** How many due instants the run stands for, counted up to 100. */
  readonly dueCount: number;
  /** Whether the first of them is so long past that it was missed: in a standby, a pause, or while nothing ran here. */
  readonly catchUp: boolean;
}

/** What must happen to one task now. Stands until it is acknowledged. */
export interface DueDecision {
  readonly taskId: string;
  /** The run to start; null if the due instant was skipped on request. */
  readonly run: DueRun | null;
  readonly skippedDue: Date | null;
  readonly nextDue: Date | null;
  /** The record as it must be stored, in one transaction with the run. */
  readonly taskAfter: DueTask;
}

/**
 * `back`: the clock was set back by more than the tolerance. `gap`: nobody looked for longer than it takes to wake up,
 * because of a standby, a clock set forward or a busy process.
 */
export interface ClockNotice {
  readonly kind: 'back' | 'gap';
  readonly byMs: number;
}

export interface DueReport {
  /** Earliest first. */
  readonly decisions: readonly DueDecision[];
  /** Tasks that lay in the future of a clock that was set back, and count from now: to be stored, and told. */
  readonly reanchored: readonly DueTask[];
  readonly clock: ClockNotice | null;
  /** When to ask again: at the next due instant or end of a pause, and at the latest in a minute. */
  readonly wakeAt: Date;
}

export interface DueBookOptions {
  /** Corrections of the clock up to this change nothing: tasks wait until it has caught up. */
  readonly clockToleranceMs?: number;
  /** A run is late when its first due instant is longer past than this. */
  readonly catchUpAfterMs?: number;
}

const LONGEST_WAIT_MS = 60_000;
/** Three missed wake-ups. */
const GAP_MS = 3 * LONGEST_WAIT_MS;

/**
 * Knows which tasks must start now, and when to look again. Holds no timer and reads no clock.
 *
 * - Due instants that were missed are made up for by one run, for the latest of them.
 * - A decision is repeated until it is acknowledged. So who can't start a task yet, because it is still running or because
 *   the disk is full, simply leaves the decision, and a crash before the run is stored loses nothing.
 * - No due instant is started twice, even if the clock shows it again. After a restart that holds for the last one only.
 * - A clock set back by more than the tolerance does not make tasks wait until it has caught up: they count from now.
 */
export class DueBook {
  readonly #entries = new Map<string, DueEntry>();
  readonly #clockToleranceMs: number;
  readonly #catchUpAfterMs: number;
  #pausedUntil: Pause | null = null;
  #lastSeenMs: number | null = null;

  constructor({ clockToleranceMs = 2 * 60_000, catchUpAfterMs = 2 * 60_000 }: DueBookOptions = {}) {
    this.#clockToleranceMs = clockToleranceMs;
    this.#catchUpAfterMs = catchUpAfterMs;
  }

  /** Adds a task or takes over its changed record. Throws a ScheduleError for an unknown time zone. */
  put(task: DueTask): void {
    const entry = this.#entries.get(task.taskId);
    if (entry) entry.replace(task);
    else this.#entries.set(task.taskId, new DueEntry(task));
  }

  remove(taskId: string): void {
    this.#entries.delete(taskId);
  }

  /** The record of a task as the book has it. */
  get(taskId: string): DueTask | undefined {
    return this.#entries.get(taskId)?.task;
  }

  /** Pauses all tasks, beside the pauses of their own; null resumes. */
  pauseAll(until: Pause | null): void {
    this.#pausedUntil = until;
  }

  /** When a task will start by itself, as far as is known now; null for never. Past if it should have started already. */
  nextStart(taskId: string): Date | null {
    const entry = this.#entries.get(taskId);
    if (!entry || entry.dueMs === null) return null;
    const dueMs = entry.task.skipNext ? entry.dueAfter(entry.dueMs) : entry.dueMs;
    if (dueMs === null) return null;
    const startMs = Math.max(dueMs, this.#pauseEndMs(entry.task));
    return startMs === Infinity ? null : new Date(startMs);
  }

  /** What is due at `now`, the instant that the clock of this computer shows. */
  dueNow(now: Date): DueReport {
    const nowMs = now.getTime();
    const clock = this.#lookAtClock(nowMs);
    const reanchored: DueTask[] = [];
    const decisions: DueDecision[] = [];
    let wakeMs = nowMs + LONGEST_WAIT_MS;
    for (const entry of this.#entries.values()) {
      if (this.#isAhead(entry.task, nowMs)) {
        entry.reanchor(nowMs);
        reanchored.push(entry.task);
      }
      if (entry.dueMs === null) continue;
      const startMs = Math.max(entry.dueMs, this.#pauseEndMs(entry.task));
      if (startMs <= nowMs) decisions.push(this.#decide(entry, entry.dueMs, nowMs));
      else wakeMs = Math.min(wakeMs, startMs);
    }
    decisions.sort((a, b) => firstDueMs(a) - firstDueMs(b));
    return { decisions, reanchored, clock, wakeAt: new Date(wakeMs) };
  }

  /** To be called when a decision has been carried out and stored. Does nothing for a task that is gone. */
  acknowledge({ taskId, run, skippedDue, taskAfter }: DueDecision): void {
    const entry = this.#entries.get(taskId);
    // The record may have been changed meanwhile, to count from a later instant.
    if (!entry || entry.task.handledUntil >= taskAfter.handledUntil) return;
    entry.handle(taskAfter.handledUntil.getTime(), run?.dueAt.getTime() ?? null, skippedDue !== null);
  }

  #decide(entry: DueEntry, dueMs: number, nowMs: number): DueDecision {
    const { task } = entry;
    const firstMs = task.skipNext ? entry.dueAfter(dueMs) : dueMs;
    const skippedDue = task.skipNext ? new Date(dueMs) : null;
    let run: DueRun | null = null;
    if (firstMs !== null && firstMs <= nowMs) {
      const lastMs = entry.dueUpTo(nowMs, firstMs);
      run = {
        dueAt: new Date(lastMs),
        firstDueAt: new Date(firstMs),
        dueCount: entry.countDues(firstMs, lastMs),
        catchUp: nowMs - firstMs > this.#catchUpAfterMs,
      };
    }
    const handledUntil = run?.dueAt ?? new Date(dueMs);
    const nextMs = entry.dueAfter(handledUntil.getTime());
    return {
      taskId: task.taskId,
      run,
      skippedDue,
      nextDue: nextMs === null ? null : new Date(nextMs),
      taskAfter: { ...task, handledUntil, skipNext: false },
    };
  }

  #lookAtClock(nowMs: number): ClockNotice | null {
    const passedMs = nowMs - (this.#lastSeenMs ?? nowMs);
    this.#lastSeenMs = nowMs;
    if (passedMs < -this.#clockToleranceMs) return { kind: 'back', byMs: -passedMs };
    return passedMs > GAP_MS ? { kind: 'gap', byMs: passedMs } : null;
  }

  /** Whether a task comes from the future: only a clock that was set back can be the reason. */
  #isAhead(task: DueTask, nowMs: number): boolean {
    const latestMs = Math.max(task.handledUntil.getTime(), task.anchor.getTime());
    return isScheduled(task) && latestMs > nowMs + this.#clockToleranceMs;
  }

  #pauseEndMs(task: DueTask): number {
    const ends = [this.#pausedUntil, task.pausedUntil].map((pause) =>
      pause === 'indefinitely' ? Infinity : (pause?.getTime() ?? -Infinity),
    );
    return Math.max(...ends);
  }
}

function firstDueMs({ run, skippedDue, taskAfter }: DueDecision): number {
  return (skippedDue ?? run?.firstDueAt ?? taskAfter.handledUntil).getTime();
}
