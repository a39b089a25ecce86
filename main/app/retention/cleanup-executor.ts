import { z } from 'zod';
import { jobContext } from '../engine-jobs/job-context.ts';
import { limitWork, outcomeOfFailure, WorkFailure, WorkLog } from '../runs/own-work.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor } from '../runs/ports.ts';
import { planWithin } from './cleanup.ts';
import { removeUnwanted } from './remove-unwanted.ts';
import type { RetentionDeps } from './retention-deps.ts';

const Params = z.object({
  days: z.int().min(1),
  target: z.string().nullable(),
  repository_id: z.string(),
});

/** Removes what a cleanup wants to be gone, as things are when it runs, and frees the space. */
export class CleanupExecutor implements Executor {
  readonly #deps: RetentionDeps;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    const { catalog, clock, engine, openAccess } = this.#deps;
    const log = new WorkLog(context.log, clock);
    const limit = limitWork(context.signal, job.timeoutMs);
    try {
      const params = Params.safeParse(job.params).data;
      if (!params) throw new WorkFailure('invalid_config', 'A cleanup is started by POST /api/v1/cleanup.');
      const { days, target, repository_id: repositoryId } = params;
      const plan = await catalog.read((stores) => planWithin(this.#deps, stores, days, target ?? undefined));
      for (const { backup, reasons } of plan.keep) log.line(`${backup.id} stays: ${reasons.join(', ')}.`);
      const unwanted = plan.remove.filter((backup) => backup.repositoryId === repositoryId);
      const jobs = jobContext(context, limit.signal, log);
      const removed = await removeUnwanted(this.#deps, unwanted, `cleanup of what is older than ${days} days`, jobs);
      for (const { id } of removed) log.line(`${id} is removed.`);
      const freed =
        removed.length > 0 ? await engine.prune(await openAccess(repositoryId), { dryRun: false }, jobs) : null;
      const result = { removed_backup_ids: removed.map(({ id }) => id), freed_bytes: freed?.freedBytes ?? 0 };
      log.line(`${removed.length} backups are removed, ${result.freed_bytes} bytes freed.`);
      return { status: 'completed', result };
    } catch (error) {
      return outcomeOfFailure(error, limit);
    } finally {
      limit.dispose();
      await log.written();
    }
  }
}
