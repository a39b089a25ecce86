import type { Kysely, Selectable } from 'kysely';
import type { BackupSchedule, BackupScheduleStore, ScheduledTarget } from '../../app/backup/ports.ts';
import type { Schema } from './schema.ts';

export class SqlBackupScheduleStore implements BackupScheduleStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(schedule: BackupSchedule): Promise<boolean> {
    const { numInsertedOrUpdatedRows } = await this.#db
      .insertInto('backup_schedules')
      .values(rowOf(schedule))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows !== 1n) return false;
    await this.#insertTargets(schedule);
    return true;
  }

  async find(id: string): Promise<BackupSchedule | null> {
    const row = await this.#db.selectFrom('backup_schedules').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? this.#whole(row) : null;
  }

  async resolve(idOrName: string): Promise<BackupSchedule | null> {
    const byId = await this.find(idOrName);
    if (byId) return byId;
    const row = await this.#db
      .selectFrom('backup_schedules')
      .selectAll()
      .where('name', '=', idOrName)
      .executeTakeFirst();
    return row ? this.#whole(row) : null;
  }

  async list(): Promise<readonly BackupSchedule[]> {
    const rows = await this.#db.selectFrom('backup_schedules').selectAll().orderBy('name').orderBy('id').execute();
    return this.#wholes(rows);
  }

  async ofTarget(targetId: string): Promise<readonly BackupSchedule[]> {
    const named = this.#db
      .selectFrom('backup_schedule_targets')
      .select('schedule_id')
      .where('target_id', '=', targetId);
    const rows = await this.#db
      .selectFrom('backup_schedules')
      .selectAll()
      .where('id', 'in', named)
      .orderBy('name')
      .execute();
    return this.#wholes(rows);
  }

  async idsStartingWith(base: string): Promise<ReadonlySet<string>> {
    const rows = await this.#db
      .selectFrom('backup_schedules')
      .select('id')
      .where('id', '>=', base)
      .where('id', '<', `${base}.`)
      .execute();
    return new Set(rows.map(({ id }) => id));
  }

  async update(schedule: BackupSchedule): Promise<void> {
    const { id, created_at: _createdAt, ...changing } = rowOf(schedule);
    const { numUpdatedRows } = await this.#db
      .updateTable('backup_schedules')
      .set(changing)
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) throw new Error(`There is no schedule ${id}.`);
    await this.#db.deleteFrom('backup_schedule_targets').where('schedule_id', '=', id).execute();
    await this.#insertTargets(schedule);
  }

  async delete(id: string): Promise<void> {
    await this.#db.deleteFrom('backup_schedules').where('id', '=', id).execute();
  }

  async #insertTargets({ id, targets }: BackupSchedule): Promise<void> {
    for (const [position, { targetId, task }] of targets.entries()) {
      const row = { schedule_id: id, target_id: targetId, task, position };
      await this.#db.insertInto('backup_schedule_targets').values(row).execute();
    }
  }

  async #wholes(rows: readonly Row[]): Promise<readonly BackupSchedule[]> {
    const wholes: BackupSchedule[] = [];
    for (const row of rows) wholes.push(await this.#whole(row));
    return wholes;
  }

  async #whole(row: Row): Promise<BackupSchedule> {
    const targets = await this.#db
      .selectFrom('backup_schedule_targets')
      .select(['target_id', 'task'])
      .where('schedule_id', '=', row.id)
      .orderBy('position')
      .execute();
    return scheduleOf(
      row,
      targets.map(({ target_id: targetId, task }) => ({ targetId, task })),
    );
  }
}

type Row = Selectable<Schema['backup_schedules']>;

function rowOf(schedule: BackupSchedule): Row {
  return {
    id: schedule.id,
    name: schedule.name,
    schedule: schedule.schedule,
    time_zone: schedule.timeZone,
    type: schedule.type,
    retention: schedule.retention && JSON.stringify(schedule.retention),
    is_enabled: Number(schedule.isEnabled),
    created_at: schedule.createdAt.getTime(),
    updated_at: schedule.updatedAt.getTime(),
  };
}

function scheduleOf(row: Row, targets: readonly ScheduledTarget[]): BackupSchedule {
  return {
    id: row.id,
    name: row.name,
    schedule: row.schedule,
    timeZone: row.time_zone,
    type: row.type,
    retention: row.retention === null ? null : (JSON.parse(row.retention) as BackupSchedule['retention']),
    isEnabled: row.is_enabled === 1,
    targets,
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}
