import { sql } from 'kysely';
import type { Migration } from './migration.ts';

/** Warnings are rare: the overview finds them without reading every run of a month. */
export const overview: Migration = {
  name: '0012-overview',
  async up(db) {
    await sql`CREATE INDEX runs_warned ON runs (finished_at, task) WHERE warnings <> '[]' AND finished_at IS NOT NULL`.execute(
      db,
    );
    await sql`CREATE INDEX monitored_runs_warned ON monitored_runs (ended_at, task) WHERE warned = 1 AND ended_at IS NOT NULL`.execute(
      db,
    );
  },
};
