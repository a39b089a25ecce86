import type { BackupRecord } from '../../main/app/backup/ports.ts';

/** A completed full backup of 15 January 2026, noon UTC, changed by `more`. */
export function backupRecord(more: Partial<BackupRecord> = {}): BackupRecord {
  const createdAt = more.createdAt ?? new Date('2026-01-15T12:00:00Z');
  const id = more.id ?? `backup-${createdAt.toISOString()}`;
  return {
    id,
    targetId: 'documents',
    repositoryId: 'local',
    runId: `run of ${id}`,
    jobId: null,
    scheduleId: null,
    description: null,
    type: 'full',
    parentId: null,
    chainId: 'chain',
    state: 'completed',
    snapshotId: 'f'.repeat(64),
    facts: null,
    items: [],
    warningCount: 0,
    failure: null,
    createdAt,
    startedAt: createdAt,
    completedAt: createdAt,
    immutableUntil: null,
    keepUntil: null,
    pinnedReason: null,
    verifiedAt: null,
    verifyState: null,
    removedAt: null,
    removedReason: null,
    ...more,
  };
}
