import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const storage: Migration = {
  name: '0010-storage',
  async up(db) {
    await sql`
      CREATE TABLE storage_samples (
        repository_id TEXT NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
        day TEXT NOT NULL,
        at INTEGER NOT NULL,
        stored_bytes INTEGER NOT NULL,
        unused_bytes INTEGER,
        free_bytes INTEGER,
        capacity_bytes INTEGER,
        snapshots INTEGER NOT NULL,
        PRIMARY KEY (repository_id, day)
      ) STRICT
    `.execute(db);
  },
};
