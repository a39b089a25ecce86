import type { ExpressionBuilder, Kysely } from 'kysely';
import type { AuditEntry, AuditFilter, AuditStore, JsonValue, StoredAuditEntry } from '../../app/audit/ports.ts';
import type { Schema } from './schema.ts';

export class SqlAuditStore implements AuditStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async append({ at, actor, action, object, details }: AuditEntry): Promise<void> {
    await this.#db
      .insertInto('audit')
      .values({
        at: at.getTime(),
        actor_kind: actor.kind,
        actor_id: actor.id,
        actor_name: actor.name,
        address: actor.address,
        action,
        object,
        details: JSON.stringify(details),
      })
      .execute();
  }

  async list(filter: AuditFilter, page: { limit: number; offset: number }): Promise<StoredAuditEntry[]> {
    const rows = await this.#db
      .selectFrom('audit')
      .selectAll()
      .where((eb) => matching(eb, filter))
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit)
      .offset(page.offset)
      .execute();
    return rows.map((row) => ({
      id: row.id,
      at: new Date(row.at),
      actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name, address: row.address },
      action: row.action,
      object: row.object,
      details: JSON.parse(row.details) as Record<string, JsonValue>,
    }));
  }

  async count(filter: AuditFilter): Promise<number> {
    const { total } = await this.#db
      .selectFrom('audit')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .where((eb) => matching(eb, filter))
      .executeTakeFirstOrThrow();
    return total;
  }

  async removeBefore(at: Date, limit: number): Promise<number> {
    const oldest = this.#db
      .selectFrom('audit')
      .select('id')
      .where('at', '<', at.getTime())
      .orderBy('at')
      .orderBy('id')
      .limit(limit);
    const { numDeletedRows } = await this.#db.deleteFrom('audit').where('id', 'in', oldest).executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }
}

function matching(eb: ExpressionBuilder<Schema, 'audit'>, { actor, action, object, from, to }: AuditFilter) {
  return eb.and([
    ...(actor === undefined ? [] : [eb.or([eb('actor_id', '=', actor), eb('actor_name', '=', actor)])]),
    ...(action === undefined ? [] : [eb('action', '=', action)]),
    ...(object === undefined ? [] : [eb('object', '=', object)]),
    ...(from === undefined ? [] : [eb('at', '>=', from.getTime())]),
    ...(to === undefined ? [] : [eb('at', '<', to.getTime())]),
  ]);
}
