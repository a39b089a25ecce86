import type { Database } from 'better-sqlite3';
import { sql, type Kysely } from 'kysely';
import { AppError } from '../../app/errors/app-error.ts';
import { kyselyOver } from './dialect.ts';
import type { Migration } from './migrations/migration.ts';

/** Which migrations a catalog has seen. Made together with the catalog itself. */
const CREATE_TABLE = `CREATE TABLE IF NOT EXISTS migrations (
  name TEXT NOT NULL PRIMARY KEY,
  applied_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID`;

/** The names of the migrations in a catalog, none for a database without that table. Changes nothing. */
export function appliedMigrations(connection: Database): string[] {
  const table = connection.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'`).get();
  if (!table) return [];
  return connection.prepare<[], string>('SELECT name FROM migrations ORDER BY name').pluck().all();
}

/**
 * Those that a catalog still lacks. Throws `unavailable` (reason `schema_newer`) when it has one that this program doesn't
 * know: an older program would write rows that a newer one can't explain.
 */
export function pendingMigrations(applied: readonly string[], all: readonly Migration[], path: string): Migration[] {
  const unknown = applied.filter((name) => !all.some((migration) => migration.name === name));
  if (unknown.length > 0) {
    const message = `The catalog ${path} was written by a newer GuardIT (it has ${unknown.join(', ')}). Start that version, or restore a copy of the catalog from before the update (catalog-copies). Nothing was changed.`;
    throw new AppError('unavailable', message, { reason: 'schema_newer', migrations: unknown });
  }
  return all.filter(({ name }) => !applied.includes(name));
}

/** Runs migrations on a connection of openMigrator(), each in its own durable transaction. What is done stays when a later one throws. */
export async function migrate(connection: Database, pending: readonly Migration[], now: Date): Promise<void> {
  connection.exec(CREATE_TABLE);
  const db = kyselyOver<unknown>(connection);
  for (const migration of pending) await runOne(connection, db, migration, now);
}

async function runOne(connection: Database, db: Kysely<unknown>, migration: Migration, now: Date): Promise<void> {
  connection.exec('BEGIN IMMEDIATE');
  try {
    await migration.up(db);
    await sql`INSERT INTO migrations (name, applied_at) VALUES (${migration.name}, ${now.getTime()})`.execute(db);
    const broken = connection.pragma('foreign_key_check') as { table: string }[];
    if (broken.length > 0) {
      const tables = [...new Set(broken.map(({ table }) => table))].join(', ');
      throw new Error(`The migration ${migration.name} leaves rows of ${tables} that refer to nothing.`);
    }
    connection.exec('COMMIT');
  } catch (error) {
    if (connection.inTransaction) connection.exec('ROLLBACK');
    throw error;
  }
}
