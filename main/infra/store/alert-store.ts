import type { Kysely, Selectable } from 'kysely';
import type { AlertFilter, AlertRecord, AlertStore } from '../../app/alerts/ports.ts';
import type { Schema } from './schema.ts';
import type { AlertTable } from './schema/alerts.ts';

export class SqlAlertStore implements AlertStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(alert: Omit<AlertRecord, 'id'>): Promise<AlertRecord | null> {
    const row = await this.#db
      .insertInto('alerts')
      .values({ ...changedRow(alert), kind: alert.kind, object: alert.object, task: alert.task })
      .onConflict((conflict) => conflict.columns(['object', 'kind']).where('resolved_at', 'is', null).doNothing())
      .returning('id')
      .executeTakeFirst();
    return row ? { ...alert, id: row.id } : null;
  }

  async find(id: number): Promise<AlertRecord | null> {
    const row = await this.#db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? alertOf(row) : null;
  }

  async open(kinds: AlertRecord['kind'][]): Promise<AlertRecord[]> {
    if (kinds.length === 0) return [];
    const rows = await this.#db
      .selectFrom('alerts')
      .selectAll()
      .where('resolved_at', 'is', null)
      .where('kind', 'in', kinds)
      .execute();
    return rows.map(alertOf);
  }

  async update(alert: AlertRecord): Promise<void> {
    await this.#db.updateTable('alerts').set(changedRow(alert)).where('id', '=', alert.id).execute();
  }

  async list(filter: AlertFilter, { limit, offset }: { limit: number; offset: number }): Promise<AlertRecord[]> {
    const rows = await this.#among(filter)
      .selectAll()
      .orderBy((row) => row('resolved_at', 'is not', null))
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(alertOf);
  }

  async count(filter: AlertFilter): Promise<number> {
    const { total } = await this.#among(filter)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  async removeResolved(at: Date, limit: number): Promise<number> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('alerts')
      .where('id', 'in', (db) =>
        db
          .selectFrom('alerts')
          .select('id')
          .where('resolved_at', '<', at.getTime())
          .orderBy('resolved_at')
          .limit(limit),
      )
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  #among({ status, kinds, severities, object }: AlertFilter) {
    let query = this.#db.selectFrom('alerts');
    if (status === 'open') query = query.where('resolved_at', 'is', null);
    if (status === 'resolved') query = query.where('resolved_at', 'is not', null);
    if (kinds) query = query.where('kind', 'in', kinds);
    if (severities) query = query.where('severity', 'in', severities);
    return object === undefined ? query : query.where('object', '=', object);
  }
}

function changedRow(alert: Omit<AlertRecord, 'id'>) {
  return {
    severity: alert.severity,
    message: alert.message,
    details: JSON.stringify(alert.details),
    opened_at: alert.openedAt.getTime(),
    resolved_at: alert.resolvedAt && alert.resolvedAt.getTime(),
    acknowledged_at: alert.acknowledgedAt && alert.acknowledgedAt.getTime(),
    acknowledged_by: alert.acknowledgedBy,
    acknowledged_note: alert.acknowledgedNote,
  };
}

export function alertOf(row: Selectable<AlertTable>): AlertRecord {
  return {
    id: row.id,
    kind: row.kind as AlertRecord['kind'],
    severity: row.severity as AlertRecord['severity'],
    object: row.object,
    task: row.task,
    message: row.message,
    details: JSON.parse(row.details) as AlertRecord['details'],
    openedAt: new Date(row.opened_at),
    resolvedAt: row.resolved_at === null ? null : new Date(row.resolved_at),
    acknowledgedAt: row.acknowledged_at === null ? null : new Date(row.acknowledged_at),
    acknowledgedBy: row.acknowledged_by,
    acknowledgedNote: row.acknowledged_note,
  };
}
