import type { Kysely, Selectable } from 'kysely';
import type { VerificationFilter, VerificationRecord, VerificationStore } from '../../app/verification/ports.ts';
import type { Schema } from './schema.ts';

export class SqlVerificationStore implements VerificationStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(verification: VerificationRecord): Promise<void> {
    const { id } = verification;
    // Another attempt of the same run.
    await this.#db.deleteFrom('verifications').where('id', '=', id).execute();
    await this.#db
      .insertInto('verifications')
      .values({
        id,
        kind: verification.kind,
        repository_id: verification.repositoryId,
        target_id: verification.targetId,
        backup_id: verification.backupId,
        started_at: verification.startedAt.getTime(),
        finished_at: verification.finishedAt.getTime(),
        is_sound: verification.isSound ? 1 : 0,
        read_bytes: verification.readBytes,
        error_count: verification.errorCount,
        report: JSON.stringify(verification.report),
      })
      .execute();
  }

  async find(id: string): Promise<VerificationRecord | null> {
    const row = await this.#db.selectFrom('verifications').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? verificationOf(row) : null;
  }

  async list(
    filter: VerificationFilter,
    { limit, offset }: { readonly limit: number; readonly offset: number },
  ): Promise<readonly VerificationRecord[]> {
    const rows = await this.#newestFirst(filter).limit(limit).offset(offset).execute();
    return rows.map(verificationOf);
  }

  async count(filter: VerificationFilter): Promise<number> {
    const { total } = await this.#among(filter)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  async lastSound(filter: VerificationFilter): Promise<VerificationRecord | null> {
    const row = await this.#newestFirst(filter).where('is_sound', '=', 1).limit(1).executeTakeFirst();
    return row ? verificationOf(row) : null;
  }

  #newestFirst(filter: VerificationFilter) {
    return this.#among(filter).selectAll().orderBy('finished_at', 'desc').orderBy('id');
  }

  #among({ kind, repositoryId, targetId, backupId }: VerificationFilter) {
    let query = this.#db.selectFrom('verifications');
    if (kind !== undefined) query = query.where('kind', '=', kind);
    if (repositoryId !== undefined) query = query.where('repository_id', '=', repositoryId);
    if (targetId !== undefined) query = query.where('target_id', '=', targetId);
    if (backupId !== undefined) query = query.where('backup_id', '=', backupId);
    return query;
  }
}

function verificationOf(row: Selectable<Schema['verifications']>): VerificationRecord {
  return {
    id: row.id,
    kind: row.kind,
    repositoryId: row.repository_id,
    targetId: row.target_id,
    backupId: row.backup_id,
    startedAt: new Date(row.started_at),
    finishedAt: new Date(row.finished_at),
    isSound: row.is_sound === 1,
    readBytes: row.read_bytes,
    errorCount: row.error_count,
    report: JSON.parse(row.report) as VerificationRecord['report'],
  };
}
