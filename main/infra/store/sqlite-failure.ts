import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../app/errors/app-error.ts';

/** SQLite's extended result code of an error (`SQLITE_IOERR_WRITE`), or undefined for an error of another origin. */
export function sqliteCode(error: unknown): string | undefined {
  return error instanceof Database.SqliteError ? error.code : undefined;
}

/** Whether a row was refused because another one has the same key. */
export function isUniqueViolation(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}

/** Whether a row was refused because what it refers to is missing, or kept because others refer to it. */
export function isForeignKeyViolation(error: unknown): boolean {
  return sqliteCode(error) === 'SQLITE_CONSTRAINT_FOREIGNKEY';
}

/** The file is no longer what SQLite wrote. Not for errors of the disk, which say nothing about the file. */
export function isDamage(error: unknown): boolean {
  const code = sqliteCode(error);
  return code !== undefined && (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB');
}

/**
 * An error of SQLite in the app's words, where the user can do something about it. Everything else (a constraint, an error in
 * the SQL) is returned as it is: it belongs to the store that ran the statement.
 */
export function fromSqlite(error: unknown, path: string): unknown {
  const code = sqliteCode(error);
  if (code === undefined) return error;
  const message = error instanceof Error ? error.message : code;
  if (code === 'SQLITE_FULL' || (code.startsWith('SQLITE_IOERR') && isDiskFull(path))) {
    return new AppError(
      'storage_full',
      `The disk of ${path} is full. Free some space; nothing was changed.`,
      {},
      { cause: error },
    );
  }
  if (isDamage(error)) {
    const advice = 'Restart GuardIT: it checks the catalog and falls back to the last good copy.';
    return new AppError(
      'catalog_damaged',
      `The catalog ${path} is damaged (${message}). ${advice}`,
      {},
      { cause: error },
    );
  }
  if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CANTOPEN')) {
    const advice = 'Check the disk and the rights on its folder.';
    return unavailable(`The catalog ${path} can't be read or written (${code}: ${message}). ${advice}`, code, error);
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return unavailable(`Another program holds the catalog ${path}. Close it and try again.`, code, error, 1);
  }
  if (code.startsWith('SQLITE_READONLY')) {
    return unavailable(
      `The catalog ${path} can't be written (${message}). Check the rights on its folder.`,
      code,
      error,
    );
  }
  return error;
}

function unavailable(message: string, reason: string, cause: unknown, retryAfterSeconds?: number): AppError {
  return new AppError('unavailable', message, { reason }, { cause, ...(retryAfterSeconds && { retryAfterSeconds }) });
}

/** SQLite reports a full disk as an I/O error where the file system notices late, or the shared-memory file can't grow. */
function isDiskFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < 65_536;
  } catch {
    return false;
  }
}
