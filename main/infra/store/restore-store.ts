import type { Kysely, Selectable } from 'kysely';
import type { RestoreFilter, RestoreRecord, RestoreStore } from '../../app/restore/ports.ts';
import type { Schema } from './schema.ts';

export class SqlRestoreStore implements RestoreStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(restore: RestoreRecord): Promise<void> {
    await this.#db
      .insertInto('restores')
      .values({
        id: restore.id,
        backup_id: restore.backupId,
        target_id: restore.targetId,
        repository_id: restore.repositoryId,
        request: JSON.stringify(restore.request),
        destination_path: restore.destinationPath,
        requested_by: restore.requestedBy,
        created_at: restore.createdAt.getTime(),
      })
      .execute();
  }

  async find(id: string): Promise<RestoreRecord | null> {
    const row = await this.#db.selectFrom('restores').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? restoreOf(row) : null;
  }

  async list(
    filter: RestoreFilter,
    { limit, offset }: { readonly limit: number; readonly offset: number },
  ): Promise<readonly RestoreRecord[]> {
    const rows = await this.#among(filter)
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('id')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(restoreOf);
  }

  async count(filter: RestoreFilter): Promise<number> {
    const { total } = await this.#among(filter)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  #among({ targetId, backupId }: RestoreFilter) {
    let query = this.#db.selectFrom('restores');
    if (targetId !== undefined) query = query.where('target_id', '=', targetId);
    if (backupId !== undefined) query = query.where('backup_id', '=', backupId);
    return query;
  }
}

function restoreOf(row: Selectable<Schema['restores']>): RestoreRecord {
  return {
    id: row.id,
    backupId: row.backup_id,
    targetId: row.target_id,
    repositoryId: row.repository_id,
    request: JSON.parse(row.request) as RestoreRecord['request'],
    destinationPath: row.destination_path,
    requestedBy: row.requested_by,
    createdAt: new Date(row.created_at),
  };
}
