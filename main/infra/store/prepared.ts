import type { Compilable, CompiledQuery, Kysely } from 'kysely';
import type { Schema } from './schema.ts';

type SqlValue = string | number | null;

/** Stands in a query for a value that comes with each call. */
class Slot {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A place for a value, by its name. */
export function slot<T>(name: string): T {
  // Kysely passes values on as they are; Prepared puts the real one in its place before SQLite sees it.
  return new Slot(name) as unknown as T;
}

/**
 * A query that Kysely builds once, when it is first used: on hot paths building costs several times what SQLite takes to run it.
 */
export class Prepared<Row> {
  readonly #db: Kysely<Schema>;
  readonly #build: (db: Kysely<Schema>) => Compilable<Row>;
  #query: CompiledQuery<Row> | undefined;

  constructor(db: Kysely<Schema>, build: (db: Kysely<Schema>) => Compilable<Row>) {
    this.#db = db;
    this.#build = build;
  }

  async all(values: Readonly<Record<string, SqlValue>>): Promise<Row[]> {
    this.#query ??= this.#build(this.#db).compile();
    const parameters = this.#query.parameters.map((parameter) => {
      if (!(parameter instanceof Slot)) return parameter;
      const value = values[parameter.name];
      if (value === undefined) throw new Error(`The query has no value for ${parameter.name}.`);
      return value;
    });
    const { rows } = await this.#db.executeQuery<Row>({ ...this.#query, parameters });
    return rows;
  }

  async first(values: Readonly<Record<string, SqlValue>>): Promise<Row | undefined> {
    const [row] = await this.all(values);
    return row;
  }

  /** For what gives no rows. */
  async run(values: Readonly<Record<string, SqlValue>>): Promise<void> {
    await this.all(values);
  }
}
