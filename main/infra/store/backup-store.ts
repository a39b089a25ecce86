import { sql, type Kysely } from 'kysely';
import type { BackupFilter, BackupRecord, BackupStore } from '../../app/backup/ports.ts';
import { backupOf, backupRowOf } from './backup-rows.ts';
import type { Schema } from './schema.ts';

/** The order of backups is that in which they were made (`seq`), found ones' that of their snapshots' times. */
export class SqlBackupStore implements BackupStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(backup: BackupRecord): Promise<void> {
    await this.#db.insertInto('backups').values(backupRowOf(backup)).execute();
  }

  async find(id: string): Promise<BackupRecord | null> {
    const row = await this.#db.selectFrom('backups').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? backupOf(row) : null;
  }

  async findByRun(runId: string): Promise<BackupRecord | null> {
    const row = await this.#db.selectFrom('backups').selectAll().where('run_id', '=', runId).executeTakeFirst();
    return row ? backupOf(row) : null;
  }

  async findBySnapshot(repositoryId: string, snapshotId: string): Promise<BackupRecord | null> {
    const row = await this.#db
      .selectFrom('backups')
      .selectAll()
      .where('repository_id', '=', repositoryId)
      .where('snapshot_id', '=', snapshotId)
      // One that was removed only where no other has it.
      .orderBy(sql`removed_at IS NOT NULL`)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row ? backupOf(row) : null;
  }

  async update(backup: BackupRecord): Promise<void> {
    const { id, target_id: _target, run_id: _run, ...changing } = backupRowOf(backup);
    const { numUpdatedRows } = await this.#db
      .updateTable('backups')
      .set(changing)
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows !== 1n) throw new Error(`There is no backup ${id}.`);
  }

  async list(
    filter: BackupFilter,
    { limit, offset }: { readonly limit: number; readonly offset: number },
  ): Promise<readonly BackupRecord[]> {
    const rows = await this.#newestFirst(filter).limit(limit).offset(offset).execute();
    return rows.map(backupOf);
  }

  async count(filter: BackupFilter): Promise<number> {
    const { total } = await this.#among(filter)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  async active(targetId?: string): Promise<readonly BackupRecord[]> {
    const all = this.#db
      .selectFrom('backups')
      .selectAll()
      .where('state', 'in', ['pending', 'running'])
      .orderBy('created_at')
      .orderBy('seq');
    const rows = await (targetId === undefined ? all : all.where('target_id', '=', targetId)).execute();
    return rows.map(backupOf);
  }

  async completed(targetId: string): Promise<readonly BackupRecord[]> {
    const rows = await this.#newestFirst({ targetId, state: 'completed' }).execute();
    return rows.map(backupOf);
  }

  async ofRepository(repositoryId: string): Promise<readonly BackupRecord[]> {
    const rows = await this.#newestFirst({ repositoryId, state: 'completed' }).execute();
    return rows.map(backupOf);
  }

  async lastGood(targetId: string, at?: Date): Promise<BackupRecord | null> {
    const good = this.#newestFirst({ targetId, state: 'completed' }).limit(1);
    const row = await (at ? good.where('created_at', '<=', at.getTime()) : good).executeTakeFirst();
    return row ? backupOf(row) : null;
  }

  async children(id: string): Promise<readonly BackupRecord[]> {
    const rows = await this.#newestFirst({ state: 'completed' }).where('parent_id', '=', id).execute();
    return rows.map(backupOf);
  }

  #newestFirst(filter: BackupFilter) {
    return this.#among(filter).selectAll().orderBy('created_at', 'desc').orderBy('seq', 'desc');
  }

  #among(filter: BackupFilter) {
    const { targetIds, from, to } = filter;
    let query = this.#db.selectFrom('backups');
    const equal = {
      target_id: filter.targetId,
      repository_id: filter.repositoryId,
      type: filter.type,
      state: filter.state,
      job_id: filter.jobId,
      chain_id: filter.chainId,
      schedule_id: filter.scheduleId,
    } as const;
    for (const [column, value] of Object.entries(equal) as [keyof typeof equal, string | undefined][]) {
      if (value !== undefined) query = query.where(column, '=', value);
    }
    if (targetIds !== undefined) {
      query = query.where('target_id', 'in', sql<string>`(SELECT value FROM json_each(${JSON.stringify(targetIds)}))`);
    }
    if (from !== undefined) query = query.where('created_at', '>=', from.getTime());
    if (to !== undefined) query = query.where('created_at', '<', to.getTime());
    return filter.withRemoved ? query : query.where('removed_at', 'is', null);
  }
}
