import { sql } from 'kysely';
import type { Migration } from './migration.ts';

const STATUS = sql`CHECK (status IN ('running', 'completed', 'failed', 'error', 'warning', 'unknown'))`;

const STATEMENTS = [
  sql`CREATE TABLE status_history (
    id INTEGER PRIMARY KEY,
    task INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    status TEXT NOT NULL ${STATUS},
    message TEXT,
    progress REAL CHECK (progress BETWEEN 0 AND 100),
    data TEXT,
    attempt_id TEXT
  ) STRICT`,
  sql`CREATE INDEX status_history_by_task ON status_history (task, at, id)`,
  sql`CREATE INDEX status_history_by_time ON status_history (at)`,
  sql`CREATE UNIQUE INDEX status_history_by_attempt ON status_history (task, attempt_id) WHERE attempt_id IS NOT NULL`,
  sql`CREATE TABLE current_status (
    task INTEGER PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
    at INTEGER NOT NULL,
    status TEXT NOT NULL ${STATUS},
    message TEXT,
    progress REAL,
    data TEXT,
    run INTEGER,
    run_began_at INTEGER,
    run_seen_at INTEGER,
    run_progress REAL,
    run_warned INTEGER,
    end_run INTEGER,
    end_at INTEGER,
    end_status TEXT,
    end_failed INTEGER,
    end_pace TEXT CHECK (end_pace IN ('longer', 'shorter')),
    CHECK ((run IS NULL) = (run_began_at IS NULL) AND (run IS NULL) = (run_seen_at IS NULL) AND (run IS NULL) = (run_warned IS NULL)),
    CHECK ((end_run IS NULL) = (end_at IS NULL) AND (end_run IS NULL) = (end_status IS NULL) AND (end_run IS NULL) = (end_failed IS NULL))
  ) STRICT`,
  sql`CREATE TABLE monitored_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    task INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    began_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT CHECK (outcome IN ('completed', 'failed', 'cancelled')),
    warned INTEGER NOT NULL DEFAULT 0 CHECK (warned IN (0, 1)),
    duration_ms INTEGER CHECK (duration_ms >= 0),
    CHECK ((ended_at IS NULL) = (outcome IS NULL))
  ) STRICT`,
  sql`CREATE UNIQUE INDEX monitored_runs_open ON monitored_runs (task) WHERE ended_at IS NULL`,
  sql`CREATE INDEX monitored_runs_by_beginning ON monitored_runs (task, began_at)`,
  sql`CREATE INDEX monitored_runs_by_end ON monitored_runs (task, ended_at)`,
  sql`CREATE INDEX monitored_runs_by_time ON monitored_runs (ended_at) WHERE ended_at IS NOT NULL`,
  sql`CREATE TABLE daily_metrics (
    task INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    date TEXT NOT NULL,
    total_runs INTEGER NOT NULL,
    successful_runs INTEGER NOT NULL,
    failed_runs INTEGER NOT NULL,
    timed_runs INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    PRIMARY KEY (task, date)
  ) STRICT, WITHOUT ROWID`,
  sql`CREATE TABLE task_watches (
    task INTEGER PRIMARY KEY REFERENCES tasks (id) ON DELETE CASCADE,
    expectation TEXT,
    since INTEGER,
    usual_ms INTEGER,
    spread_ms INTEGER,
    CHECK ((expectation IS NULL) = (since IS NULL)),
    CHECK ((usual_ms IS NULL) = (spread_ms IS NULL))
  ) STRICT`,
  sql`CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    task INTEGER REFERENCES tasks (id) ON DELETE CASCADE,
    message TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    resolved_at INTEGER,
    acknowledged_at INTEGER,
    acknowledged_by TEXT
  ) STRICT`,
  // Whatever is amiss is told once.
  sql`CREATE UNIQUE INDEX alerts_open ON alerts (task, kind) WHERE resolved_at IS NULL`,
  sql`CREATE INDEX alerts_by_task ON alerts (task, opened_at)`,
  sql`CREATE INDEX alerts_by_time ON alerts (opened_at)`,
];

export const statuses: Migration = {
  name: '0005-statuses',
  async up(db) {
    for (const statement of STATEMENTS) await statement.execute(db);
  },
};
