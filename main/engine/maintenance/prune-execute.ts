import { throwIfAborted } from '../base/abort.ts';
import { isEngineError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import { ProgressThrottle, type OperationOptions } from '../base/progress.ts';
import type { Repository } from '../repository/repository.ts';
import { removeAll, rewriteIndex } from './index-rewrite.ts';
import type { PrunePlan } from './prune-plan.ts';
import type { RepackThreads } from './repack-threads.ts';
import { keepProgress, repack, type RepackWork } from './repack.ts';

export interface ExecutePruneOptions extends OperationOptions {
  readonly verifyRepacked?: boolean;
  readonly packBytes?: number;
  readonly workers?: number;
  /** Started already; the caller ends them. */
  readonly threads?: RepackThreads;
}

export interface ExecutedPrune {
  readonly newPacks: number;
  readonly deletedPacks: number;
  /** Pack files that could not be deleted; a warning each. The next prune deletes them. */
  readonly undeletedPacks: number;
  readonly indexesWritten: number;
  readonly indexesRemoved: number;
  readonly leftoversRemoved: number;
}

const PARALLEL_DELETIONS = 8;

/**
 * Carries the plan out, under the lock it was made under (repository-format, sections 16 and 18). At every instant the repository is
 * whole: new packs, then the index with them and without the old packs, then the old index files' end, then the packs'.
 */
export async function executePrune(
  repository: Repository,
  plan: PrunePlan,
  options: ExecutePruneOptions = {},
): Promise<ExecutedPrune> {
  const { index } = plan;
  const leftoversRemoved = await repository.backend.removeStaleStaged();
  // First, because nothing names them and their room may be needed.
  const unindexed = await deletePacks(repository, plan.unindexed, 'delete-unindexed', options);
  const { packs, saver } = await repack(repository, index, repackWork(plan), {
    ...options,
    verify: options.verifyRepacked ?? false,
    compress: plan.compress,
    leaveIndex: true,
  });
  const goneFiles = [...plan.remove, ...plan.repack];
  const change = { gone: new Set([...goneFiles, ...plan.forget]) };
  const rewritten = await rewriteIndex(repository, index, change, options).catch(async (error: unknown) => {
    await keepProgress(saver, options.signal);
    throw error;
  });
  const gone = await deletePacks(
    repository,
    goneFiles.map((pack) => index.packId(pack)),
    'delete-packs',
    options,
  );
  return {
    newPacks: packs.length,
    deletedPacks: unindexed.deleted + gone.deleted,
    undeletedPacks: unindexed.failed + gone.failed,
    indexesWritten: rewritten.written,
    indexesRemoved: rewritten.removed,
    leftoversRemoved,
  };
}

function repackWork({ index, kept, repack: packs }: PrunePlan): RepackWork[] {
  const work: RepackWork[] = [];
  for (const pack of packs) {
    const listed = index.packEntries(pack);
    const entries = new Uint32Array(listed.count);
    let count = 0;
    for (let i = 0; i < listed.count; i++) {
      const entry = listed.at(i);
      if (kept[entry] === 1) entries[count++] = entry;
    }
    if (count > 0) work.push({ pack, entries: entries.slice(0, count) });
  }
  return work;
}

/** A pack that cannot be deleted is only garbage: a warning, and the next prune tries again. */
export async function deletePacks(
  repository: Repository,
  packs: readonly PackId[],
  phase: string,
  options: OperationOptions,
): Promise<{ deleted: number; failed: number }> {
  const done = { deleted: 0, failed: 0 };
  if (packs.length === 0) return done;
  const progress = new ProgressThrottle(options.onProgress);
  const event = () => ({ phase, filesDone: 0, bytesDone: 0, itemsDone: done.deleted, totalItems: packs.length });
  const remove = async (id: PackId) => {
    throwIfAborted(options.signal);
    try {
      await repository.backend.remove(repository.packRef(id), options.signal);
      done.deleted++;
    } catch (error) {
      if (!isEngineError(error) || error.code === 'cancelled') throw error;
      done.failed++;
      options.onWarning?.({ item: id, message: `Pack ${id} could not be deleted: ${error.message}`, during: 'prune' });
    }
    progress.update(event);
  };
  await removeAll(packs, remove, PARALLEL_DELETIONS);
  progress.flush(event());
  return done;
}
