import { sql, type Kysely } from 'kysely';
import type { Migration } from './migration.ts';

const STATEMENTS = [
  sql`CREATE TABLE tenants (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL
  ) STRICT`,
  // An admin is as good as the account that runs the service: never of one tenant only.
  sql`CREATE TABLE users (
    id TEXT NOT NULL PRIMARY KEY,
    username TEXT NOT NULL,
    username_key TEXT NOT NULL UNIQUE,
    role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'viewer', 'reporter')),
    tenant_id TEXT REFERENCES tenants (id),
    password_hash TEXT NOT NULL,
    disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
    token_version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    last_login_at INTEGER,
    CHECK (role <> 'admin' OR tenant_id IS NULL)
  ) STRICT`,
  sql`CREATE INDEX users_by_tenant ON users (tenant_id)`,
  sql`CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('admin', 'operator', 'viewer', 'reporter', 'agent')),
    agent_id TEXT,
    tenant_id TEXT REFERENCES tenants (id),
    secret_hash BLOB NOT NULL CHECK (length(secret_hash) = 32),
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    last_used_at INTEGER,
    CHECK (role <> 'admin' OR tenant_id IS NULL),
    CHECK ((role = 'agent') = (agent_id IS NOT NULL))
  ) STRICT`,
  sql`CREATE INDEX api_keys_by_age ON api_keys (created_at, id)`,
  sql`CREATE INDEX api_keys_by_agent ON api_keys (agent_id) WHERE agent_id IS NOT NULL`,
  sql`CREATE INDEX api_keys_by_tenant ON api_keys (tenant_id)`,
  sql`CREATE TABLE revoked_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at)`,
  // AUTOINCREMENT: an id is never given out again, also after the newest entries were removed.
  sql`CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    address TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    details TEXT NOT NULL CHECK (json_valid(details))
  ) STRICT`,
  sql`CREATE INDEX audit_by_time ON audit (at, id)`,
  sql`CREATE INDEX audit_by_actor ON audit (actor_id, at, id)`,
  sql`CREATE INDEX audit_by_actor_name ON audit (actor_name, at, id)`,
  sql`CREATE INDEX audit_by_action ON audit (action, at, id)`,
  sql`CREATE INDEX audit_by_object ON audit (object, at, id)`,
  sql`CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'An audit entry never changes.'); END`,
];

export const access: Migration = {
  name: '0003-access',
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
    await addDefaultTenant(db);
  },
};

async function addDefaultTenant(db: Kysely<unknown>): Promise<void> {
  await sql`INSERT INTO tenants (id, name, created_at) VALUES ('default', 'Default', ${Date.now()})`.execute(db);
}
