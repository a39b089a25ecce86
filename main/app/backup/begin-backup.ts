import type { BackupConfig } from '../../../contracts/actions.ts';
import type { Stores } from '../catalog/ports.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import type { Immutability } from '../retention/immutability.ts';
import { WorkFailure } from '../runs/own-work.ts';
import type { ExecutionJob } from '../runs/ports.ts';
import type { TargetRecord } from '../targets/ports.ts';
import { newBackupId } from './backup-id.ts';
import { orderOf, type BackupOrder } from './backup-order.ts';
import { baseOf, insertBackup, placeOf } from './new-backup.ts';
import type { BackupRecord } from './ports.ts';

export interface BegunBackup {
  readonly backup: BackupRecord;
  readonly target: TargetRecord;
  readonly repository: RepositoryRecord;
  /** What its unchanged files need not be read again from; null for a full. */
  readonly parent: BackupRecord | null;
  /** Why it is of another type than was asked for. */
  readonly note: string | null;
  /** All repositories, whose folders are left out. */
  readonly repositories: readonly RepositoryRecord[];
  /** The target's newest backup before this one. */
  readonly before: BackupRecord | null;
}

/** Within a write: the record of a run that begins, found or made, based on what is there now. */
export async function beginBackup(
  stores: Stores,
  job: ExecutionJob,
  config: BackupConfig,
  { now, immutability }: { readonly now: Date; readonly immutability: Immutability },
): Promise<BegunBackup> {
  const target = await stores.targets.find(config.target_id);
  if (!target || target.removedAt) {
    throw new WorkFailure('invalid_config', `The target ${config.target_id} is protected no more.`);
  }
  const order = orderOf(job.params);
  const repositoryId = order?.repositoryId ?? target.repositoryId;
  const repository = await stores.repositories.find(repositoryId);
  if (!repository) throw new WorkFailure('invalid_config', `The repository ${repositoryId} is not there any more.`);
  const known = await recordOf(stores, job, { target, repository, order, config }, now);
  const other = (await stores.backups.active(target.id)).find(
    ({ id, state }) => id !== known.id && state === 'running',
  );
  if (other) {
    const reason = `Another backup of ${target.name} runs, ${other.id}.`;
    throw new WorkFailure('locked', reason, { retryable: true });
  }
  const base = await baseOf(stores, { ...known, type: order?.type ?? config.backup_type });
  const backup: BackupRecord = {
    ...known,
    ...placeOf(base),
    state: 'running',
    startedAt: now,
    // A little later when it is complete: its snapshot has to say it from its beginning.
    immutableUntil: immutability.untilFor(known.immutableUntil, now, repository),
  };
  await stores.backups.update(backup);
  return {
    ...{ backup, target, repository, parent: base.parent, note: base.note },
    repositories: await stores.repositories.list(),
    before: await stores.backups.lastGood(target.id),
  };
}

/** The record that was made with the run, or by an earlier attempt; else a new one. */
async function recordOf(
  stores: Stores,
  { runId }: ExecutionJob,
  about: {
    readonly target: TargetRecord;
    readonly repository: RepositoryRecord;
    readonly order: BackupOrder | null;
    readonly config: BackupConfig;
  },
  now: Date,
): Promise<BackupRecord> {
  const known = await stores.backups.findByRun(runId);
  if (known) return known;
  const { target, repository, order, config } = about;
  const type = order?.type ?? config.backup_type;
  return insertBackup(
    stores,
    {
      id: newBackupId(target.id, type, now),
      ...{ targetId: target.id, repositoryId: repository.id, type, runId },
      jobId: order?.jobId ?? null,
      scheduleId: order?.scheduleId ?? config.schedule_id ?? null,
      description: order?.description ?? null,
      immutableUntil: order?.immutableUntil ?? null,
      keepUntil: order?.keepUntil ?? null,
    },
    now,
  );
}
