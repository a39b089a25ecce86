import type { BackupDetails, BackupLive, BackupResponse } from '../../../contracts/backups.ts';
import { BackupLive as BackupLiveSchema } from '../../../contracts/backups.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { Stores } from '../catalog/ports.ts';
import type { BackupFacts } from '../engine-jobs/ports/job-facts.ts';
import { engineLocation } from '../repositories/repository-location.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import type { RunDispatcher } from '../runs/run-dispatcher.ts';
import type { Run } from '../runs/ports.ts';
import type { TargetRecord } from '../targets/ports.ts';
import { isActiveBackup } from './backup-deps.ts';
import type { BackupRecord } from './ports.ts';

/** Shows backups within one read of the catalog; looks each target and repository up once. */
export class BackupViews {
  readonly #stores: Stores;
  readonly #dispatcher: Pick<RunDispatcher, 'current'>;
  readonly #targets = new Map<string, TargetRecord | null>();
  readonly #repositories = new Map<string, RepositoryRecord | null>();
  #unusual: Promise<ReadonlyMap<string, string>> | null = null;

  constructor(stores: Stores, dispatcher: Pick<RunDispatcher, 'current'>) {
    this.#stores = stores;
    this.#dispatcher = dispatcher;
  }

  async response(backup: BackupRecord): Promise<BackupResponse> {
    const run = isActiveBackup(backup) ? await this.#run(backup) : null;
    return this.#response(backup, run);
  }

  async responses(backups: readonly BackupRecord[]): Promise<BackupResponse[]> {
    const shown: BackupResponse[] = [];
    for (const backup of backups) shown.push(await this.response(backup));
    return shown;
  }

  async details(backup: BackupRecord): Promise<BackupDetails> {
    const run = await this.#run(backup);
    const target = await this.#target(backup.targetId);
    const children = await this.#stores.backups.children(backup.id);
    const { startedAt, completedAt, facts } = backup;
    return {
      ...(await this.#response(backup, run)),
      target_kind: target?.kind ?? 'files',
      duration_seconds:
        startedAt && completedAt ? Math.max(0, completedAt.getTime() - startedAt.getTime()) / 1000 : null,
      statistics: facts && statisticsOf(facts),
      items: backup.items.map(({ name, path, metadata }) => ({ name, path, metadata: metadata && { ...metadata } })),
      live: liveOf(run),
      message: run?.message ?? null,
      warning_list: run ? [...run.warnings] : [],
      children: children.map(({ id }) => id),
      log: run?.logId ? `/api/runs/${run.id}/log` : null,
    };
  }

  async #response(backup: BackupRecord, run: Run | null): Promise<BackupResponse> {
    const { facts, failure, snapshotId } = backup;
    const live = liveOf(run);
    return {
      backup_id: backup.id,
      status: backup.state,
      backup_type: backup.type,
      repository_id: backup.repositoryId,
      file_path: await this.#filePath(backup),
      nbd_export_name: null,
      bytes_transferred: facts?.totalBytes ?? live?.bytes_done ?? 0,
      total_bytes: facts?.totalBytes ?? live?.total_bytes ?? 0,
      created_at: toInstant(backup.createdAt.getTime()),
      target_id: backup.targetId,
      target_name: (await this.#target(backup.targetId))?.name ?? backup.targetId,
      vm_name: null,
      vm_context_id: null,
      disk_id: null,
      parent_backup_id: backup.parentId,
      chain_id: backup.chainId,
      snapshot_id: snapshotId,
      progress: backup.state === 'completed' ? 100 : (run?.progress ?? null),
      warnings: backup.warningCount,
      started_at: instantOf(backup.startedAt),
      completed_at: instantOf(backup.completedAt),
      immutable_until: instantOf(backup.immutableUntil),
      keep_until: instantOf(backup.keepUntil),
      pinned: backup.pinnedReason !== null,
      pinned_reason: backup.pinnedReason,
      description: backup.description,
      backup_job_id: backup.jobId,
      schedule_id: backup.scheduleId,
      run_id: backup.runId,
      stored_bytes: facts?.addedStoredBytes ?? null,
      error: failure && { code: failure.code, message: failure.reason },
      verified_at: instantOf(backup.verifiedAt),
      verify_state: backup.verifyState,
      anomaly: (await this.#anomalies()).get(backup.id) ?? null,
    };
  }

  /** Those that nobody has looked at are few: one read for a whole list. */
  #anomalies(): Promise<ReadonlyMap<string, string>> {
    this.#unusual ??= this.#stores.anomalies
      .open()
      .then((open) => new Map(open.map(({ backupId, message }) => [backupId, message])));
    return this.#unusual;
  }

  async #run({ runId }: BackupRecord): Promise<Run | null> {
    const run = runId === null ? null : await this.#stores.runs.find(runId);
    return run && this.#dispatcher.current(run);
  }

  async #target(id: string): Promise<TargetRecord | null> {
    const known = this.#targets.get(id);
    if (known !== undefined) return known;
    const target = await this.#stores.targets.find(id);
    this.#targets.set(id, target);
    return target;
  }

  async #filePath({ repositoryId, snapshotId }: BackupRecord): Promise<string | null> {
    if (snapshotId === null) return null;
    let repository = this.#repositories.get(repositoryId);
    if (repository === undefined) {
      repository = await this.#stores.repositories.find(repositoryId);
      this.#repositories.set(repositoryId, repository);
    }
    const location = repository && locationOf(repository);
    return location && `${location.replace(/[\\/]+$/, '')}/snapshots/${snapshotId}`;
  }
}

/** Null for a kind that this version can't open. */
function locationOf(repository: RepositoryRecord): string | null {
  try {
    return engineLocation(repository);
  } catch {
    return null;
  }
}

/** What the executor said of itself; anything else is nothing. */
function liveOf(run: Run | null): BackupLive | null {
  const live = run?.live;
  if (typeof live !== 'object' || live === null || !('phase' in live)) return null;
  const { backup_id: _id, ...figures } = live as Record<string, unknown>;
  return BackupLiveSchema.safeParse(figures).data ?? null;
}

function statisticsOf(facts: BackupFacts): BackupDetails['statistics'] {
  return {
    files_new: facts.filesNew,
    files_changed: facts.filesChanged,
    files_unmodified: facts.filesUnmodified,
    folders_new: facts.foldersNew,
    folders_changed: facts.foldersChanged,
    folders_unmodified: facts.foldersUnmodified,
    total_files: facts.totalFiles,
    total_bytes: facts.totalBytes,
    added_bytes: facts.addedBytes,
    stored_bytes: facts.addedStoredBytes,
  };
}

function instantOf(date: Date | null): string | null {
  return date && toInstant(date.getTime());
}
