import { z } from 'zod';
import { verifyConfigSchema } from '../../../contracts/actions.ts';
import type { BackupRecord } from '../backup/ports.ts';
import { jobContext } from '../engine-jobs/job-context.ts';
import type { JobContext } from '../engine-jobs/ports/job-context.ts';
import type { VerificationFacts } from '../engine-jobs/ports/job-facts.ts';
import { limitWork, outcomeOfFailure, WorkFailure, WorkLog, type WorkLimit } from '../runs/own-work.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor } from '../runs/ports.ts';
import { verificationReport, type BackupVerifier } from './backup-verifier.ts';
import { RepositoryChecker } from './repository-checker.ts';
import type { VerifyingParts } from './verification-deps.ts';

const VerifyParams = z.object({ backup_id: z.string() });

interface Work {
  readonly job: ExecutionJob;
  readonly context: ExecutionContext;
  readonly limit: WorkLimit;
  readonly log: WorkLog;
}

/** Runs of the type `verify`: of one backup, of a target's newest, or of a repository, whole or in turns. */
export class VerifyExecutor implements Executor {
  readonly #parts: VerifyingParts & { readonly verifier: BackupVerifier };
  readonly #checker: RepositoryChecker;

  constructor(parts: VerifyingParts & { readonly verifier: BackupVerifier }) {
    this.#parts = parts;
    this.#checker = new RepositoryChecker(parts);
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    const log = new WorkLog(context.log, this.#parts.clock);
    const limit = limitWork(context.signal, job.timeoutMs);
    try {
      return outcomeOf(await this.#verify({ job, context, limit, log }), log);
    } catch (error) {
      return outcomeOfFailure(error, limit);
    } finally {
      limit.dispose();
      await log.written();
    }
  }

  async #verify(work: Work): Promise<VerificationFacts> {
    const config = verifyConfigSchema.safeParse(work.job.config).data;
    if (!config) throw new WorkFailure('invalid_config', 'The task does not say what to verify.');
    const { repository_id: repositoryId, target_id: targetId } = config;
    if (repositoryId !== undefined) {
      const access = await this.#parts.openAccess(repositoryId);
      return this.#checker.check(
        {
          runId: work.job.runId,
          repositoryId,
          coverDays: config.cover_days,
          structureOnly: config.structure_only ?? false,
        },
        access,
        { ...tellingOf(work), log: work.log },
      );
    }
    const backup = await this.#backup(work.job, targetId ?? '');
    work.log.line(`Reads all that the backup ${backup.id} needs (snapshot ${backup.snapshotId.slice(0, 8)}).`);
    const access = await this.#parts.openAccess(backup.repositoryId);
    return this.#parts.verifier.verify(backup, access, { ...tellingOf(work), runId: work.job.runId });
  }

  async #backup({ params }: ExecutionJob, targetId: string): Promise<BackupRecord & { snapshotId: string }> {
    const wantedId = VerifyParams.safeParse(params).data?.backup_id;
    const backup = await this.#parts.catalog.read(({ backups }) =>
      wantedId === undefined ? backups.lastGood(targetId) : backups.find(wantedId),
    );
    if (backup?.snapshotId && !backup.removedAt) return { ...backup, snapshotId: backup.snapshotId };
    const what =
      wantedId === undefined ? `The target ${targetId} has no completed backup` : `The backup ${wantedId} is gone`;
    throw new WorkFailure('snapshot_not_found', `${what}, so there is nothing to verify.`);
  }
}

function tellingOf({ context, limit, log }: Work): JobContext {
  return jobContext(context, limit.signal, log, 'Verifies');
}

function outcomeOf(facts: VerificationFacts, log: WorkLog): ExecutionOutcome {
  const result = verificationReport(facts) as { [name: string]: never };
  if (facts.isSound) {
    log.line(`All is sound: ${facts.packs} packs, ${facts.blobs} blobs, ${facts.readBytes} bytes read.`);
    return { status: 'completed', result };
  }
  for (const error of facts.errors) log.line(`Damaged: ${error}`);
  const [first = 'see the log'] = facts.errors;
  const reason = `${facts.errorCount} ${facts.errorCount === 1 ? 'error' : 'errors'}: ${first}`;
  return { status: 'failed', code: 'damaged', reason, retryable: false, result };
}
