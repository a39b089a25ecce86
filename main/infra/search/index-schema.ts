import type { Database } from 'better-sqlite3';

/** Raised with every change of the tables: an index of another version is made anew. */
export const INDEX_VERSION = 1;
/** Marks the file as GuardIT's search index. */
const APPLICATION_ID = 0x67644958;

export const STATE = { filling: 0, complete: 1, unreadable: 2 } as const;
export const TYPES = ['file', 'dir', 'symlink', 'other'] as const;

/** The folder that everything is in. */
export const ROOT_FOLDER = 0;

/**
 * An entry that stays the same from snapshot to snapshot is one row: a span of snapshot numbers, from `first` on, to `last`
 * or, where that is null, for as long as nobody closes it. Names and folders are stored once.
 * Numbers are given in the order of time and never again, so a snapshot that is removed leaves a hole, and nothing moves.
 */
const TABLES = `
  CREATE TABLE snapshots (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    snapshot_id TEXT NOT NULL UNIQUE,
    backup_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    state INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE names (
    id INTEGER PRIMARY KEY,
    folded TEXT NOT NULL,
    -- Null where it is the same.
    name TEXT
  ) STRICT;
  CREATE INDEX names_by_folded ON names (folded);
  CREATE VIRTUAL TABLE name_parts USING fts5 (
    folded, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
  );
  CREATE TABLE folders (
    id INTEGER PRIMARY KEY,
    parent INTEGER NOT NULL,
    name INTEGER NOT NULL,
    UNIQUE (parent, name)
  ) STRICT;
  CREATE INDEX folders_by_name ON folders (name);
  CREATE TABLE spans (
    id INTEGER PRIMARY KEY,
    folder INTEGER NOT NULL,
    name INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER,
    type INTEGER NOT NULL,
    size INTEGER NOT NULL,
    mtime INTEGER NOT NULL,
    digest BLOB
  ) STRICT;
  CREATE UNIQUE INDEX spans_by_place ON spans (folder, name, first);
  CREATE INDEX spans_by_name ON spans (name);
`;

/** False: it is something else, or of another version. */
export function isOurs(db: Database): boolean {
  return (
    db.pragma('application_id', { simple: true }) === APPLICATION_ID &&
    db.pragma('user_version', { simple: true }) === INDEX_VERSION
  );
}

export function makeTables(db: Database): void {
  db.transaction(() => {
    db.exec(TABLES);
    db.pragma(`application_id = ${APPLICATION_ID}`);
    db.pragma(`user_version = ${INDEX_VERSION}`);
  })();
}
