import { sql, type Kysely, type Selectable, type SelectQueryBuilder } from 'kysely';
import type { LogFields } from '../../../contracts/log-fields.ts';
import type { Page } from '../../app/access/ports.ts';
import type { BackupRun, BackupRunFilter, BackupRunStore, RunLog } from '../../app/agents/ports.ts';
import type { Schema } from './schema.ts';

export class SqlBackupRunStore implements BackupRunStore {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async find(tenantId: string, id: string): Promise<BackupRun | null> {
    const row = await this.#db
      .selectFrom('backup_runs')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row ? runOf(row) : null;
  }

  async save(run: BackupRun): Promise<void> {
    const { tenant_id, id, ...changing } = rowOf(run);
    await this.#db
      .insertInto('backup_runs')
      .values({ tenant_id, id, ...changing })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'id']).doUpdateSet(changing))
      .execute();
  }

  async list(filter: BackupRunFilter, { limit, offset }: Page): Promise<BackupRun[]> {
    const rows = await this.#among(filter)
      .selectAll()
      .orderBy('start_time', 'desc')
      .orderBy('id', 'desc')
      .limit(limit)
      .offset(offset)
      .execute();
    return rows.map(runOf);
  }

  async count(filter: BackupRunFilter): Promise<number> {
    const { total } = await this.#among(filter)
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    return total;
  }

  async setLog(
    { tenantId, id }: Pick<BackupRun, 'tenantId' | 'id'>,
    expectedLogId: string | null,
    log: RunLog & { readonly fields: LogFields | null },
  ): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('backup_runs')
      .set({ ...logColumns(log), fields: log.fields && JSON.stringify(log.fields) })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .where('log_id', 'is', expectedLogId)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  async removeOfAgent(agentId: string, limit: number): Promise<{ count: number; logIds: string[] }> {
    const some = this.#db
      .selectFrom('backup_runs')
      .select(sql<number>`rowid`.as('rowid'))
      .where('agent_id', '=', agentId)
      .limit(limit);
    return this.#remove(some);
  }

  async removeBefore(at: Date, limit: number): Promise<{ count: number; logIds: string[] }> {
    const oldest = this.#db
      .selectFrom('backup_runs')
      .select(sql<number>`rowid`.as('rowid'))
      .where('updated_at', '<', at.getTime())
      .orderBy('updated_at')
      .limit(limit);
    return this.#remove(oldest);
  }

  async knownLogs(logIds: readonly string[]): Promise<ReadonlySet<string>> {
    const asked = sql<string>`(SELECT value FROM json_each(${JSON.stringify(logIds)}))`;
    const rows = await this.#db.selectFrom('backup_runs').select('log_id').where('log_id', 'in', asked).execute();
    return new Set(rows.flatMap(({ log_id }) => (log_id === null ? [] : [log_id])));
  }

  async #remove(
    some: SelectQueryBuilder<Schema, 'backup_runs', { rowid: number }>,
  ): Promise<{ count: number; logIds: string[] }> {
    const removed = await this.#db
      .deleteFrom('backup_runs')
      .where(sql<number>`rowid`, 'in', some)
      .returning('log_id')
      .execute();
    return { count: removed.length, logIds: removed.flatMap(({ log_id }) => (log_id === null ? [] : [log_id])) };
  }

  #among({ agentId, status, policyId, from, to }: BackupRunFilter) {
    let query = this.#db.selectFrom('backup_runs').where('agent_id', '=', agentId);
    if (status !== undefined) query = query.where('status', '=', status);
    if (policyId !== undefined) query = query.where('policy_id', '=', policyId);
    if (from !== undefined) query = query.where('start_time', '>=', from.getTime());
    if (to !== undefined) query = query.where('start_time', '<', to.getTime());
    return query;
  }
}

type Row = Selectable<Schema['backup_runs']>;

function rowOf(run: BackupRun): Row {
  return {
    tenant_id: run.tenantId,
    id: run.id,
    agent_id: run.agentId,
    policy_id: run.policyId,
    task_type: run.taskType,
    status: run.status,
    start_time: run.startTime.getTime(),
    end_time: run.endTime?.getTime() ?? null,
    duration_seconds: run.durationSeconds,
    snapshot_id: run.snapshotId,
    error_message: run.errorMessage,
    ...logColumns(run.log),
    fields: run.fields && JSON.stringify(run.fields),
    received_at: run.receivedAt.getTime(),
    updated_at: run.updatedAt.getTime(),
  };
}

function logColumns(log: RunLog | null) {
  if (!log) return { log_id: null, log_size_bytes: null, log_complete: null };
  return { log_id: log.logId, log_size_bytes: log.sizeBytes, log_complete: Number(log.isComplete) };
}

function runOf(row: Row): BackupRun {
  const { log_id, log_size_bytes, log_complete } = row;
  return {
    tenantId: row.tenant_id,
    id: row.id,
    agentId: row.agent_id,
    policyId: row.policy_id,
    taskType: row.task_type,
    status: row.status,
    startTime: new Date(row.start_time),
    endTime: row.end_time === null ? null : new Date(row.end_time),
    durationSeconds: row.duration_seconds,
    snapshotId: row.snapshot_id,
    errorMessage: row.error_message,
    log:
      log_id === null || log_size_bytes === null
        ? null
        : { logId: log_id, sizeBytes: log_size_bytes, isComplete: log_complete === 1 },
    // What the table holds is what `rowOf` wrote.
    fields: row.fields === null ? null : (JSON.parse(row.fields) as LogFields),
    receivedAt: new Date(row.received_at),
    updatedAt: new Date(row.updated_at),
  };
}
