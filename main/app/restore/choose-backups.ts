import type { CreateRestore } from '../../../contracts/restores.ts';
import type { BackupRecord } from '../backup/ports.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { TargetRecord } from '../targets/ports.ts';

export interface ChosenBackup {
  readonly backup: BackupRecord & { readonly snapshotId: string };
  readonly target: TargetRecord;
}

/**
 * The backups that a request means, one for each target. Throws `not_found` for what is not there, with the oldest that
 * there is where the time is too early, and `unprocessable` for one that has no snapshot.
 */
export async function chooseBackups(stores: Stores, request: CreateRestore): Promise<readonly ChosenBackup[]> {
  const wanted = request.targets && (await resolveTargets(stores, request.targets));
  if (request.backup_id !== undefined) return [await named(stores, request.backup_id, wanted)];
  if (request.backup_job_id !== undefined) return ofJob(stores, request.backup_job_id, wanted);
  const at = request.at === undefined ? undefined : new Date(request.at);
  const chosen: ChosenBackup[] = [];
  for (const target of wanted ?? []) chosen.push(await newestAt(stores, target, at));
  return chosen;
}

async function resolveTargets(stores: Stores, references: readonly string[]): Promise<readonly TargetRecord[]> {
  const targets = new Map<string, TargetRecord>();
  for (const reference of references) {
    // What is protected no more can be restored all the same.
    const target = (await stores.targets.resolve(reference)) ?? (await stores.targets.find(reference));
    if (!target) {
      const details = { field: 'targets', code: 'not_found', target: reference };
      throw new AppError('not_found', `There is no target ${JSON.stringify(reference)}.`, details);
    }
    targets.set(target.id, target);
  }
  return [...targets.values()];
}

async function named(stores: Stores, id: string, wanted: readonly TargetRecord[] | undefined): Promise<ChosenBackup> {
  const backup = await stores.backups.find(id);
  if (!backup || backup.removedAt) throw backupMissing('backup_id', id, backup?.removedAt ?? null);
  const chosen = await withTarget(stores, backup);
  if (wanted && !wanted.some((target) => target.id === backup.targetId)) {
    const message = `The backup ${id} is one of ${chosen.target.name}, not of the targets that were named.`;
    throw new AppError('unprocessable', message, {
      field: 'targets',
      code: 'not_in_backup',
      target_id: backup.targetId,
    });
  }
  return chosen;
}

async function ofJob(
  stores: Stores,
  id: string,
  wanted: readonly TargetRecord[] | undefined,
): Promise<readonly ChosenBackup[]> {
  const made = await stores.backups.list({ jobId: id }, { limit: 1000, offset: 0 });
  if (made.length === 0) {
    const single = (await stores.backups.find(id)) ?? (await stores.backups.findByRun(id));
    if (!single || single.removedAt) throw backupMissing('backup_job_id', id, single?.removedAt ?? null);
    return [await named(stores, single.id, wanted)];
  }
  const missing = wanted?.find((target) => !made.some((backup) => backup.targetId === target.id));
  if (missing) {
    const details = { field: 'targets', code: 'not_in_job', target_id: missing.id };
    throw new AppError('unprocessable', `The job ${id} has no backup of ${missing.name}.`, details);
  }
  const chosen: ChosenBackup[] = [];
  for (const backup of made.toReversed()) {
    if (!wanted || wanted.some(({ id: targetId }) => targetId === backup.targetId)) {
      chosen.push(await withTarget(stores, backup));
    }
  }
  return chosen;
}

async function newestAt(stores: Stores, target: TargetRecord, at: Date | undefined): Promise<ChosenBackup> {
  const backup = await stores.backups.lastGood(target.id, at);
  if (backup) return withTarget(stores, backup);
  const oldest = (await stores.backups.completed(target.id)).at(-1);
  const details = {
    field: at ? 'at' : 'targets',
    code: 'no_backup',
    target_id: target.id,
    oldest_backup_id: oldest?.id ?? null,
    oldest_at: oldest?.createdAt.toISOString() ?? null,
  };
  const message =
    oldest && at
      ? `${target.name} has no backup from ${at.toISOString()} or before: the oldest is of ${oldest.createdAt.toISOString()}.`
      : `${target.name} has no completed backup.`;
  throw new AppError('not_found', message, details);
}

async function withTarget(stores: Stores, backup: BackupRecord): Promise<ChosenBackup> {
  const target = await stores.targets.find(backup.targetId);
  if (!target) throw new Error(`The backup ${backup.id} has lost its target ${backup.targetId}.`);
  const { snapshotId, state } = backup;
  if (snapshotId !== null) return { backup: { ...backup, snapshotId }, target };
  const message = `The backup ${backup.id} can't be restored: it is ${state}.`;
  throw new AppError('unprocessable', message, { field: 'backup_id', code: 'not_completed', status: state });
}

function backupMissing(field: string, id: string, removedAt: Date | null): AppError {
  const details = { field, code: 'not_found', ...(removedAt && { removed_at: removedAt.toISOString() }) };
  const message = removedAt ? `The backup ${id} was removed.` : `There is no backup ${JSON.stringify(id)}.`;
  return new AppError('not_found', message, details);
}
