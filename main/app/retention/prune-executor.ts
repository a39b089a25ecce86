import { pruneConfigSchema } from '../../../contracts/actions.ts';
import { jobContext } from '../engine-jobs/job-context.ts';
import { limitWork, outcomeOfFailure, WorkFailure, WorkLog } from '../runs/own-work.ts';
import type { ExecutionContext, ExecutionJob, ExecutionOutcome, Executor } from '../runs/ports.ts';
import type { RetentionDeps } from './retention-deps.ts';

/** Frees what no snapshot of a repository needs any more. Others who hold the repository are waited for. */
export class PruneExecutor implements Executor {
  readonly #deps: Pick<RetentionDeps, 'engine' | 'openAccess' | 'clock' | 'events'>;

  constructor(deps: Pick<RetentionDeps, 'engine' | 'openAccess' | 'clock' | 'events'>) {
    this.#deps = deps;
  }

  async execute(job: ExecutionJob, context: ExecutionContext): Promise<ExecutionOutcome> {
    const { engine, openAccess, clock, events } = this.#deps;
    const log = new WorkLog(context.log, clock);
    const limit = limitWork(context.signal, job.timeoutMs);
    try {
      const config = pruneConfigSchema.safeParse(job.config).data;
      if (!config) throw new WorkFailure('invalid_config', 'The task does not say which repository is meant.');
      const { repository_id: repositoryId } = config;
      log.line(`Pruning the repository ${repositoryId}.`);
      const access = await openAccess(repositoryId);
      const facts = await engine.prune(access, { dryRun: false }, jobContext(context, limit.signal, log));
      log.line(
        `Removed ${facts.removedPacks} packs, repacked ${facts.repackedPacks}; ${facts.freedBytes} bytes are freed, ${facts.keptBytes} are left.`,
      );
      events.publish('repository.pruned', clock.now(), { repository_id: repositoryId, freed_bytes: facts.freedBytes });
      const result = { freed_bytes: facts.freedBytes, kept_bytes: facts.keptBytes, removed_packs: facts.removedPacks };
      return { status: 'completed', result };
    } catch (error) {
      return outcomeOfFailure(error, limit);
    } finally {
      limit.dispose();
      await log.written();
    }
  }
}
