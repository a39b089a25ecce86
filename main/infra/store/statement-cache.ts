import type { Database, Statement } from 'better-sqlite3';

/** Lists with optional filters and IN (…) of any length make many texts; more than this many are rarely in use at once. */
const DEFAULT_KEPT = 500;

/** Prepared statements by their text, the least recently used dropped first. Preparing costs more than most queries. */
export class StatementCache {
  readonly #connection: Database;
  readonly #kept: number;
  /** A Map iterates in the order of insertion: first the one that was used the longest time ago. */
  readonly #statements = new Map<string, Statement>();

  constructor(connection: Database, kept = DEFAULT_KEPT) {
    this.#connection = connection;
    this.#kept = kept;
  }

  get(sql: string): Statement {
    const known = this.#statements.get(sql);
    if (known) this.#statements.delete(sql);
    const statement = known ?? this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    if (this.#statements.size > this.#kept) this.#dropOldest();
    return statement;
  }

  #dropOldest(): void {
    for (const oldest of this.#statements.keys()) {
      this.#statements.delete(oldest);
      return;
    }
  }
}
