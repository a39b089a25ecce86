import { AppError } from '../errors/app-error.ts';
import type { PreparedRestore } from './prepare-restore.ts';
import type { RestoreDeps } from './restore-deps.ts';
import { workOf } from './restore-work.ts';

/** Counting what is in the way must not keep whoever asked waiting. */
const PATIENCE_MS = 20_000;

/**
 * Refuses with `destination_not_empty`, and says how much is in the way, where something is in the destination and nobody
 * said what happens to it.
 */
export async function refuseFilled(deps: RestoreDeps, { destination, params, backup }: PreparedRestore): Promise<void> {
  if (params.overwrite_stated || destination.isOriginal) return;
  if ((await deps.folders.look(destination.path)) !== 'filled') return;
  const count = await countConflicts(deps, {
    params,
    snapshotId: backup.snapshotId,
    repositoryId: backup.repositoryId,
  });
  const much = count === null ? '' : ` ${count} of the files that would be restored are there already.`;
  const message =
    `The destination ${destination.path} is not empty.${much} Choose a new folder, or say what happens to files that are ` +
    'there: overwrite must be always, if-changed, if-newer or never.';
  const details = { field: 'destination.path', code: 'destination_not_empty', conflict_count: count };
  throw new AppError('destination_not_empty', message, details);
}

/** Null: that would take too long, or the repository does not answer; the refusal stands anyway. */
async function countConflicts(
  { engine, openAccess }: RestoreDeps,
  { params, snapshotId, repositoryId }: Pick<PreparedRestore, 'params'> & { snapshotId: string; repositoryId: string },
): Promise<number | null> {
  try {
    const access = await openAccess(repositoryId);
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const facts = await engine.restore(access, { ...workOf(params, snapshotId), dryRun: true }, { signal });
    return facts.conflictCount;
  } catch {
    return null;
  }
}
