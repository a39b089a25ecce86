import { EngineError } from '../base/errors.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import { underLock } from './operation-lock.ts';
import { executePrune, type ExecutedPrune, type ExecutePruneOptions } from './prune-execute.ts';
import type { PruneOptions } from './prune-options.ts';
import { planPrune, type PlanPruneOptions, type PrunePlan } from './prune-plan.ts';
import { SurveyAhead } from './prune-survey.ts';
import type { PruneStatistics } from './prune-statistics.ts';
import { RepackThreads } from './repack-threads.ts';
import { usefulThreads } from './repack.ts';

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
export async function prune(
  repository: Repository | Promise<Repository>,
  options: PruneOptions = {},
): Promise<PruneResult> {
  if (options.ignoreSnapshots && options.dryRun !== true) {
    throw new EngineError(
      'invalid_argument',
      'Only a dry run can leave snapshots out of account: they need their data.',
    );
  }
  const lock = options.lock ?? (options.dryRun === true ? 'none' : undefined);
  // A thread starts while the password is checked.
  const threads = options.dryRun === true ? undefined : new RepackThreads(options.workers);
  try {
    const opened = await repository;
    // Who is ready to wait for somebody else's lock may wait for long, and that one is changing things.
    const isAhead = lock === undefined || (lock !== 'none' && lock.retryForMs === undefined);
    const onIndex = (index: RepositoryIndex) => threads?.prepare(usefulThreads(packedBytes(index), options.packBytes));
    const ahead = isAhead ? new SurveyAhead(opened, { ...options, onIndex, ...(threads && { threads }) }) : undefined;
    try {
      return await underLock(opened, 'exclusive', lock, options.signal, async (signal) => {
        const packFiles = lock === 'none' ? undefined : opened.backend.list('pack', signal);
        // It is awaited late, and not at all when something else fails first.
        packFiles?.catch(() => undefined);
        const survey = await ahead?.resultIfTrue(signal);
        const known = { ...(packFiles && { packFiles }), ...(survey && { survey }), ...(threads && { threads }) };
        return pruneLocked(opened, { ...options, ...known, signal });
      });
    } finally {
      await ahead?.end();
    }
  } finally {
    await threads?.terminate();
  }
}

/** The same for a caller that holds the exclusive lock already. */
export async function pruneLocked(
  repository: Repository,
  options: Omit<PruneOptions, 'lock'> &
    Pick<PlanPruneOptions, 'survey' | 'packFiles'> &
    Pick<ExecutePruneOptions, 'threads'>,
): Promise<PruneResult> {
  const plan: PrunePlan = await planPrune(repository, options);
  const { statistics } = plan;
  if (options.dryRun === true) return { dryRun: true, statistics };
  return { dryRun: false, statistics, executed: await executePrune(repository, plan, options) };
}

/** Of all packs: more than will ever be rewritten. */
function packedBytes(index: RepositoryIndex): number {
  let bytes = 0;
  for (let pack = 0; pack < index.packCount; pack++) bytes += index.packSizeBytes(pack);
  return bytes;
}
