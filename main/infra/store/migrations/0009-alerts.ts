import { sql } from 'kysely';
import type { Migration } from './migration.ts';

const STATEMENTS = [
  // SQLite can't change a table's checks: a new one takes what the old one knew.
  sql`CREATE TABLE new_alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'critical')),
    object TEXT NOT NULL,
    task INTEGER REFERENCES tasks (id) ON DELETE CASCADE,
    message TEXT NOT NULL,
    details TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(details)),
    opened_at INTEGER NOT NULL,
    resolved_at INTEGER,
    acknowledged_at INTEGER,
    acknowledged_by TEXT,
    acknowledged_note TEXT
  ) STRICT`,
  sql`INSERT INTO new_alerts (id, kind, severity, object, task, message, opened_at, resolved_at, acknowledged_at, acknowledged_by)
    SELECT alerts.id, kind, iif(kind IN ('long_running', 'unusual_duration'), 'warning', 'critical'), 'task:' || task_id, task,
      message, opened_at, resolved_at, acknowledged_at, acknowledged_by
    FROM alerts JOIN tasks ON tasks.id = alerts.task`,
  sql`DROP TABLE alerts`,
  sql`ALTER TABLE new_alerts RENAME TO alerts`,
  // Whatever is amiss is told once.
  sql`CREATE UNIQUE INDEX alerts_open ON alerts (object, kind) WHERE resolved_at IS NULL`,
  sql`CREATE INDEX alerts_by_task ON alerts (task, opened_at) WHERE task IS NOT NULL`,
  sql`CREATE INDEX alerts_by_object ON alerts (object, opened_at)`,
  sql`CREATE INDEX alerts_by_time ON alerts (opened_at)`,
  sql`CREATE INDEX alerts_resolved ON alerts (resolved_at) WHERE resolved_at IS NOT NULL`,
  sql`CREATE TABLE channels (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    config TEXT NOT NULL CHECK (json_valid(config)),
    is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0, 1)),
    min_severity TEXT NOT NULL,
    kinds TEXT CHECK (kinds IS NULL OR json_valid(kinds)),
    notify_resolved INTEGER NOT NULL CHECK (notify_resolved IN (0, 1)),
    last_sent_at INTEGER,
    problem TEXT,
    failing_since INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT`,
  sql`CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    channel INTEGER NOT NULL REFERENCES channels (id) ON DELETE CASCADE,
    alert INTEGER NOT NULL REFERENCES alerts (id) ON DELETE CASCADE,
    what TEXT NOT NULL CHECK (what IN ('opened', 'resolved')),
    state TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'failed')),
    attempts INTEGER NOT NULL,
    problem TEXT,
    created_at INTEGER NOT NULL,
    next_attempt_at INTEGER,
    sent_at INTEGER,
    CHECK ((state = 'pending') = (next_attempt_at IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
  ) STRICT`,
  // Each channel is told of each of them once.
  sql`CREATE UNIQUE INDEX deliveries_once ON deliveries (alert, channel, what)`,
  sql`CREATE INDEX deliveries_due ON deliveries (next_attempt_at) WHERE state = 'pending'`,
  sql`CREATE INDEX deliveries_by_channel ON deliveries (channel, id)`,
];

export const alerts: Migration = {
  name: '0009-alerts',
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
