import type { Selectable } from 'kysely';
import type { BackupItem, BackupRecord } from '../../app/backup/ports.ts';
import type { Schema } from './schema.ts';

export type BackupRow = Selectable<Schema['backups']>;

export function backupRowOf(backup: BackupRecord): Omit<BackupRow, 'seq'> {
  return {
    id: backup.id,
    target_id: backup.targetId,
    repository_id: backup.repositoryId,
    run_id: backup.runId,
    job_id: backup.jobId,
    schedule_id: backup.scheduleId,
    description: backup.description,
    type: backup.type,
    parent_id: backup.parentId,
    chain_id: backup.chainId,
    state: backup.state,
    snapshot_id: backup.snapshotId,
    facts: backup.facts && JSON.stringify(backup.facts),
    items: JSON.stringify(backup.items),
    warning_count: backup.warningCount,
    failure_code: backup.failure?.code ?? null,
    failure_reason: backup.failure?.reason ?? null,
    created_at: backup.createdAt.getTime(),
    started_at: msOf(backup.startedAt),
    completed_at: msOf(backup.completedAt),
    immutable_until: msOf(backup.immutableUntil),
    keep_until: msOf(backup.keepUntil),
    pinned_reason: backup.pinnedReason,
    verified_at: msOf(backup.verifiedAt),
    verify_state: backup.verifyState,
    removed_at: msOf(backup.removedAt),
    removed_reason: backup.removedReason,
  };
}

export function backupOf(row: BackupRow): BackupRecord {
  const { failure_code: code, failure_reason: reason } = row;
  return {
    id: row.id,
    targetId: row.target_id,
    repositoryId: row.repository_id,
    runId: row.run_id,
    jobId: row.job_id,
    scheduleId: row.schedule_id,
    description: row.description,
    type: row.type,
    parentId: row.parent_id,
    chainId: row.chain_id,
    state: row.state,
    snapshotId: row.snapshot_id,
    facts: row.facts === null ? null : (JSON.parse(row.facts) as BackupRecord['facts']),
    items: JSON.parse(row.items) as BackupItem[],
    warningCount: row.warning_count,
    failure: code === null || reason === null ? null : { code, reason },
    createdAt: new Date(row.created_at),
    startedAt: dateOf(row.started_at),
    completedAt: dateOf(row.completed_at),
    immutableUntil: dateOf(row.immutable_until),
    keepUntil: dateOf(row.keep_until),
    pinnedReason: row.pinned_reason,
    verifiedAt: dateOf(row.verified_at),
    verifyState: row.verify_state,
    removedAt: dateOf(row.removed_at),
    removedReason: row.removed_reason,
  };
}

function msOf(date: Date | null): number | null {
  return date && date.getTime();
}

function dateOf(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}
