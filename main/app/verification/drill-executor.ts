import { z } from 'zod';
import { restoreDrillConfigSchema } from '../../../contracts/actions.ts';
import type { BackupRecord } from '../backup/ports.ts';
import { liveFigures, percentOf } from '../engine-jobs/live-figures.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { RestoreFacts } from '../engine-jobs/ports/job-facts.ts';
import { limitWork, outcomeOfFailure, WorkFailure, WorkLog, type WorkLimit } from '../runs/own-work.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor } from '../runs/ports.ts';
import { compareWithLive, type LiveReport } from './compare-with-live.ts';
import { DrillSample } from './drill-sample.ts';
import { keepVerification } from './keep-verification.ts';
import type { ScratchSpace } from './ports.ts';
import type { VerifyingParts } from './verification-deps.ts';

const DrillParams = z.object({ sample_percent: z.number().gt(0).max(100) });
const LOCK_PATIENCE_MS = 10 * 60_000;
const MOST_ERRORS = 100;

export interface DrillParts extends VerifyingParts {
  readonly scratch: ScratchSpace;
  /** From 0 to below 1. */
  readonly random: () => number;
}

interface Drill {
  readonly job: ExecutionJob;
  readonly context: ExecutionContext;
  readonly limit: WorkLimit;
  readonly log: WorkLog;
  readonly backup: BackupRecord & { readonly snapshotId: string };
  readonly access: RepositoryAccess;
  readonly startedAt: Date;
  readonly errors: string[];
  errorCount: number;
}

/** What a drill has found; a type, not an interface: it is JSON. */
type DrillReport = {
  readonly sample_percent: number;
  readonly files: number;
  readonly bytes: number;
  readonly files_in_backup: number;
  readonly bytes_in_backup: number;
  readonly files_verified: number;
  readonly live: LiveReport;
  readonly restore_seconds: number;
  readonly bytes_per_second: number | null;
  /** How long all of the backup would take at that speed. */
  readonly estimated_recovery_seconds: number | null;
  readonly errors: readonly string[];
};

/**
 * Runs of the type `restore_drill`: restores a sample of a target's newest good backup to scratch space, compares it with the
 * hashes of the backup and with the files that are there unchanged, and measures how long getting everything back would take.
 */
export class DrillExecutor implements Executor {
  readonly #parts: DrillParts;

  constructor(parts: DrillParts) {
    this.#parts = parts;
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    const log = new WorkLog(context.log, this.#parts.clock);
    const limit = limitWork(context.signal, job.timeoutMs);
    try {
      const drill = await this.#begin(job, context, { log, limit });
      const report = await this.#inScratch(drill, samplePercentOf(job));
      return await this.#finish(drill, report);
    } catch (error) {
      return outcomeOfFailure(error, limit);
    } finally {
      limit.dispose();
      await log.written();
    }
  }

  async #begin(
    job: ExecutionJob,
    context: ExecutionContext,
    { log, limit }: Pick<Drill, 'log' | 'limit'>,
  ): Promise<Drill> {
    const config = restoreDrillConfigSchema.safeParse(job.config).data;
    if (!config) throw new WorkFailure('invalid_config', 'The task does not say what to restore.');
    const all = await this.#parts.catalog.read(({ backups }) => backups.completed(config.target_id));
    const backup = all.find(({ verifyState }) => verifyState !== 'damaged') ?? all[0];
    if (!backup?.snapshotId) {
      throw new WorkFailure('snapshot_not_found', `The target ${config.target_id} has no completed backup.`);
    }
    const access = await this.#parts.openAccess(backup.repositoryId);
    const taken = { ...backup, snapshotId: backup.snapshotId };
    const startedAt = this.#parts.clock.now();
    return { job, context, limit, log, backup: taken, access, startedAt, errors: [], errorCount: 0 };
  }

