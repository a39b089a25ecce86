import type { Repository } from '../repository/repository.ts';
import { underLock } from './operation-lock.ts';
import { executePrune, type ExecutedPrune } from './prune-execute.ts';
import type { PruneOptions } from './prune-options.ts';
import { planPrune, type PlanPruneOptions, type PrunePlan } from './prune-plan.ts';
import type { PruneStatistics } from './prune-statistics.ts';

export interface PruneResult {
  readonly dryRun: boolean;
  /** What was planned; after a real run also what happened. */
  readonly statistics: PruneStatistics;
  /** Not for a dry run. */
  readonly executed?: ExecutedPrune;
}

/**
 * Deletes what no snapshot needs (repository-format, section 18). Errors: `locked`, `cancelled`, `corrupt` when something
 * that is needed is damaged (nothing is changed then), `no_space`, `read_only`, `invalid_argument`.
 */
export async function prune(repository: Repository, options: PruneOptions = {}): Promise<PruneResult> {
  const lock = options.lock ?? (options.dryRun === true ? 'none' : undefined);
  return underLock(repository, 'exclusive', lock, options.signal, (signal) =>
    pruneLocked(repository, { ...options, signal }),
  );
}

/** The same for a caller that holds the exclusive lock already. */
export async function pruneLocked(
  repository: Repository,
  options: Omit<PruneOptions, 'lock'> & Pick<PlanPruneOptions, 'ignoreSnapshots'>,
): Promise<PruneResult> {
  const plan: PrunePlan = await planPrune(repository, options);
  const { statistics } = plan;
  if (options.dryRun === true) return { dryRun: true, statistics };
  return { dryRun: false, statistics, executed: await executePrune(repository, plan, options) };
}
