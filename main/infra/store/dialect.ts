import type { Database } from 'better-sqlite3';
import {
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import { StatementCache } from './statement-cache.ts';

/**
 * Kysely over a connection that is open already and that somebody else closes. Transactions are begun and ended around it,
 * never through it. `beforeEach` runs before every statement and throws when none is allowed now.
 */
export function kyselyOver<Tables>(connection: Database, beforeEach: () => void = () => undefined): Kysely<Tables> {
  const driver = new OpenConnectionDriver(new OpenConnection(connection, beforeEach));
  const dialect: Dialect = {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
  };
  return new Kysely<Tables>({ dialect });
}

class OpenConnection implements DatabaseConnection {
  readonly #statements: StatementCache;
  readonly #beforeEach: () => void;

  constructor(connection: Database, beforeEach: () => void) {
    this.#statements = new StatementCache(connection);
    this.#beforeEach = beforeEach;
  }

  // SQLite answers at once; only the interface is asynchronous.
  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    this.#beforeEach();
    const statement = this.#statements.get(sql);
    if (statement.reader) return { rows: statement.all(parameters) as Row[] };
    const { changes, lastInsertRowid } = statement.run(parameters);
    return { numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid), rows: [] };
  }

  // An open cursor would keep the connection from everything else for as long as its reader takes.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('The catalog has no cursors: read page by page, each from the last key of the one before.');
  }
}

class OpenConnectionDriver implements Driver {
  readonly #connection: OpenConnection;

  constructor(connection: OpenConnection) {
    this.#connection = connection;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(): Promise<void> {
    throw new Error("The catalog's write() is the transaction: a store begins none of its own.");
  }

  async commitTransaction(): Promise<void> {}

  async rollbackTransaction(): Promise<void> {}

  async destroy(): Promise<void> {}
}
