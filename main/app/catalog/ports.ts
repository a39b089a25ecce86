import type { ApiKeyStore, RevokedTokens, TenantStore, UserStore } from '../access/ports.ts';
import type { AgentStore, BackupRunStore } from '../agents/ports.ts';
import type { BackupScheduleStore, BackupStore } from '../backup/ports.ts';
import type { AlertStore, ChannelStore, DeliveryStore } from '../alerts/ports.ts';
import type { AnomalyStore } from '../anomalies/ports.ts';
import type { AuditStore } from '../audit/ports.ts';
import type { MonitoringStore } from '../monitoring/ports.ts';
import type { RepositoryStore } from '../repositories/ports.ts';
import type { RestoreStore } from '../restore/ports.ts';
import type { OverviewStore } from '../overview/ports.ts';
import type { RunStore, TaskLogStore } from '../runs/ports.ts';
import type { SettingsStore } from '../settings/ports.ts';
import type { StorageSampleStore } from '../storage/ports.ts';
import type { StatusStore } from '../status/ports.ts';
import type { TargetStore } from '../targets/ports.ts';
import type { TaskStore } from '../tasks/ports.ts';
import type { VerificationStore } from '../verification/ports.ts';

/** The catalog's tables, one store for each area of the app. One line per area. */
export interface Stores {
  readonly settings: SettingsStore;
  readonly tasks: TaskStore;
  readonly runs: RunStore;
  readonly taskLog: TaskLogStore;
  readonly statuses: StatusStore;
  readonly monitoring: MonitoringStore;
  readonly overview: OverviewStore;
  readonly users: UserStore;
  readonly apiKeys: ApiKeyStore;
  readonly revokedTokens: RevokedTokens;
  readonly tenants: TenantStore;
  readonly agents: AgentStore;
  readonly backupRuns: BackupRunStore;
  readonly targets: TargetStore;
  readonly backups: BackupStore;
  readonly backupSchedules: BackupScheduleStore;
  readonly repositories: RepositoryStore;
  readonly alerts: AlertStore;
  readonly channels: ChannelStore;
  readonly deliveries: DeliveryStore;
  readonly anomalies: AnomalyStore;
  readonly storage: StorageSampleStore;
  readonly audit: AuditStore;
  readonly restores: RestoreStore;
  readonly verifications: VerificationStore;
}

/**
 * Everything GuardIT knows but the backups themselves. Reads and writes go through stores that exist only while `work` runs:
 * they throw when they are used after it has ended.
 */
export interface Catalog {
  /**
   * A consistent view: all that `work` reads belongs to one instant, not before this call. Writing throws.
   * Waits for other reads, never for writes or for the disk. A write that is committed but not acknowledged yet may be seen.
   */
  read<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
  /**
   * All or nothing, and durable on disk when the promise resolves. Works run one after the other, each sees what those
   * before it wrote, several share one commit; a throw in one undoes that one only, and rejects with what it threw.
   *
   * `work` may only await store calls: no I/O, no timers, no other read or write of the catalog. Everybody waits for it.
   * It runs once, never again. When the promise rejects for another reason than its own throw (`storage_full`,
   * `catalog_damaged`, `unavailable`), nothing of it is kept, except after `unavailable` with the reason `flush_failed`:
   * the disk did not say, so it may be there after a restart.
   */
  write<T>(work: (stores: Stores) => Promise<T>): Promise<T>;
}
