import type { Kysely, Selectable } from 'kysely';
import type { Page, UserRecord, UserStore } from '../../app/access/ports.ts';
import type { Schema } from './schema.ts';
import { isUniqueViolation } from './sqlite-failure.ts';

export class SqlUserStore implements UserStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(user: UserRecord): Promise<boolean> {
    try {
      await this.#db.insertInto('users').values(toRow(user)).execute();
      return true;
    } catch (error) {
      if (isUniqueViolation(error)) return false;
      throw error;
    }
  }

  async find(id: string): Promise<UserRecord | null> {
    const row = await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? fromRow(row) : null;
  }

  async findByNameKey(usernameKey: string): Promise<UserRecord | null> {
    const row = await this.#db
      .selectFrom('users')
      .selectAll()
      .where('username_key', '=', usernameKey)
      .executeTakeFirst();
    return row ? fromRow(row) : null;
  }

  async list({ limit, offset }: Page): Promise<UserRecord[]> {
    const rows = await this.#db
      .selectFrom('users')
      .selectAll()
      .orderBy('username_key')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(fromRow);
  }

  async count(): Promise<number> {
    const { total } = await this.#db
      .selectFrom('users')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  async update(user: UserRecord): Promise<void> {
    const { id, username: _name, username_key: _key, created_at: _createdAt, ...changeable } = toRow(user);
    await this.#db.updateTable('users').set(changeable).where('id', '=', id).execute();
  }

  async setLastLogin(id: string, at: Date): Promise<void> {
    await this.#db.updateTable('users').set({ last_login_at: at.getTime() }).where('id', '=', id).execute();
  }

  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom('users').where('id', '=', id).executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }
}

type Row = Selectable<Schema['users']>;

function toRow(user: UserRecord): Row {
  return {
    id: user.id,
    username: user.username,
    username_key: user.usernameKey,
    role: user.role,
    tenant_id: user.tenantId,
    password_hash: user.passwordHash,
    disabled: user.disabled ? 1 : 0,
    token_version: user.tokenVersion,
    created_at: user.createdAt.getTime(),
    updated_at: user.updatedAt.getTime(),
    last_login_at: user.lastLoginAt?.getTime() ?? null,
  };
}

function fromRow(row: Row): UserRecord {
  return {
    id: row.id,
    username: row.username,
    usernameKey: row.username_key,
    role: row.role,
    tenantId: row.tenant_id,
    passwordHash: row.password_hash,
    disabled: row.disabled === 1,
    tokenVersion: row.token_version,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
    lastLoginAt: row.last_login_at === null ? null : new Date(row.last_login_at),
  };
}
