import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const settings: Migration = {
  name: '0001-settings',
  async up(db) {
    await sql`
      CREATE TABLE settings (
        key TEXT NOT NULL PRIMARY KEY,
        value TEXT NOT NULL CHECK (json_valid(value))
      ) STRICT, WITHOUT ROWID
    `.execute(db);
  },
};
