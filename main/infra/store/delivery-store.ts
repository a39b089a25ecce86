import type { Kysely, Selectable } from 'kysely';
import type { DeliveryRecord, DeliveryStore } from '../../app/alerts/ports.ts';
import type { Schema } from './schema.ts';
import type { DeliveryTable } from './schema/alerts.ts';

type Filter = Parameters<DeliveryStore['list']>[0];

export class SqlDeliveryStore implements DeliveryStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** A second one of the same is none: each channel is told once. */
  async insert(delivery: Omit<DeliveryRecord, 'id'>): Promise<void> {
    const { channel, alert, what, createdAt } = delivery;
    await this.#db
      .insertInto('deliveries')
      .values({ ...changedRow(delivery), channel, alert, what, created_at: createdAt.getTime() })
      .onConflict((conflict) => conflict.columns(['alert', 'channel', 'what']).doNothing())
      .execute();
  }

  async due(now: Date, limit: number): Promise<DeliveryRecord[]> {
    const rows = await this.#db
      .selectFrom('deliveries')
      .selectAll()
      .where('state', '=', 'pending')
      .where('next_attempt_at', '<=', now.getTime())
      .orderBy('id')
      .limit(limit)
      .execute();
    return rows.map(deliveryOf);
  }

  async update(delivery: DeliveryRecord): Promise<void> {
    await this.#db.updateTable('deliveries').set(changedRow(delivery)).where('id', '=', delivery.id).execute();
  }

  async list(filter: Filter, { limit, offset }: { limit: number; offset: number }): Promise<DeliveryRecord[]> {
    const rows = await this.#among(filter).selectAll().orderBy('id', 'desc').limit(limit).offset(offset).execute();
    return rows.map(deliveryOf);
  }

  async count(filter: Filter): Promise<number> {
    const { total } = await this.#among(filter)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  #among({ channel, state }: Filter) {
    const query = this.#db.selectFrom('deliveries').where('channel', '=', channel);
    return state === undefined ? query : query.where('state', '=', state);
  }
}

function changedRow({ state, attempts, problem, nextAttemptAt, sentAt }: Omit<DeliveryRecord, 'id'>) {
  return {
    state,
    attempts,
    problem,
    next_attempt_at: nextAttemptAt && nextAttemptAt.getTime(),
    sent_at: sentAt && sentAt.getTime(),
  };
}

function deliveryOf(row: Selectable<DeliveryTable>): DeliveryRecord {
  return {
    id: row.id,
    channel: row.channel,
    alert: row.alert,
    what: row.what,
    state: row.state,
    attempts: row.attempts,
    problem: row.problem,
    createdAt: new Date(row.created_at),
    nextAttemptAt: row.next_attempt_at === null ? null : new Date(row.next_attempt_at),
    sentAt: row.sent_at === null ? null : new Date(row.sent_at),
  };
}
