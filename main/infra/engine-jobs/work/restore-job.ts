import type { RestoreFacts, RestoreWork } from '../../../app/engine-jobs/ports/job-facts.ts';
import { restore as restoreSnapshot } from '../../../engine/index.ts';
import type { JobDesk } from './job-desk.ts';

/** By name; all are counted. */
const MAX_CONFLICTS = 1000;

export async function restore(desk: JobDesk, work: RestoreWork): Promise<RestoreFacts> {
  const conflicts: string[] = [];
  let conflictCount = 0;
  const result = await restoreSnapshot({
    ...desk.operation,
    repository: desk.open(),
    snapshot: work.snapshotId,
    ...(work.subfolder === null ? {} : { subfolder: work.subfolder }),
    target: work.targetPath,
    include: work.include,
    exclude: work.exclude,
    ...(work.only === undefined ? {} : { only: new Set(work.only) }),
    overwrite: work.overwrite,
    verify: work.verify && !work.dryRun,
    dryRun: work.dryRun,
    requireSpace: true,
    lock: work.dryRun ? 'none' : { retryForMs: work.lockPatienceMs },
    onConflict: (path) => {
      conflictCount++;
      if (conflicts.length < MAX_CONFLICTS) conflicts.push(path);
    },
  });
  return {
    targetPath: result.target,
    totalFiles: result.totalFiles,
    totalBytes: result.totalBytes,
    filesRestored: result.filesRestored,
    foldersRestored: result.foldersRestored,
    bytesRestored: result.bytesRestored,
    filesSkipped: result.filesSkipped,
    bytesSkipped: result.bytesSkipped,
    filesVerified: result.filesVerified,
    conflictCount,
    conflicts: conflicts.sort(),
    warningCount: result.warningCount,
    durationMs: Math.round(result.secondsElapsed * 1000),
  };
}
