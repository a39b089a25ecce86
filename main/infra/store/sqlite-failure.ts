import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { AppError } from '../../app/errors/app-error.ts';
import { systemErrorCode } from '../files/durable-file.ts';

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
 * An error of SQLite, or of a file operation beside it, in the app's words where the user can do something about it.
 * Everything else (a constraint, an error in the SQL) is returned as it is: it belongs to the store that ran the statement.
 * The words name no path: they are shown to every client of the API. The log has the cause.
 */
export function inAppWords(error: unknown, path: string): unknown {
  const systemCode = systemErrorCode(error);
  if (systemCode === 'ENOSPC' || systemCode === 'EDQUOT') return storageFull(error);
  const code = sqliteCode(error);
  if (code === undefined) return error;
  if (code === 'SQLITE_FULL' || (code.startsWith('SQLITE_IOERR') && isDiskFull(path))) return storageFull(error);
  if (isDamage(error)) {
    const message = `GuardIT's catalog is damaged (${code}). Restart GuardIT: it checks the file and falls back to the last good copy.`;
    return new AppError('catalog_damaged', message, {}, { cause: error });
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return unavailable("Another program holds GuardIT's catalog. Close it and try again.", code, error, 1);
  }
  if (/^SQLITE_(?:IOERR|CANTOPEN|READONLY|PERM|AUTH)/.test(code)) {
    const message = `GuardIT's catalog can't be read or written (${code}). Check the disk of the data folder and the rights on it.`;
    return unavailable(message, code, error);
  }
  return error;
}

function storageFull(cause: unknown): AppError {
  const message = "The disk of GuardIT's data folder is full. Free some space and try again; nothing was changed.";
  return new AppError('storage_full', message, {}, { cause });
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
