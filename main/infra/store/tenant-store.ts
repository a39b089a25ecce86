import type { Kysely } from 'kysely';
import type { TenantRecord, TenantStore } from '../../app/access/ports.ts';
import type { Schema } from './schema.ts';
import { isUniqueViolation } from './sqlite-failure.ts';

export class SqlTenantStore implements TenantStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert({ id, name, createdAt }: TenantRecord): Promise<boolean> {
    try {
      await this.#db.insertInto('tenants').values({ id, name, created_at: createdAt.getTime() }).execute();
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  async find(id: string): Promise<TenantRecord | null> {
    const row = await this.#db.selectFrom('tenants').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? { id: row.id, name: row.name, createdAt: new Date(row.created_at) } : null;
  }

  async list(): Promise<TenantRecord[]> {
    const rows = await this.#db.selectFrom('tenants').selectAll().orderBy('id').execute();
    return rows.map((row) => ({ id: row.id, name: row.name, createdAt: new Date(row.created_at) }));
  }
}
