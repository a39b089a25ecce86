import type { AccessTables } from './schema/access.ts';
import type { AgentTables } from './schema/agents.ts';
import type { AlertTables } from './schema/alerts.ts';
import type { AnomalyTables } from './schema/anomalies.ts';
import type { AuditTables } from './schema/audit.ts';
import type { ProtectionTables } from './schema/protection.ts';
import type { RunTables } from './schema/runs.ts';
import type { SettingsTables } from './schema/settings.ts';
import type { StatusTables } from './schema/statuses.ts';
import type { StorageTables } from './schema/storage.ts';
import type { TaskTables } from './schema/tasks.ts';

/** Every table of the catalog as Kysely sees it. One line per area. */
export interface Schema
  extends
    SettingsTables,
    TaskTables,
    RunTables,
    StatusTables,
    AccessTables,
    AgentTables,
    AlertTables,
    AnomalyTables,
    AuditTables,
    ProtectionTables,
    StorageTables {}
