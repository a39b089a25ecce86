import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const tasks: Migration = {
  name: '0002-tasks',
  async up(db) {
    await sql`
      CREATE TABLE tasks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        task_id TEXT NOT NULL UNIQUE COLLATE BINARY,
        display_name TEXT NOT NULL,
        description TEXT,
        task_type TEXT NOT NULL,
        server_id TEXT,
        is_active INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
        last_seen INTEGER,
        created_at INTEGER NOT NULL,
        updated_at INTEGER NOT NULL,
        created_by TEXT NOT NULL,
        created_by_name TEXT NOT NULL,
        assigned_to TEXT,
        assigned_to_name TEXT,
        expected_schedule TEXT,
        time_zone TEXT,
        grace_minutes INTEGER,
        max_duration_minutes INTEGER,
        state TEXT NOT NULL DEFAULT 'created'
          CHECK (state IN ('created', 'pending', 'running', 'completed', 'failed', 'cancelled')),
        state_changed_at INTEGER NOT NULL,
        last_run_at INTEGER,
        priority TEXT NOT NULL DEFAULT 'normal' CHECK (priority IN ('low', 'normal', 'high')),
        action_type TEXT,
        config TEXT CHECK (config IS NULL OR json_valid(config)),
        schedule TEXT,
        max_retries INTEGER,
        timeout_ms INTEGER,
        handled_until INTEGER,
        anchor INTEGER,
        paused_until INTEGER,
        skip_next INTEGER NOT NULL DEFAULT 0 CHECK (skip_next IN (0, 1)),
        -- With an action all that runs it, without one nothing of it.
        CHECK ((action_type IS NULL) = (config IS NULL)),
        CHECK ((action_type IS NULL) = (max_retries IS NULL)),
        CHECK ((action_type IS NULL) = (timeout_ms IS NULL)),
        CHECK ((action_type IS NULL) = (handled_until IS NULL)),
        CHECK ((action_type IS NULL) = (anchor IS NULL)),
        CHECK (action_type IS NULL OR time_zone IS NOT NULL),
        CHECK (action_type IS NOT NULL OR schedule IS NULL),
        CHECK (action_type IS NULL OR expected_schedule IS NULL)
      ) STRICT
    `.execute(db);
    await sql`CREATE INDEX tasks_by_type ON tasks (task_type, id)`.execute(db);
    await sql`CREATE INDEX tasks_by_action ON tasks (action_type, id)`.execute(db);
    await sql`CREATE INDEX tasks_by_state ON tasks (state, id)`.execute(db);
    await sql`CREATE INDEX tasks_by_priority ON tasks (priority, id)`.execute(db);
    await sql`CREATE INDEX tasks_by_creator ON tasks (created_by, id)`.execute(db);
    await sql`CREATE INDEX tasks_by_assignee ON tasks (assigned_to, id) WHERE assigned_to IS NOT NULL`.execute(db);
    await sql`
      CREATE TABLE task_dependencies (
        task INTEGER NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
        -- What others depend on can't be deleted.
        depends_on INTEGER NOT NULL REFERENCES tasks (id) ON DELETE RESTRICT,
        PRIMARY KEY (task, depends_on),
        CHECK (task <> depends_on)
      ) STRICT
    `.execute(db);
    await sql`CREATE INDEX task_dependencies_by_target ON task_dependencies (depends_on, task)`.execute(db);
  },
};
