import type { CreateRestore, RestorePlan } from '../../../contracts/restores.ts';
import type { Caller } from '../access/caller.ts';
import { prepareRestores, type PreparedRestore } from './prepare-restore.ts';
import type { RestoreDeps } from './restore-deps.ts';
import { workOf } from './restore-work.ts';

const MOST_PATHS = 1000;

/** What a restore would do, before anything is written. Throws what the restore itself would be refused with. */
export async function planRestore(
  deps: RestoreDeps,
  caller: Caller,
  request: CreateRestore,
  signal: AbortSignal,
): Promise<RestorePlan> {
  const prepared = await prepareRestores(deps, caller, request, 'new');
  const plans: RestorePlan['plans'] = [];
  for (const each of prepared) plans.push(await planOne(deps, each, signal));
  return { plans };
}

async function planOne(
  { engine, openAccess, folders }: RestoreDeps,
  { backup, target, destination, params }: PreparedRestore,
  signal: AbortSignal,
): Promise<RestorePlan['plans'][number]> {
  const problems: string[] = [];
  const access = await openAccess(backup.repositoryId);
  const isFilled = !destination.isOriginal && (await folders.look(destination.path)) === 'filled';
  if (isFilled && !params.overwrite_stated) problems.push('The destination is not empty: overwrite must be stated.');
  const work = { ...workOf(params, backup.snapshotId), dryRun: true };
  const facts = await engine.restore(access, work, {
    signal,
    onWarning: ({ item, message }) => void (problems.length < MOST_PATHS && problems.push(`${item}: ${message}`)),
  });
  const freeBytes = await folders.freeBytes(destination.path);
  return {
    backup_id: backup.id,
    target_id: target.id,
    destination: destination.path,
    total_files: facts.totalFiles,
    total_bytes: facts.totalBytes,
    to_restore: facts.filesRestored,
    bytes_to_restore: facts.bytesRestored,
    kept: facts.filesSkipped,
    conflicts: facts.conflictCount,
    conflict_paths: facts.conflicts.slice(0, MOST_PATHS),
    free_bytes: freeBytes,
    // The engine counts holes and what is there already, and says so only where it is certain.
    fits: !problems.some((problem) => problem.includes('is too small')),
    problems,
  };
}
