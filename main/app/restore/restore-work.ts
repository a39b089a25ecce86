import type { RestoreWork } from '../engine-jobs/ports/job-facts.ts';
import type { RestoreParams } from './restore-request.ts';

/** A prune may hold the repository for some minutes. */
const LOCK_PATIENCE_MS = 10 * 60_000;

/** The engine's part of a restore. */
export function workOf(params: RestoreParams, snapshotId: string): RestoreWork {
  return {
    snapshotId,
    subfolder: params.subfolder,
    targetPath: params.target_path,
    include: params.include,
    exclude: params.exclude,
    overwrite: params.overwrite,
    verify: params.verify,
    dryRun: false,
    lockPatienceMs: LOCK_PATIENCE_MS,
  };
}
