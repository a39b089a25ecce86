import type { Kysely, Selectable } from 'kysely';
import type { Page } from '../../app/access/ports.ts';
import type { Agent, AgentFilter, AgentStore, HeartbeatNews } from '../../app/agents/ports.ts';
import type { Schema } from './schema.ts';

export class SqlAgentStore implements AgentStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(agent: Agent): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('agents')
      .values({
        id: agent.id,
        tenant_id: agent.tenantId,
        name: agent.name,
        hostname: agent.hostname,
        version: agent.version,
        created_at: agent.createdAt.getTime(),
        last_heartbeat_at: agent.lastHeartbeatAt?.getTime() ?? null,
        deleted_at: null,
      })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).where('deleted_at', 'is', null).doNothing())
      .executeTakeFirstOrThrow();
    return numInsertedOrUpdatedRows === 1n;
  }

  async find(id: string): Promise<Agent | null> {
    const row = await this.#present().selectAll().where('id', '=', id).executeTakeFirst();
    return row ? agentOf(row) : null;
  }

  async list(filter: AgentFilter, { limit, offset }: Page): Promise<Agent[]> {
    const rows = await this.#among(filter)
      .selectAll()
      .orderBy('name')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(agentOf);
  }

  async count(filter: AgentFilter): Promise<number> {
    const { total } = await this.#among(filter)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  async recordHeartbeat(id: string, { at, version, hostname }: HeartbeatNews): Promise<void> {
    await this.#db
      .updateTable('agents')
      .set({
        last_heartbeat_at: at.getTime(),
        ...(version === undefined ? {} : { version }),
        ...(hostname === undefined ? {} : { hostname }),
      })
      .where('id', '=', id)
      .execute();
  }

  async markDeleted(id: string, at: Date): Promise<void> {
    await this.#db.updateTable('agents').set({ deleted_at: at.getTime() }).where('id', '=', id).execute();
  }

  async deleted(): Promise<string[]> {
    const rows = await this.#db
      .selectFrom('agents')
      .select('id')
      .where('deleted_at', 'is not', null)
      .orderBy('deleted_at')
      .execute();
    return rows.map(({ id }) => id);
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('agents').where('id', '=', id).where('deleted_at', 'is not', null).execute();
  }

  #present() {
    return this.#db.selectFrom('agents').where('deleted_at', 'is', null);
  }

  #among({ tenantId }: AgentFilter) {
    return tenantId === undefined ? this.#present() : this.#present().where('tenant_id', '=', tenantId);
  }
}

function agentOf(row: Selectable<Schema['agents']>): Agent {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    name: row.name,
    hostname: row.hostname,
    version: row.version,
    createdAt: new Date(row.created_at),
    lastHeartbeatAt: row.last_heartbeat_at === null ? null : new Date(row.last_heartbeat_at),
  };
}
