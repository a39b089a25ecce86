import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { APPLICATION_ID, openReader } from './connections.ts';
import { appliedMigrations } from './migrate.ts';
import { isDamage } from './sqlite-failure.ts';

/**
 * `schema`: only what every query needs. `quick`: every page, without comparing tables with their indexes.
 * `full`: that too, and every foreign key.
 */
export type CheckDepth = 'schema' | 'quick' | 'full';

/** More of them tell nobody more. */
const MOST_FINDINGS = 20;

export type Inspection =
  | { readonly state: 'good'; readonly migrations: readonly string[] }
  | { readonly state: 'damaged'; readonly findings: readonly string[] };

/** What is wrong with an open database; empty when nothing is. Other errors than damage are thrown. */
export function findDamage(connection: Database, depth: CheckDepth): string[] {
  try {
    connection.prepare('SELECT count(*) FROM sqlite_schema').get();
    if (depth === 'schema') return [];
    const check = connection.pragma(`${depth === 'full' ? 'integrity_check' : 'quick_check'}(${MOST_FINDINGS})`);
    const findings = (check as Record<string, string>[])
      .flatMap((row) => Object.values(row))
      .filter((it) => it !== 'ok');
    return depth === 'full' ? [...findings, ...danglingRows(connection)] : findings;
  } catch (error) {
    if (isDamage(error) && error instanceof Error) return [error.message];
    throw error;
  }
}

function danglingRows(connection: Database): string[] {
  const rows = connection.pragma('foreign_key_check') as { table: string; rowid: number | null; parent: string }[];
  return rows
    .slice(0, MOST_FINDINGS)
    .map(({ table, rowid, parent }) => `row ${rowid} of ${table} refers to nothing in ${parent}`);
}

/** The same of a file. One that can't even be opened as a database is damaged too. */
export function findDamageIn(path: string, depth: CheckDepth): string[] {
  let connection: Database | undefined;
  try {
    connection = openReader(path);
    return findDamage(connection, depth);
  } catch (error) {
    if (isDamage(error) && error instanceof Error) return [error.message];
    throw error;
  } finally {
    connection?.close();
  }
}

/**
 * Looks at the file of a catalog without changing it. Throws what SQLite throws when it can't be read: a disk that fails, or
 * rights that lack, say nothing about the file.
 */
export function inspectCatalog(path: string, depth: CheckDepth): Inspection {
  // SQLite takes an empty file for an empty database. A catalog is never empty: it gets its name when it has its tables.
  if (statSync(path).size === 0) return { state: 'damaged', findings: ['the file is empty'] };
  let connection: Database | undefined;
  try {
    connection = openReader(path);
    const findings = findDamage(connection, depth);
    if (findings.length > 0) return { state: 'damaged', findings };
    if (connection.pragma('application_id', { simple: true }) !== APPLICATION_ID) {
      return { state: 'damaged', findings: ['it is a database of another program'] };
    }
    const migrations = appliedMigrations(connection);
    if (migrations.length === 0) return { state: 'damaged', findings: ['it has no tables'] };
    return { state: 'good', migrations };
  } catch (error) {
    if (isDamage(error) && error instanceof Error) return { state: 'damaged', findings: [error.message] };
    throw error;
  } finally {
    connection?.close();
  }
}
