import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { WatchedTask } from '../monitoring/ports.ts';
import type { Assessment } from '../monitoring/assess.ts';

export interface StatusDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly monitor: StatusMonitor;
  /** Of the installation: whose days the daily metrics are of. */
  readonly timeZone: string;
  /** For how long reports are kept. */
  readonly keepDays: number;
}

/** What reports and answers need of the monitor. */
export interface StatusMonitor {
  /** Something about this task has changed; by its numeric id. Must not throw. */
  changed(task: number): void;
  assess(task: WatchedTask, now: Date): Assessment;
}
