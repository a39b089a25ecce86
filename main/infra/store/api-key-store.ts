import type { Kysely, Selectable } from 'kysely';
import type { ApiKeyRecord, ApiKeyStore, Page } from '../../app/access/ports.ts';
import type { Schema } from './schema.ts';

export class SqlApiKeyStore implements ApiKeyStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(key: ApiKeyRecord): Promise<void> {
    await this.#db.insertInto('api_keys').values(toRow(key)).execute();
  }

  async find(id: string): Promise<ApiKeyRecord | null> {
    const row = await this.#db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? fromRow(row) : null;
  }

  async list({ limit, offset }: Page): Promise<ApiKeyRecord[]> {
    const rows = await this.#db
      .selectFrom('api_keys')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(fromRow);
  }

  async count(): Promise<number> {
    const { total } = await this.#db
      .selectFrom('api_keys')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  async setLastUsed(id: string, at: Date): Promise<void> {
    await this.#db.updateTable('api_keys').set({ last_used_at: at.getTime() }).where('id', '=', id).execute();
  }

  async delete(id: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db.deleteFrom('api_keys').where('id', '=', id).executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }

  async deleteOfAgent(agentId: string): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('api_keys')
      .where('agent_id', '=', agentId)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}

type Row = Selectable<Schema['api_keys']>;

function toRow(key: ApiKeyRecord): Row {
  return {
    id: key.id,
    name: key.name,
    role: key.role,
    agent_id: key.agentId,
    tenant_id: key.tenantId,
    secret_hash: key.secretHash,
    created_by: key.createdBy,
    created_at: key.createdAt.getTime(),
    expires_at: key.expiresAt?.getTime() ?? null,
    last_used_at: key.lastUsedAt?.getTime() ?? null,
  };
}

function fromRow(row: Row): ApiKeyRecord {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    agentId: row.agent_id,
    tenantId: row.tenant_id,
    secretHash: row.secret_hash,
    createdBy: row.created_by,
    createdAt: new Date(row.created_at),
    expiresAt: row.expires_at === null ? null : new Date(row.expires_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
  };
}
