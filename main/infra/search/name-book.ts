import type { Database, Statement } from 'better-sqlite3';
import { folded } from './folded.ts';
import { ROOT_FOLDER } from './index-schema.ts';

const MOST_CACHED_NAMES = 50_000;
const MOST_CACHED_FOLDERS = 10_000;

/** Gives names and folders their numbers, new ones where there are none yet. */
export class NameBook {
  readonly #findName: Statement<[string, string], { id: number }>;
  readonly #insertName: Statement<[string, string | null]>;
  readonly #insertParts: Statement<[number | bigint, string]>;
  readonly #findFolder: Statement<[number, number], { id: number }>;
  readonly #insertFolder: Statement<[number, number]>;
  readonly #nameIds = new Map<string, number>();
  readonly #folderIds = new Map<string, number>();

  constructor(db: Database) {
    this.#findName = db.prepare('SELECT id FROM names WHERE folded = ? AND coalesce(name, folded) = ?');
    this.#insertName = db.prepare('INSERT INTO names (folded, name) VALUES (?, ?)');
    this.#insertParts = db.prepare('INSERT INTO name_parts (rowid, folded) VALUES (?, ?)');
    this.#findFolder = db.prepare('SELECT id FROM folders WHERE parent = ? AND name = ?');
    this.#insertFolder = db.prepare('INSERT INTO folders (parent, name) VALUES (?, ?)');
  }

  name(name: string): number {
    const known = this.#nameIds.get(name);
    if (known !== undefined) return known;
    const text = folded(name);
    let id = this.#findName.get(text, name)?.id;
    if (id === undefined) {
      id = Number(this.#insertName.run(text, text === name ? null : name).lastInsertRowid);
      this.#insertParts.run(id, text);
    }
    if (this.#nameIds.size >= MOST_CACHED_NAMES) this.#nameIds.clear();
    this.#nameIds.set(name, id);
    return id;
  }

  /** `path`: from `/`, without one at its end. */
  folder(path: string): number {
    if (path === '') return ROOT_FOLDER;
    const known = this.#folderIds.get(path);
    if (known !== undefined) return known;
    const at = path.lastIndexOf('/');
    const parent = this.folder(path.slice(0, at));
    const name = this.name(path.slice(at + 1));
    const id = this.#findFolder.get(parent, name)?.id ?? Number(this.#insertFolder.run(parent, name).lastInsertRowid);
    if (this.#folderIds.size >= MOST_CACHED_FOLDERS) this.#folderIds.clear();
    this.#folderIds.set(path, id);
    return id;
  }
}
