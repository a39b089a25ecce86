import Database from 'better-sqlite3';
import type { Durability } from './durability.ts';

/** `GdIT`, in the header of the file: what tells a catalog from any other SQLite database. */
export const APPLICATION_ID = 0x47644954;

/** Only a foreign program can hold the file. Every statement waits in this thread, so everybody does. */
const BUSY_TIMEOUT_MS = 2_000;
/** What a write-ahead log is cut to when it starts over. Kept, because overwriting a file syncs faster than growing it. */
const WAL_KEPT_BYTES = 64 * 2 ** 20;
const CACHE_KIB = 32 * 1024;

/**
 * The connection that writes. It never checkpoints by itself: that takes two flushes of the disk within some unlucky
 * commit (see checkpoints.ts).
 */
export function openWriter(path: string, durability: Durability): Database.Database {
  const connection = new Database(path, { fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  return closedOnError(connection, () => {
    connection.pragma('journal_mode = WAL');
    connection.pragma(`synchronous = ${durability === 'grouped' ? 'NORMAL' : 'FULL'}`);
    connection.pragma('foreign_keys = ON');
    connection.pragma('wal_autocheckpoint = 0');
    connection.pragma(`journal_size_limit = ${WAL_KEPT_BYTES}`);
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    connection.pragma('temp_store = MEMORY');
    connection.pragma('trusted_schema = OFF');
  });
}

/** A connection that can't change anything. */
export function openReader(path: string): Database.Database {
  const connection = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
  return closedOnError(connection, () => {
    connection.pragma(`cache_size = -${CACHE_KIB}`);
    connection.pragma('temp_store = MEMORY');
    connection.pragma('trusted_schema = OFF');
  });
}

/**
 * The connection that changes the schema: each commit waits for the disk, and foreign keys are off, because rebuilding a
 * table drops the one that others refer to.
 */
export function openMigrator(path: string, { mayCreate = false } = {}): Database.Database {
  const connection = new Database(path, { fileMustExist: !mayCreate, timeout: BUSY_TIMEOUT_MS });
  return closedOnError(connection, () => {
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = OFF');
  });
}

/** Even a setting may need to read the file, and fail on it. */
function closedOnError(connection: Database.Database, setUp: () => void): Database.Database {
  try {
    setUp();
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}
