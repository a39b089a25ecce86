import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const runs: Migration = {
  name: '0004-runs',
  async up(db) {
    await sql`
      CREATE TABLE runs (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        task INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        action TEXT NOT NULL,
        priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high')),
        state TEXT NOT NULL CHECK (state IN ('pending', 'running', 'completed', 'failed', 'cancelled')),
        trigger TEXT NOT NULL CHECK (trigger IN ('schedule', 'manual', 'dependency', 'retry')),
        requested_by TEXT,
        requested_by_name TEXT,
        restart_of TEXT,
        created_at INTEGER NOT NULL,
        due_at INTEGER,
        due_count INTEGER NOT NULL,
        catch_up INTEGER NOT NULL CHECK (catch_up IN (0, 1)),
        attempts INTEGER NOT NULL,
        max_attempts INTEGER NOT NULL,
        started_at INTEGER,
        finished_at INTEGER,
        ended_after INTEGER,
        retry_at INTEGER,
        progress REAL,
        message TEXT,
        log_id TEXT,
        log_bytes INTEGER NOT NULL,
        failure_code TEXT,
        failure_reason TEXT,
        exit_code INTEGER,
        signal TEXT,
        http_status INTEGER,
        result TEXT NOT NULL CHECK (json_valid(result)),
        warnings TEXT NOT NULL CHECK (json_valid(warnings)),
        CHECK ((state IN ('pending', 'running')) = (finished_at IS NULL)),
        CHECK ((finished_at IS NULL) = (ended_after IS NULL)),
        CHECK (state <> 'running' OR started_at IS NOT NULL)
      ) STRICT
    `.execute(db);
    // At most one active run a task, whatever races there are.
    await sql`CREATE UNIQUE INDEX runs_active ON runs (task) WHERE state IN ('pending', 'running')`.execute(db);
    await sql`CREATE INDEX runs_by_time ON runs (created_at)`.execute(db);
    await sql`CREATE INDEX runs_by_task ON runs (task, created_at)`.execute(db);
    await sql`CREATE INDEX runs_by_state ON runs (state, created_at)`.execute(db);
    await sql`CREATE INDEX runs_by_trigger ON runs (trigger, created_at)`.execute(db);
    await sql`CREATE INDEX runs_by_end ON runs (finished_at) WHERE finished_at IS NOT NULL`.execute(db);
    // Which of a task's runs is its last, by the order that no clock can disturb.
    await sql`CREATE INDEX runs_begun ON runs (task, seq) WHERE started_at IS NOT NULL OR finished_at IS NULL`.execute(
      db,
    );
    await sql`CREATE INDEX runs_by_log ON runs (log_id) WHERE log_id IS NOT NULL`.execute(db);
    await sql`
      CREATE TABLE task_log (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        task INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        run_id TEXT,
        at INTEGER NOT NULL,
        level TEXT NOT NULL CHECK (level IN ('DEBUG', 'INFO', 'WARN', 'ERROR')),
        message TEXT NOT NULL,
        data TEXT NOT NULL CHECK (json_valid(data))
      ) STRICT
    `.execute(db);
    await sql`CREATE INDEX task_log_by_task ON task_log (task, id)`.execute(db);
    await sql`CREATE INDEX task_log_by_level ON task_log (task, level, id)`.execute(db);
    await sql`CREATE INDEX task_log_by_run ON task_log (run_id, id) WHERE run_id IS NOT NULL`.execute(db);
    await sql`CREATE INDEX task_log_by_time ON task_log (at)`.execute(db);
  },
};
