import { sql } from 'kysely';
import type { Migration } from './migration.ts';

const REPOSITORIES = [
  sql`CREATE TABLE repositories (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    location TEXT NOT NULL CHECK (json_valid(location)),
    engine_id TEXT NOT NULL UNIQUE,
    password_secret TEXT NOT NULL,
    access_key_id TEXT NOT NULL,
    access_rotated_at INTEGER NOT NULL,
    rotation_days INTEGER NOT NULL CHECK (rotation_days >= 0),
    kit_key_id TEXT,
    next_kit_key_id TEXT,
    kit_created_at INTEGER,
    kit_confirmed_at INTEGER,
    immutable_days INTEGER CHECK (immutable_days > 0),
    holds_settings INTEGER NOT NULL DEFAULT 0 CHECK (holds_settings IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    checked_at INTEGER,
    problem TEXT,
    removed_at INTEGER
  ) STRICT`,
  sql`CREATE UNIQUE INDEX repositories_by_name ON repositories (name) WHERE removed_at IS NULL`,
];

const TARGETS = [
  // A task that belongs to something else is changed there: `target:ID`, `schedule:ID`, `repository:ID`.
  sql`ALTER TABLE tasks ADD COLUMN managed_by TEXT`,
  sql`CREATE INDEX tasks_by_manager ON tasks (managed_by) WHERE managed_by IS NOT NULL`,
  sql`CREATE TABLE targets (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    config TEXT NOT NULL CHECK (json_valid(config)),
    repository_id TEXT NOT NULL REFERENCES repositories (id) ON DELETE RESTRICT,
    retention TEXT CHECK (retention IS NULL OR json_valid(retention)),
    task INTEGER NOT NULL REFERENCES tasks (id) ON DELETE RESTRICT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    removed_at INTEGER
  ) STRICT`,
  sql`CREATE UNIQUE INDEX targets_by_name ON targets (name) WHERE removed_at IS NULL`,
  sql`CREATE INDEX targets_by_repository ON targets (repository_id)`,
  sql`CREATE TABLE backup_schedules (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    schedule TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    type TEXT NOT NULL CHECK (type IN ('full', 'incremental', 'differential')),
    retention TEXT CHECK (retention IS NULL OR json_valid(retention)),
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT`,
  sql`CREATE TABLE backup_schedule_targets (
    schedule_id TEXT NOT NULL REFERENCES backup_schedules (id) ON DELETE CASCADE,
    target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE RESTRICT,
    task INTEGER NOT NULL REFERENCES tasks (id) ON DELETE RESTRICT,
    position INTEGER NOT NULL,
    PRIMARY KEY (schedule_id, target_id)
  ) STRICT`,
  sql`CREATE INDEX backup_schedule_targets_by_target ON backup_schedule_targets (target_id)`,
  sql`CREATE INDEX backup_schedule_targets_by_task ON backup_schedule_targets (task)`,
];

const BACKUPS = [
  sql`CREATE TABLE backups (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE RESTRICT,
    repository_id TEXT NOT NULL REFERENCES repositories (id) ON DELETE RESTRICT,
    run_id TEXT UNIQUE,
    job_id TEXT,
    schedule_id TEXT,
    description TEXT,
    type TEXT NOT NULL CHECK (type IN ('full', 'incremental', 'differential')),
    parent_id TEXT REFERENCES backups (id) ON DELETE RESTRICT,
    chain_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
    snapshot_id TEXT,
    facts TEXT CHECK (facts IS NULL OR json_valid(facts)),
    items TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(items)),
    warning_count INTEGER NOT NULL DEFAULT 0,
    failure_code TEXT,
    failure_reason TEXT,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    completed_at INTEGER,
    immutable_until INTEGER,
    keep_until INTEGER,
    pinned_reason TEXT,
    verified_at INTEGER,
    verify_state TEXT CHECK (verify_state IN ('verified', 'damaged')),
    removed_at INTEGER,
    removed_reason TEXT,
    -- What is called completed has its snapshot, whatever else happens.
    CHECK ((state = 'completed') = (snapshot_id IS NOT NULL)),
    CHECK ((state IN ('pending', 'running')) = (completed_at IS NULL))
  ) STRICT`,
  // Never two backups of one target at once.
  sql`CREATE UNIQUE INDEX backups_running ON backups (target_id) WHERE state = 'running'`,
  sql`CREATE UNIQUE INDEX backups_by_snapshot ON backups (repository_id, snapshot_id)
    WHERE snapshot_id IS NOT NULL AND removed_at IS NULL`,
  sql`CREATE INDEX backups_by_target ON backups (target_id, created_at)`,
  sql`CREATE INDEX backups_by_repository ON backups (repository_id, created_at)`,
  sql`CREATE INDEX backups_by_state ON backups (state, created_at)`,
  sql`CREATE INDEX backups_by_type ON backups (type, created_at)`,
  sql`CREATE INDEX backups_by_time ON backups (created_at)`,
  sql`CREATE INDEX backups_by_chain ON backups (chain_id)`,
  sql`CREATE INDEX backups_by_parent ON backups (parent_id) WHERE parent_id IS NOT NULL`,
  sql`CREATE INDEX backups_by_job ON backups (job_id) WHERE job_id IS NOT NULL`,
  sql`CREATE INDEX backups_by_schedule ON backups (schedule_id) WHERE schedule_id IS NOT NULL`,
  sql`CREATE TABLE restores (
    id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    backup_id TEXT NOT NULL REFERENCES backups (id) ON DELETE RESTRICT,
    target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE RESTRICT,
    repository_id TEXT NOT NULL REFERENCES repositories (id) ON DELETE RESTRICT,
    request TEXT NOT NULL CHECK (json_valid(request)),
    destination_path TEXT,
    requested_by TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT`,
  sql`CREATE INDEX restores_by_target ON restores (target_id, created_at)`,
  sql`CREATE INDEX restores_by_backup ON restores (backup_id, created_at)`,
  sql`CREATE INDEX restores_by_time ON restores (created_at)`,
  sql`CREATE TABLE verifications (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('verify', 'check', 'drill')),
    repository_id TEXT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
    target_id TEXT REFERENCES targets (id) ON DELETE CASCADE,
    backup_id TEXT REFERENCES backups (id) ON DELETE CASCADE,
    started_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    is_sound INTEGER NOT NULL CHECK (is_sound IN (0, 1)),
    read_bytes INTEGER NOT NULL,
    error_count INTEGER NOT NULL,
    report TEXT NOT NULL CHECK (json_valid(report))
  ) STRICT`,
  sql`CREATE INDEX verifications_by_repository ON verifications (repository_id, kind, finished_at)`,
  sql`CREATE INDEX verifications_by_target ON verifications (target_id, kind, finished_at)`,
  sql`CREATE INDEX verifications_by_backup ON verifications (backup_id, finished_at)`,
];

const RUNS = [
  // What somebody asked for, beside the task's own configuration.
  sql`ALTER TABLE runs ADD COLUMN params TEXT NOT NULL DEFAULT 'null' CHECK (json_valid(params))`,
  // Restores of one target may run side by side: they only read. A backup may wait for another one's last touches; that two
  // of one target never run at once is the business of backups_running.
  sql`DROP INDEX runs_active`,
  sql`CREATE UNIQUE INDEX runs_active ON runs (task) WHERE state IN ('pending', 'running') AND action NOT IN ('restore', 'backup')`,
];

export const protection: Migration = {
  name: '0008-protection',
  async up(db) {
    for (const statement of [...REPOSITORIES, ...TARGETS, ...BACKUPS, ...RUNS]) await statement.execute(db);
  },
};
