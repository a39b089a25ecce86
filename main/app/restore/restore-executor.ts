import type { BackupRecord } from '../backup/ports.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { liveFigures, percentOf } from '../engine-jobs/live-figures.ts';
import type { JobProgress, JobWarning, RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { RestoreFacts } from '../engine-jobs/ports/job-facts.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import { limitWork, outcomeOfFailure, WorkFailure, WorkLog, type WorkLimit } from '../runs/own-work.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor } from '../runs/ports.ts';
import type { BackupVerifier } from '../verification/backup-verifier.ts';
import type { RestoreFolders } from './ports.ts';
import { RestoreParamsSchema, type RestoreParams } from './restore-request.ts';
import { recordOfRun } from './record-of-run.ts';
import { MOST_WARNINGS, restoreResult, unfinishedResult } from './restore-result.ts';
import { workOf } from './restore-work.ts';

export interface RestoreExecutorParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly engine: EngineJobs;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
  readonly folders: RestoreFolders;
  readonly verifier: BackupVerifier;
}

/** Apart from the engine's `verify`, which reads what was restored. */
export const VERIFYING = 'verify_before';

type Restorable = BackupRecord & { readonly snapshotId: string };

/** What one execution gathers on its way. */
interface Work {
  readonly job: ExecutionJob;
  readonly params: RestoreParams;
  readonly backup: Restorable;
  readonly context: ExecutionContext;
  readonly limit: WorkLimit;
  readonly log: WorkLog;
  readonly gathered: Gathered;
}

/** What there is to tell, however it ends. */
interface Gathered {
  readonly warnings: JobWarning[];
  warningCount: number;
  /** How far the restore itself was when it last said so. */
  reached: JobProgress | null;
}

/** Runs of the type `restore`. One that was cut off goes on where it was when it is restarted: what is right already stays. */
export class RestoreExecutor implements Executor {
  readonly #parts: RestoreExecutorParts;

  constructor(parts: RestoreExecutorParts) {
    this.#parts = parts;
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    const log = new WorkLog(context.log, this.#parts.clock);
    const limit = limitWork(context.signal, job.timeoutMs);
    const gathered: Gathered = { warnings: [], warningCount: 0, reached: null };
    try {
      return await this.#execute(job, context, { log, limit, gathered });
    } catch (error) {
      const outcome = outcomeOfFailure(error, limit);
      return gathered.reached ? { ...outcome, result: unfinishedResult(gathered.reached, gathered) } : outcome;
    } finally {
      limit.dispose();
      await log.written();
    }
  }

  async #execute(
    job: ExecutionJob,
    context: ExecutionContext,
    { log, limit, gathered }: Pick<Work, 'log' | 'limit' | 'gathered'>,
  ): Promise<ExecutionOutcome> {
    const params = RestoreParamsSchema.safeParse(job.params).data;
    if (!params) throw new WorkFailure('invalid_config', 'The run does not say what to restore.');
    const backup = await this.#take(job, params);
    const work: Work = { job, params, backup, context, limit, log, gathered };
    const where = params.original ? 'where it came from' : params.target_path;
    log.line(`Restores the backup ${backup.id} (snapshot ${backup.snapshotId.slice(0, 8)}) to ${where}.`);
    log.line(`What is there already: ${params.overwrite}.`);
    await this.#refuseStrangers(work);
    const access = await this.#parts.openAccess(backup.repositoryId);
    if (params.verify_before) await this.#verify(work, access);
    return this.#finish(work, await this.#restore(work, access));
  }

  /** The backup, and the restore's own record: a run that was restarted has none yet. */
  async #take(job: ExecutionJob, params: RestoreParams): Promise<Restorable> {
    return this.#parts.catalog.write(async (stores) => {
      const backup = await stores.backups.find(params.backup_id);
      if (!backup?.snapshotId || backup.removedAt) {
        throw new WorkFailure('snapshot_not_found', `The backup ${params.backup_id} is not there any more.`);
      }
      const run = await stores.runs.find(job.runId);
      const record = run && (await recordOfRun(stores, run));
      if (record && (await stores.restores.find(job.runId)) === null) await stores.restores.insert(record);
      return { ...backup, snapshotId: backup.snapshotId };
    });
  }

  /** Somebody may have put something there since it was asked for. What a run before this one left is ours. */
  async #refuseStrangers({ job, params }: Work): Promise<void> {
    if (params.overwrite_stated || params.original) return;
    const run = await this.#parts.catalog.read(({ runs }) => runs.find(job.runId));
    if (!run || run.restartOf !== null || run.attempts > 1) return;
    if ((await this.#parts.folders.look(params.target_path)) !== 'filled') return;
    const reason = `The destination ${params.target_path} is not empty any more. Choose another one, or state overwrite.`;
    throw new WorkFailure('refused', reason);
  }

  async #verify(work: Work, access: RepositoryAccess): Promise<void> {
    const { job, backup, log, limit } = work;
    log.line('Reads all that the backup needs, before anything is written.');
    const found = await this.#parts.verifier.verify(backup, access, {
      runId: job.runId,
      signal: limit.signal,
      onProgress: (progress) => this.#report(work, VERIFYING, progress),
    });
    if (found.isSound) {
      log.line(`It is sound: ${found.readBytes} bytes read.`);
      return;
    }
    for (const error of found.errors) log.line(`Damaged: ${error}`);
    const [first = 'something of it is damaged'] = found.errors;
    throw new WorkFailure('damaged', `The backup is damaged, so nothing was restored: ${first}`);
  }

  #restore(work: Work, access: RepositoryAccess): Promise<RestoreFacts> {
    const { params, backup, limit, log, gathered } = work;
    return this.#parts.engine.restore(access, workOf(params, backup.snapshotId), {
      signal: limit.signal,
      onProgress: (progress) => {
        gathered.reached = progress;
        this.#report(work, progress.phase, progress);
      },
      onWarning: (warning) => {
        gathered.warningCount++;
        if (gathered.warnings.length < MOST_WARNINGS) gathered.warnings.push(warning);
        log.line(`Warning: ${warning.item}: ${warning.message}`);
      },
    });
  }

  #finish(work: Work, facts: RestoreFacts): ExecutionOutcome {
    const { gathered, params, log } = work;
    const { warnings, warningCount } = gathered;
    const result = restoreResult(facts, { warnings, warningCount, verifiedBefore: params.verify_before });
    log.line(
      `Restored ${facts.filesRestored} of ${facts.totalFiles + facts.filesSkipped} entries ` +
        `(${facts.filesRestored - facts.foldersRestored} files, ${facts.foldersRestored} folders), ${facts.bytesRestored} bytes; ` +
        `${facts.filesSkipped} were there; ${facts.conflictCount} were overwritten.`,
    );
    const failedCount = Math.max(warningCount, facts.warningCount);
    if (failedCount === 0) return { status: 'completed', result };
    const [first] = warnings;
    const example = first ? `: ${first.item}: ${first.message}` : '';
    const reason = `The restore is not complete: ${failedCount} ${failedCount === 1 ? 'problem' : 'problems'}${example}`;
    return { status: 'failed', code: 'incomplete', reason, retryable: false, result };
  }

  #report({ params, context }: Work, phase: string, progress: JobProgress): void {
    const share = percentOf(progress);
    // Reading everything first is half of the work.
    const percent = share === null || !params.verify_before ? share : phase === VERIFYING ? share / 2 : 50 + share / 2;
    context.progress(percent, phase === VERIFYING ? 'Verifies the backup' : 'Restores', liveFigures(progress, phase));
  }
}
