import type { Status } from '../../../contracts/status.ts';
import type { TaskId } from '../../../contracts/task-id.ts';
import type { TaskState } from '../../../contracts/tasks.ts';
import type { TaskVisibility } from '../tasks/ports.ts';
import type { TaskPerson } from '../tasks/task.ts';
import type { EndedRun, Track } from './track.ts';

export type { Status } from '../../../contracts/status.ts';
export type { EndedRun, OpenRun, Pace, Track } from './track.ts';

/** One report of a task. Instants are milliseconds since 1970 here: thousands of reports a second come through. */
export interface Report {
  readonly atMs: number;
  readonly status: Status;
  readonly message: string | null;
  /** Percent. */
  readonly progress: number | null;
  /** JSON text. */
  readonly data: string | null;
}

export interface StoredReport extends Report {
  readonly id: number;
}

/** A task as far as a report concerns it, with where its runs stand. */
export interface StatusHead {
  /** Numeric. */
  readonly id: number;
  readonly taskId: TaskId;
  readonly isActive: boolean;
  /** Null for a monitored task. */
  readonly action: string | null;
  readonly createdBy: Pick<TaskPerson, 'ref'>;
  readonly assignedTo: Pick<TaskPerson, 'ref'> | null;
  readonly state: TaskState;
  readonly lastSeenMs: number | null;
  readonly maxDurationMs: number | null;
  readonly usual: UsualDuration | null;
  /** Null before the first report. */
  readonly track: Track | null;
}

/** What runs of a task usually take. */
export interface UsualDuration {
  readonly medianMs: number;
  /** Median of the distances from the median. */
  readonly spreadMs: number;
}

/** A run that is counted. */
export interface DayEntry {
  readonly failed: boolean;
  /** Null where it is not known. */
  readonly durationMs: number | null;
}

/** Sums over runs that have ended. */
export interface RunTotals {
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  /** How many runs have a known duration, and the sum of those. */
  readonly timed: number;
  readonly durationMs: number;
}

export interface DayTotals extends RunTotals {
  /** `2026-01-15` */
  readonly date: string;
}

/** What a `monitored_runs` row says when its run has ended. */
export interface RunEnd {
  readonly endedAtMs: number;
  /** `cancelled`: somebody cleared the status. It counts nowhere. */
  readonly outcome: 'completed' | 'failed' | 'cancelled';
  readonly warned: boolean;
  readonly durationMs: number | null;
}

/** A run that was taken back, because a report came late. */
export interface RemovedRun extends RunEnd {
  readonly beganAtMs: number;
}

export interface HistoryFilter {
  readonly task: number;
  /** Inclusive. */
  readonly fromMs?: number | undefined;
  /** Exclusive. */
  readonly toMs?: number | undefined;
}

export interface StatusFilter {
  readonly visibleTo: TaskVisibility;
  readonly status?: Status | undefined;
}

/** `task` is the numeric id everywhere. */
export interface StatusStore {
  /** By the exact task_id. */
  head(taskId: string): Promise<StatusHead | null>;
  headById(id: number): Promise<StatusHead | null>;

  addReport(task: number, report: Report, attemptId: string | null): Promise<number>;
  /** The report that this delivery has brought already. */
  findAttempt(task: number, attemptId: string): Promise<StoredReport | null>;
  /** Newest first. */
  history(filter: HistoryFilter, page: { readonly limit: number; readonly offset: number }): Promise<StoredReport[]>;
  countHistory(filter: HistoryFilter): Promise<number>;
  /** Oldest first, from `fromMs` on. */
  reportsFrom(task: number, fromMs: number, limit: number): Promise<StoredReport[]>;

  /** Also the last report, which is the current status. */
  putTrack(task: number, track: Track): Promise<void>;
  removeTrack(task: number): Promise<void>;

  openRun(task: number, beganAtMs: number): Promise<number>;
  endRun(run: number, end: RunEnd): Promise<void>;
  /** A run that was known only when it had ended. */
  addEndedRun(task: number, end: RunEnd): Promise<number>;
  markWarned(run: number): Promise<void>;
  /** Of the last successful runs, newest first. */
  lastDurations(task: number, limit: number): Promise<number[]>;
  putUsual(task: number, usual: UsualDuration): Promise<void>;
  /** The last run that began by then, but for cancelled ones. */
  lastRunBy(
    task: number,
    atMs: number,
  ): Promise<{ readonly beganAtMs: number; readonly endedAtMs: number | null } | null>;
  /** The last run that ended before this instant. */
  lastEndBefore(task: number, atMs: number): Promise<EndedRun | null>;
  /** Removes the runs that began at or after `fromMs`, and says which had ended. */
  removeRunsFrom(task: number, fromMs: number): Promise<RemovedRun[]>;
  /** When the last run that completed has ended. */
  lastCompletedAt(task: number): Promise<Date | null>;

  addToDay(task: number, date: string, entry: DayEntry, sign: 1 | -1): Promise<void>;
  /** Inclusive, oldest first; days without runs are left out. */
  days(task: number, fromDate: string, toDate: string): Promise<DayTotals[]>;
  /** Of all days. */
  totals(task: number): Promise<RunTotals>;
  /** Of the runs that ended in this time; `toMs` is exclusive. */
  totalsBetween(task: number, fromMs: number, toMs: number): Promise<RunTotals>;

  /** Removes the oldest reports from before `ms`, at most `limit`; answers how many. */
  removeReportsBefore(ms: number, limit: number): Promise<number>;
  /** Likewise, runs that had ended by then. */
  removeRunsBefore(ms: number, limit: number): Promise<number>;
}

/** The files that script clients leave (docs/SPOOL.md). */
export interface SpoolFolder {
  /** Changes whenever a file comes or goes. */
  version(): Promise<string>;
  /** In the order in which they were recorded, at most `limit`. */
  list(limit: number): Promise<readonly string[]>;
  /** Null: it is gone, or it is none that may be read (a link, a pipe). Of a larger file only `maxBytes` + 1. */
  read(name: string, maxBytes: number): Promise<Uint8Array | null>;
  remove(name: string): Promise<void>;
  /** Puts it aside, with the reason beside it. */
  reject(name: string, reason: string): Promise<void>;
}