  async #inScratch(drill: Drill, samplePercent: number): Promise<DrillReport> {
    const { scratch } = this.#parts;
    const { job, log } = drill;
    const sample = await this.#choose(drill, samplePercent);
    const folder = await scratch.make(`drill-${job.runId}`);
    try {
      const { facts, seconds } = await this.#restore(drill, sample, folder);
      const live = await compareWithLive(scratch, { files: sample.files, folder, signal: drill.limit.signal });
      for (const path of live.different) {
        note(
          drill,
          `${path}: what was restored differs from the file that is there, whose size and time have not changed`,
        );
      }
      const speed = seconds > 0 && facts.bytesRestored > 0 ? facts.bytesRestored / seconds : null;
      return {
        sample_percent: samplePercent,
        files: sample.isWhole ? sample.totalFiles : sample.files.length,
        bytes: facts.bytesRestored,
        files_in_backup: sample.totalFiles,
        bytes_in_backup: sample.totalBytes,
        files_verified: facts.filesVerified,
        live: live.report,
        restore_seconds: seconds,
        bytes_per_second: speed,
        estimated_recovery_seconds: speed === null ? null : Math.max(seconds, sample.totalBytes / speed),
        errors: drill.errors,
      };
    } finally {
      await scratch.remove(folder);
      log.line('The scratch space is empty again.');
    }
  }

  async #choose({ backup, access, limit, log, context }: Drill, samplePercent: number): Promise<DrillSample> {
    const sample = new DrillSample(samplePercent, this.#parts.random);
    context.progress(null, 'Chooses files');
    log.line(`Restores ${samplePercent} % of the files of the backup ${backup.id} to scratch space.`);
    const work = { signal: limit.signal };
    await this.#parts.engine.walkSnapshot(access, backup.snapshotId, (entries) => sample.take(entries), work);
    log.line(`${sample.files.length} of ${sample.totalFiles} files are chosen.`);
    return sample;
  }

  async #restore(
    drill: Drill,
    sample: DrillSample,
    folder: string,
  ): Promise<{ readonly facts: RestoreFacts; readonly seconds: number }> {
    const { backup, access, limit, context } = drill;
    const startedMs = performance.now();
    let verifyingSinceMs: number | null = null;
    const work = {
      snapshotId: backup.snapshotId,
      subfolder: null,
      targetPath: folder,
      include: [],
      exclude: [],
      ...(sample.isWhole ? {} : { only: sample.files.map(({ path }) => path) }),
      overwrite: 'always',
      verify: true,
      dryRun: false,
      lockPatienceMs: LOCK_PATIENCE_MS,
    } as const;
    const facts = await this.#parts.engine.restore(access, work, {
      signal: limit.signal,
      onProgress: (progress) => {
        if (progress.phase === 'verify') verifyingSinceMs ??= performance.now();
        context.progress(percentOf(progress), 'Restores to scratch space', liveFigures(progress));
      },
      onWarning: ({ item, message }) => note(drill, `${item}: ${message}`),
    });
    // Reading it all again is no part of getting it back.
    const seconds = ((verifyingSinceMs ?? performance.now()) - startedMs) / 1000;
    return { facts, seconds };
  }

  async #finish(drill: Drill, report: DrillReport): Promise<ExecutionOutcome> {
    const { job, backup, log, startedAt, errorCount, errors } = drill;
    const isSound = errorCount === 0;
    await keepVerification(
      this.#parts,
      {
        id: job.runId,
        kind: 'drill',
        repositoryId: backup.repositoryId,
        targetId: backup.targetId,
        backupId: backup.id,
        startedAt,
        finishedAt: this.#parts.clock.now(),
        isSound,
        readBytes: report.bytes,
        errorCount,
        report,
      },
      { damagedSnapshotIds: [], verifiedBackupIds: [] },
    );
    const { files, bytes, restore_seconds: seconds, live } = report;
    log.line(
      `${files} files, ${bytes} bytes restored in ${seconds.toFixed(1)} s and compared with the backup's hashes.`,
    );
    log.line(`Compared with files that are there unchanged: ${live.equal} equal, ${live.different} different.`);
    if (isSound) return { status: 'completed', result: report };
    const reason = `${errorCount} ${errorCount === 1 ? 'file' : 'files'} could not be restored as backed up: ${errors[0] ?? ''}`;
    return { status: 'failed', code: 'damaged', reason, retryable: false, result: report };
  }
}

function note(drill: Drill, error: string): void {
  drill.errorCount++;
  if (drill.errors.length < MOST_ERRORS) drill.errors.push(error);
  drill.log.line(`Error: ${error}`);
}

function samplePercentOf({ config, params }: ExecutionJob): number {
  const asked = DrillParams.safeParse(params).data?.sample_percent;
  return asked ?? restoreDrillConfigSchema.parse(config).sample_percent;
}
