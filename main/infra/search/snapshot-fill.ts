import type { Database, Statement } from 'better-sqlite3';
import type { WalkedEntry } from '../../app/search/ports.ts';
import { dropUnfinished, type OpenIndex } from './open-index.ts';
import { ROOT_FOLDER, STATE, TYPES } from './index-schema.ts';
import { NameBook } from './name-book.ts';

/** Committed so often, so that the log beside the index stays short. */
const ENTRIES_PER_COMMIT = 50_000;
const DIGEST_BYTES = 16;

interface OpenSpan {
  readonly id: number;
  readonly type: number;
  readonly size: number;
  readonly mtime: number;
  readonly digest: Buffer | null;
}

/**
 * Takes up one snapshot. What is as it was needs no row: its span stays open. New rows carry the snapshot's number; only
 * `finish` closes the spans of what was not seen again, in one commit with the word that the snapshot is complete. So a crash
 * before leaves nothing but rows of that number, which are deleted.
 */
export class SnapshotFill {
  readonly #db: Database;
  readonly #names: NameBook;
  readonly #n: number;
  readonly #find: Statement<[number, number], OpenSpan>;
  readonly #insert: Statement<[number, number, number, number, number, number, Buffer | null]>;
  /** One bit a span. */
  #seen = new Uint32Array(1 << 15);
  #uncommitted = 0;

  constructor(
    { writer }: OpenIndex,
    snapshot: { readonly snapshotId: string; readonly backupId: string; readonly atMs: number },
  ) {
    this.#db = writer;
    this.#names = new NameBook(writer);
    this.#n = insertSnapshot(writer, snapshot, STATE.filling);
    this.#find = writer.prepare(
      `SELECT id, type, size, mtime, digest FROM spans WHERE folder = ? AND name = ? AND last IS NULL
       ORDER BY first DESC LIMIT 1`,
    );
    // Two names that are no UTF-8 may look the same here: the first one counts.
    this.#insert = writer.prepare(
      `INSERT OR IGNORE INTO spans (folder, name, first, type, size, mtime, digest) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  take(entries: readonly WalkedEntry[]): void {
    if (!this.#db.inTransaction) this.#db.exec('BEGIN');
    for (const entry of entries) this.#takeOne(entry);
    this.#uncommitted += entries.length;
    if (this.#uncommitted >= ENTRIES_PER_COMMIT) this.#commit();
  }

  finish(): void {
    this.#commit();
    this.#db.transaction(() => {
      const open = this.#db.prepare<[number], { id: number }>('SELECT id FROM spans WHERE last IS NULL AND first < ?');
      const gone: number[] = [];
      for (const { id } of open.iterate(this.#n)) if (!this.#isSeen(id)) gone.push(id);
      const close = this.#db.prepare('UPDATE spans SET last = ? WHERE id = ?');
      for (const id of gone) close.run(this.#n - 1, id);
      this.#db.prepare('UPDATE snapshots SET state = ? WHERE n = ?').run(STATE.complete, this.#n);
    })();
  }

  abandon(): void {
    if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
    dropUnfinished(this.#db);
  }

  #takeOne({ path, type, sizeBytes, modifiedAtMs, contentDigest }: WalkedEntry): void {
    const at = path.lastIndexOf('/');
    const name = path.slice(at + 1);
    if (name === '') return;
    const folder = at <= 0 ? ROOT_FOLDER : this.#names.folder(path.slice(0, at));
    const nameId = this.#names.name(name);
    const kind = TYPES.indexOf(type);
    const isFile = type === 'file';
    // A folder's time changes with all that happens in it: not worth a row.
    const [size, mtime] = type === 'dir' ? [0, 0] : [sizeBytes, Math.trunc(modifiedAtMs)];
    const digest =
      isFile && contentDigest !== null ? Buffer.from(contentDigest, 'hex').subarray(0, DIGEST_BYTES) : null;
    const open = this.#find.get(folder, nameId);
    const isSame = open?.type === kind && open.size === size && open.mtime === mtime && sameBytes(open.digest, digest);
    if (open && isSame) this.#see(open.id);
    else this.#insert.run(folder, nameId, this.#n, kind, size, mtime, digest);
  }

  #commit(): void {
    if (this.#db.inTransaction) this.#db.exec('COMMIT');
    this.#uncommitted = 0;
  }

  #see(id: number): void {
    const word = id >>> 5;
    if (word >= this.#seen.length) {
      const larger = new Uint32Array(Math.max(word + 1, this.#seen.length * 2));
      larger.set(this.#seen);
      this.#seen = larger;
    }
    this.#seen[word] = (this.#seen[word] ?? 0) | (1 << (id & 31));
  }

  #isSeen(id: number): boolean {
    return ((this.#seen[id >>> 5] ?? 0) & (1 << (id & 31))) !== 0;
  }
}

/** Gives the snapshot's number. */
export function insertSnapshot(
  db: Database,
  { snapshotId, backupId, atMs }: { readonly snapshotId: string; readonly backupId: string; readonly atMs: number },
  state: number,
): number {
  const insert = db.prepare('INSERT INTO snapshots (snapshot_id, backup_id, at, state) VALUES (?, ?, ?, ?)');
  return Number(insert.run(snapshotId, backupId, atMs, state).lastInsertRowid);
}

function sameBytes(a: Buffer | null, b: Buffer | null): boolean {
  return a === null || b === null ? a === b : a.equals(b);
}
