import type { Kysely, Selectable } from 'kysely';
import type { ChannelRecord, ChannelStore } from '../../app/alerts/ports.ts';
import type { Schema } from './schema.ts';
import type { ChannelTable } from './schema/alerts.ts';

export class SqlChannelStore implements ChannelStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(channel: Omit<ChannelRecord, 'id'>): Promise<ChannelRecord | null> {
    const row = await this.#db
      .insertInto('channels')
      .values({ ...rowOf(channel), kind: channel.kind, created_at: channel.createdAt.getTime() })
      .onConflict((conflict) => conflict.column('name').doNothing())
      .returning('id')
      .executeTakeFirst();
    return row ? { ...channel, id: row.id } : null;
  }

  async find(id: number): Promise<ChannelRecord | null> {
    const row = await this.#db.selectFrom('channels').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? channelOf(row) : null;
  }

  async findByName(name: string): Promise<ChannelRecord | null> {
    const row = await this.#db.selectFrom('channels').selectAll().where('name', '=', name).executeTakeFirst();
    return row ? channelOf(row) : null;
  }

  async list(): Promise<ChannelRecord[]> {
    return (await this.#db.selectFrom('channels').selectAll().orderBy('name').execute()).map(channelOf);
  }

  async update(channel: ChannelRecord): Promise<void> {
    await this.#db.updateTable('channels').set(rowOf(channel)).where('id', '=', channel.id).execute();
  }

  async delete(id: number): Promise<void> {
    await this.#db.deleteFrom('channels').where('id', '=', id).execute();
  }
}

function rowOf(channel: Omit<ChannelRecord, 'id'>) {
  return {
    name: channel.name,
    config: JSON.stringify(channel.config),
    is_enabled: Number(channel.isEnabled),
    min_severity: channel.minSeverity,
    kinds: channel.kinds && JSON.stringify(channel.kinds),
    notify_resolved: Number(channel.notifyResolved),
    last_sent_at: channel.lastSentAt && channel.lastSentAt.getTime(),
    problem: channel.problem,
    failing_since: channel.failingSince && channel.failingSince.getTime(),
    updated_at: channel.updatedAt.getTime(),
  };
}

function channelOf(row: Selectable<ChannelTable>): ChannelRecord {
  const dateOf = (ms: number | null) => (ms === null ? null : new Date(ms));
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as ChannelRecord['kind'],
    config: JSON.parse(row.config) as ChannelRecord['config'],
    isEnabled: row.is_enabled === 1,
    minSeverity: row.min_severity as ChannelRecord['minSeverity'],
    kinds: row.kinds === null ? null : (JSON.parse(row.kinds) as ChannelRecord['kinds']),
    notifyResolved: row.notify_resolved === 1,
    lastSentAt: dateOf(row.last_sent_at),
    problem: row.problem,
    failingSince: dateOf(row.failing_since),
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
