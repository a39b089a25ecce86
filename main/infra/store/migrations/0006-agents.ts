import { sql } from 'kysely';
import type { Migration } from './migration.ts';

const STATEMENTS = [
  sql`CREATE TABLE agents (
    id TEXT NOT NULL PRIMARY KEY,
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    name TEXT NOT NULL,
    hostname TEXT,
    version TEXT,
    created_at INTEGER NOT NULL,
    last_heartbeat_at INTEGER,
    -- Set while its runs are being removed: for everybody else it is gone.
    deleted_at INTEGER
  ) STRICT`,
  sql`CREATE UNIQUE INDEX agents_by_name ON agents (tenant_id, name) WHERE deleted_at IS NULL`,
  sql`CREATE INDEX agents_deleted ON agents (deleted_at) WHERE deleted_at IS NOT NULL`,
  // The tenant is part of the key: the same id in another tenant is another run, and nobody can find out.
  sql`CREATE TABLE backup_runs (
    tenant_id TEXT NOT NULL REFERENCES tenants (id),
    id TEXT NOT NULL,
    agent_id TEXT NOT NULL REFERENCES agents (id),
    policy_id TEXT NOT NULL,
    task_type TEXT NOT NULL,
    status TEXT NOT NULL,
    start_time INTEGER NOT NULL,
    end_time INTEGER,
    duration_seconds REAL NOT NULL,
    snapshot_id TEXT,
    error_message TEXT,
    log_id TEXT,
    log_size_bytes INTEGER,
    log_complete INTEGER CHECK (log_complete IN (0, 1)),
    fields TEXT CHECK (fields IS NULL OR json_valid(fields)),
    received_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK ((log_id IS NULL) = (log_size_bytes IS NULL)),
    CHECK ((log_id IS NULL) = (log_complete IS NULL)),
    CHECK (log_id IS NOT NULL OR fields IS NULL)
  ) STRICT`,
  sql`CREATE INDEX backup_runs_by_time ON backup_runs (agent_id, start_time, id)`,
  sql`CREATE INDEX backup_runs_by_status ON backup_runs (agent_id, status, start_time, id)`,
  sql`CREATE INDEX backup_runs_by_policy ON backup_runs (agent_id, policy_id, start_time, id)`,
  sql`CREATE UNIQUE INDEX backup_runs_by_log ON backup_runs (log_id) WHERE log_id IS NOT NULL`,
];

export const agents: Migration = {
  name: '0006-agents',
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
