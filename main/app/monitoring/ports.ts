import type { TaskId } from '../../../contracts/task-id.ts';
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

export const ALERT_KINDS = ['overdue', 'stuck', 'failed', 'long_running', 'unusual_duration'] as const;
/** `long_running`: open for far longer than is usual. `unusual_duration`: succeeded, but far from usual. */
export type AlertKind = (typeof ALERT_KINDS)[number];

export interface Alert {
  readonly id: number;
  readonly kind: AlertKind;
  readonly task: number;
  readonly taskId: TaskId;
  readonly message: string;
  readonly openedAt: Date;
  readonly resolvedAt: Date | null;
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

  /** Those of these tasks that are open. */
  openAlerts(tasks: readonly number[]): Promise<Alert[]>;
  /** Open alerts of tasks that nobody watches: inactive ones are watched, those that got an action are not. */
  orphanedAlerts(): Promise<Alert[]>;
  openAlert(alert: {
    readonly kind: AlertKind;
    readonly task: number;
    readonly message: string;
    readonly at: Date;
  }): Promise<number>;
  resolveAlert(id: number, at: Date): Promise<void>;
}
