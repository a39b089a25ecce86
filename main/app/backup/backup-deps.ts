import type { AuditLog } from '../audit/audit-log.ts';
import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import { AppError } from '../errors/app-error.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RunDispatcher } from '../runs/run-dispatcher.ts';
import type { BackupRecord } from './ports.ts';
import type { Immutability } from '../retention/immutability.ts';
import type { Removals } from './removals.ts';

/** What the use cases of backups are made from. */
export interface BackupDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly dispatcher: RunDispatcher;
  readonly engine: EngineJobs;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
  readonly removals: Removals;
  readonly immutability: Immutability;
}

export function backupNotFound(id: string, removed: BackupRecord | null = null): AppError {
  const gone = removed?.removedAt && {
    removed_at: removed.removedAt.toISOString(),
    removed_reason: removed.removedReason,
  };
  const message = gone ? `The backup ${id} was removed.` : `There is no backup ${JSON.stringify(id)}.`;
  return new AppError('not_found', message, { field: 'backup_id', code: 'not_found', ...gone });
}

/** The backup that a path names; one that was removed is not there any more. */
export async function requireBackup(
  stores: Pick<Stores, 'backups'>,
  caller: Caller,
  id: string,
): Promise<BackupRecord> {
  requireInstallation(caller);
  const backup = await stores.backups.find(id);
  if (!backup || backup.removedAt) throw backupNotFound(id, backup);
  return backup;
}

export function isActiveBackup({ state }: Pick<BackupRecord, 'state'>): boolean {
  return state === 'pending' || state === 'running';
}

export function addDays(at: Date, days: number): Date {
  return new Date(at.getTime() + days * 86_400_000);
}
