import type { BackupFacts } from '../../../app/engine-jobs/ports/job-facts.ts';
import { archive, EngineError } from '../../../engine/index.ts';
import type { JobInput } from '../job-messages.ts';
import type { JobDesk } from './job-desk.ts';

export async function backup(desk: JobDesk, work: JobInput<'backup'>): Promise<BackupFacts> {
  const largest = work.excludeLargerThanBytes;
  const result = await archive({
    ...desk.operation,
    // Still opening: the walk and the engine's threads start meanwhile.
    repository: desk.open(),
    targets: work.paths,
    excludes: {
      patterns: work.excludes,
      excludeCaches: work.excludeCaches,
      ...(largest === null ? {} : { largerThanBytes: largest }),
    },
    oneFileSystem: work.oneFileSystem,
    tags: work.tags,
    ...(work.hostName === null ? {} : { hostname: work.hostName }),
    parent: work.parentSnapshotId ?? 'none',
    scan: true,
    lock: { retryForMs: work.lockPatienceMs },
    programVersion: work.programVersion,
  });
  const { snapshotId } = result;
  if (snapshotId === undefined) throw new EngineError('internal', 'The backup ended without a snapshot.');
  return {
    snapshotId,
    filesNew: result.filesNew,
    filesChanged: result.filesChanged,
    filesUnmodified: result.filesUnmodified,
    foldersNew: result.dirsNew,
    foldersChanged: result.dirsChanged,
    foldersUnmodified: result.dirsUnmodified,
    totalFiles: result.totalFilesProcessed,
    totalBytes: result.totalBytesProcessed,
    addedBytes: result.dataAdded,
    addedStoredBytes: result.dataAddedPacked,
    warningCount: result.warnings,
    durationMs: Math.round(result.durationMs),
  };
}
