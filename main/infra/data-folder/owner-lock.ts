import { join } from 'node:path';
import Database from 'better-sqlite3';

export interface OwnerLock {
  release(): void;
}

/**
 * Makes this process the owner of a data folder; null if another one is. The lock is the operating system's on an open
 * file, by way of SQLite, so it ends with the process however that ends: no pid to guess about, nothing to clean up.
 */
export function acquireOwnerLock(runFolder: string): OwnerLock | null {
  const database = new Database(join(runFolder, 'owner.lock'), { timeout: 0 });
  try {
    database.pragma('journal_mode = DELETE');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
  return { release: () => void database.close() };
}
