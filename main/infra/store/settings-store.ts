import type { Kysely } from 'kysely';
import type { SettingsStore } from '../../app/settings/ports.ts';
import type { Schema } from './schema.ts';

export class SqlSettingsStore implements SettingsStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async get(key: string): Promise<unknown> {
    const row = await this.#db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst();
    return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
  }

  async list(prefix = ''): Promise<ReadonlyMap<string, unknown>> {
    const rows = await this.#db
      .selectFrom('settings')
      .select(['key', 'value'])
      // Not LIKE: `_` and `%` in a name are only themselves. U+10FFFF sorts behind every character in use.
      .where('key', '>=', prefix)
      .where('key', '<', `${prefix}\u{10FFFF}`)
      .orderBy('key')
      .execute();
    return new Map(rows.map((row) => [row.key, JSON.parse(row.value) as unknown]));
  }

  async put(key: string, value: unknown): Promise<void> {
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`The setting ${key} can't hold a ${typeof value}.`);
    await this.#db
      .insertInto('settings')
      .values({ key, value: text })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: text }))
      .execute();
  }

  async remove(key: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom('settings').where('key', '=', key).executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }
}
