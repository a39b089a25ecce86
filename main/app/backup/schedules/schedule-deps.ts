import type { Caller } from '../../access/caller.ts';
import { requireInstallation } from '../../access/installation.ts';
import type { Stores } from '../../catalog/ports.ts';
import { AppError } from '../../errors/app-error.ts';
import type { TargetDeps } from '../../targets/target-deps.ts';
import type { BackupDeps } from '../backup-deps.ts';
import type { BackupSchedule } from '../ports.ts';

export interface ScheduleDeps
  extends Pick<BackupDeps, 'catalog' | 'clock' | 'events' | 'audit'>, Pick<TargetDeps, 'nextStart' | 'maxRetries'> {
  /** Of schedules that name none. */
  readonly timeZone: string;
}

/** The schedule that a path names, by id or name. */
export async function requireSchedule(
  stores: Pick<Stores, 'backupSchedules'>,
  caller: Caller,
  idOrName: string,
): Promise<BackupSchedule> {
  requireInstallation(caller);
  const schedule = await stores.backupSchedules.resolve(idOrName);
  if (schedule) return schedule;
  const details = { field: 'schedule_id', code: 'not_found' };
  throw new AppError('not_found', `There is no schedule ${JSON.stringify(idOrName)}.`, details);
}

export function scheduleNameTaken(name: string): AppError {
  const details = { field: 'name', code: 'taken' };
  return new AppError('conflict', `There is a schedule ${JSON.stringify(name)} already.`, details);
}
