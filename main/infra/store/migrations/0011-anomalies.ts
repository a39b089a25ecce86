import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const anomalies: Migration = {
  name: '0011-anomalies',
  async up(db) {
    await sql`
      CREATE TABLE anomalies (
        backup_id TEXT NOT NULL PRIMARY KEY REFERENCES backups (id) ON DELETE CASCADE,
        target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
        found_at INTEGER NOT NULL,
        message TEXT NOT NULL,
        clean_backup_id TEXT REFERENCES backups (id) ON DELETE SET NULL,
        dismissed_at INTEGER,
        dismissed_by TEXT
      ) STRICT
    `.execute(db);
    await sql`CREATE INDEX anomalies_open ON anomalies (found_at) WHERE dismissed_at IS NULL`.execute(db);
    await sql`CREATE INDEX anomalies_by_target ON anomalies (target_id)`.execute(db);
  },
};
