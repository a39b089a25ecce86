import type { AlertKind } from '../../../contracts/alerts.ts';
import type { TaskId } from '../../../contracts/task-id.ts';
import type { AlertRecord } from '../alerts/ports.ts';
import type { Track, UsualDuration } from '../status/ports.ts';
import type { TaskVisibility } from '../tasks/ports.ts';
import type { Status } from '../../../contracts/status.ts';

/** What is known of a task that the monitor watches. */
export interface WatchedTask {
  /** Numeric. */
  readonly id: number;
  readonly taskId: TaskId;
  readonly displayName: string;
  readonly isActive: boolean;
  readonly isMonitored: boolean;
  readonly expectedSchedule: string | null;
  /** Null: that of the installation. */
  readonly timeZone: string | null;
  readonly graceMinutes: number | null;
  readonly maxDurationMinutes: number | null;
  readonly updatedAt: Date;
  /** When its last run began. */
  readonly lastRunAt: Date | null;
  readonly state: string;
  readonly stateChangedAt: Date;
  /** From when on `expectation` has been expected. */
  readonly watch: { readonly expectation: string; readonly since: Date } | null;
  readonly usual: UsualDuration | null;
  /** Null before the first report, and after it was cleared. */
  readonly track: Track | null;
}

/** What the monitor looks for. `long_running`: open for far longer than is usual. `unusual_duration`: succeeded, but far from usual. */
export type WatchKind = Extract<AlertKind, 'overdue' | 'stuck' | 'failed' | 'long_running' | 'unusual_duration'>;

/** A task that GuardIT runs, as far as somebody may have to be told of it. */
export interface ExecutedTask {
  /** Numeric. */
  readonly id: number;
  readonly taskId: TaskId;
  readonly displayName: string;
  readonly isActive: boolean;
  readonly graceMinutes: number | null;
  readonly maxDurationMinutes: number | null;
  /** How its newest run that completed or failed ended; null before the first. */
  readonly lastEnd: { readonly state: 'completed' | 'failed'; readonly reason: string | null } | null;
  /** When the run began that is under way, or when it was queued. */
  readonly activeSince: Date | null;
  /** The median of its last completed runs, where one is under way and there are at least five. */
  readonly usualMs: number | null;
}

export interface WatchFilter {
  readonly visibleTo: TaskVisibility;
  readonly status?: Status | undefined;
}

export interface MonitoringStore {
  /** Ordered by id, after `afterId`: monitored tasks only. */
  watched(afterId: number, limit: number): Promise<WatchedTask[]>;
  /** Those of these ids. */
  watchedAmong(ids: readonly number[]): Promise<WatchedTask[]>;
  watchedById(id: number): Promise<WatchedTask | null>;
  /** Tasks of both kinds, with long messages cut and large data left out (contracts/status.ts). Ordered by id. */
  list(
    filter: WatchFilter,
    page: { readonly limit?: number | undefined; readonly offset?: number | undefined },
  ): Promise<WatchedTask[]>;
  count(filter: WatchFilter): Promise<number>;
  putWatch(task: number, watch: { readonly expectation: string; readonly since: Date } | null): Promise<void>;

  /** Every task with an action, ordered by id. */
  executed(): Promise<ExecutedTask[]>;
  /** Open alerts of these monitored tasks. */
  openAlerts(tasks: readonly number[]): Promise<AlertRecord[]>;
  /** Open alerts of the monitor about tasks that got an action since: nobody watches those any more. */
  orphanedAlerts(): Promise<AlertRecord[]>;
}
