import type { Kysely } from 'kysely';
import type { Stores } from '../../app/catalog/ports.ts';
import { SqlAgentStore } from './agent-store.ts';
import { SqlAlertStore } from './alert-store.ts';
import { SqlAnomalyStore } from './anomaly-store.ts';
import { SqlApiKeyStore } from './api-key-store.ts';
import { SqlAuditStore } from './audit-store.ts';
import { SqlBackupScheduleStore } from './backup-schedule-store.ts';
import { SqlBackupStore } from './backup-store.ts';
import { SqlBackupRunStore } from './backup-run-store.ts';
import { SqlChannelStore } from './channel-store.ts';
import { SqlDeliveryStore } from './delivery-store.ts';
import { SqlMonitoringStore } from './monitoring-store.ts';
import { SqlRepositoryStore } from './repository-store.ts';
import { SqlRestoreStore } from './restore-store.ts';
import { SqlOverviewStore } from './overview-store.ts';
import { SqlRevokedTokens } from './revoked-token-store.ts';
import { SqlRunStore } from './run-store.ts';
import type { Schema } from './schema.ts';
import { SqlSettingsStore } from './settings-store.ts';
import { SqlStorageSampleStore } from './storage-sample-store.ts';
import { SqlStatusStore } from './status-store.ts';
import { SqlTargetStore } from './target-store.ts';
import { SqlTaskLogStore } from './task-log-store.ts';
import { SqlTaskStore } from './task-store.ts';
import { SqlTenantStore } from './tenant-store.ts';
import { SqlUserStore } from './user-store.ts';
import { SqlVerificationStore } from './verification-store.ts';

/** The stores over one connection. One line per area. */
export function createStores(db: Kysely<Schema>): Stores {
  return {
    settings: new SqlSettingsStore(db),
    tasks: new SqlTaskStore(db),
    runs: new SqlRunStore(db),
    taskLog: new SqlTaskLogStore(db),
    statuses: new SqlStatusStore(db),
    monitoring: new SqlMonitoringStore(db),
    overview: new SqlOverviewStore(db),
    users: new SqlUserStore(db),
    apiKeys: new SqlApiKeyStore(db),
    revokedTokens: new SqlRevokedTokens(db),
    tenants: new SqlTenantStore(db),
    agents: new SqlAgentStore(db),
    backupRuns: new SqlBackupRunStore(db),
    targets: new SqlTargetStore(db),
    backups: new SqlBackupStore(db),
    backupSchedules: new SqlBackupScheduleStore(db),
    repositories: new SqlRepositoryStore(db),
    alerts: new SqlAlertStore(db),
    channels: new SqlChannelStore(db),
    deliveries: new SqlDeliveryStore(db),
    anomalies: new SqlAnomalyStore(db),
    storage: new SqlStorageSampleStore(db),
    audit: new SqlAuditStore(db),
    restores: new SqlRestoreStore(db),
    verifications: new SqlVerificationStore(db),
  };
}
