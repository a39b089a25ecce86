import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const agentsRetention: Migration = {
  name: '0007-agents-retention',
  async up(db) {
    await sql`CREATE INDEX backup_runs_by_update ON backup_runs (updated_at)`.execute(db);
  },
};
