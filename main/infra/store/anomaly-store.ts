import { sql, type Kysely, type Selectable } from 'kysely';
import type { AnomalyRecord, AnomalyStore } from '../../app/anomalies/ports.ts';
import type { Schema } from './schema.ts';
import type { AnomalyTable } from './schema/anomalies.ts';

export class SqlAnomalyStore implements AnomalyStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(anomaly: AnomalyRecord): Promise<void> {
    await this.#db
      .insertInto('anomalies')
      .values({
        ...changedRow(anomaly),
        backup_id: anomaly.backupId,
        target_id: anomaly.targetId,
        found_at: anomaly.foundAt.getTime(),
        message: anomaly.message,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async find(backupId: string): Promise<AnomalyRecord | null> {
    const row = await this.#db.selectFrom('anomalies').selectAll().where('backup_id', '=', backupId).executeTakeFirst();
    return row ? anomalyOf(row) : null;
  }

  async open(): Promise<AnomalyRecord[]> {
    const rows = await this.#db
      .selectFrom('anomalies')
      .selectAll()
      .where('dismissed_at', 'is', null)
      .orderBy('found_at', 'desc')
      .execute();
    return rows.map(anomalyOf);
  }

  async among(backupIds: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.#db
      .selectFrom('anomalies')
      .select('backup_id')
      .where('backup_id', 'in', sql<string>`(SELECT value FROM json_each(${JSON.stringify(backupIds)}))`)
      .execute();
    return new Set(rows.map(({ backup_id }) => backup_id));
  }

  async update(anomaly: AnomalyRecord): Promise<void> {
    await this.#db
      .updateTable('anomalies')
      .set(changedRow(anomaly))
      .where('backup_id', '=', anomaly.backupId)
      .execute();
  }
}

function changedRow({ cleanBackupId, dismissedAt, dismissedBy }: AnomalyRecord) {
  return {
    clean_backup_id: cleanBackupId,
    dismissed_at: dismissedAt && dismissedAt.getTime(),
    dismissed_by: dismissedBy,
  };
}

function anomalyOf(row: Selectable<AnomalyTable>): AnomalyRecord {
  return {
    backupId: row.backup_id,
    targetId: row.target_id,
    foundAt: new Date(row.found_at),
    message: row.message,
    cleanBackupId: row.clean_backup_id,
    dismissedAt: row.dismissed_at === null ? null : new Date(row.dismissed_at),
    dismissedBy: row.dismissed_by,
  };
}
