import { rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { isOurs, makeTables, STATE } from './index-schema.ts';

export interface OpenIndex {
  readonly writer: Database.Database;
  /** Sees what is committed only, also while the writer is at work. */
  readonly reader: Database.Database;
}

const CACHE_KIB = 32 * 1024;

/** Opens an index, or makes it. One that is damaged, half made or of another version is replaced by an empty one. */
export function openIndex(path: string): OpenIndex {
  try {
    return openAt(path);
  } catch (error) {
    if (!isUnusable(error)) throw error;
    deleteIndex(path);
    return openAt(path);
  }
}

export function deleteIndex(path: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true });
}

export function closeIndex({ writer, reader }: OpenIndex): void {
  reader.close();
  writer.close();
}

/** Whether SQLite says that the file is no good. */
export function isUnusable(error: unknown): boolean {
  if (error instanceof ForeignIndex) return true;
  if (!(error instanceof Database.SqliteError)) return false;
  return /^SQLITE_(?:CORRUPT|NOTADB|SCHEMA|MISMATCH|CANTOPEN_DIRTYWAL)/.test(error.code);
}

class ForeignIndex extends Error {}

function openAt(path: string): OpenIndex {
  const writer = new Database(path);
  try {
    writer.pragma('journal_mode = WAL');
    // What a power failure takes is read from the repository again.
    writer.pragma('synchronous = NORMAL');
    writer.pragma(`cache_size = -${CACHE_KIB}`);
    if (writer.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'spans'").get() === undefined) makeTables(writer);
    if (!isOurs(writer)) throw new ForeignIndex(`${path} is of another version.`);
    dropUnfinished(writer);
    const reader = new Database(path, { readonly: true });
    reader.pragma(`cache_size = -${CACHE_KIB}`);
    return { writer, reader };
  } catch (error) {
    writer.close();
    throw error;
  }
}

/** A snapshot that was being taken up when the process ended: only its own rows are there, nothing was closed for it. */
export function dropUnfinished(writer: Database.Database): void {
  const unfinished = writer
    .prepare<[number], { n: number }>('SELECT n FROM snapshots WHERE state = ?')
    .all(STATE.filling);
  for (const { n } of unfinished) {
    writer.transaction(() => {
      writer.prepare('DELETE FROM spans WHERE first = ?').run(n);
      writer.prepare('DELETE FROM snapshots WHERE n = ?').run(n);
    })();
  }
}
