import type { ArchiveResult, Progress } from '../../engine/index.ts';
import { RateEstimator } from './rate-estimator.ts';

const rate = new RateEstimator();

/** restic's `status` line of a backup. Fields that are zero are left out, as restic leaves them out. */
export function statusRecord(progress: Progress, elapsedSeconds: number): object | undefined {
  const { filesDone, totalFiles, bytesDone, totalBytes, errors, currentPaths } = progress;
  if (progress.phase === 'load-index') return undefined;
  rate.add(elapsedSeconds * 1000, bytesDone);
  const remaining = totalBytes !== undefined && rate.perSecond > 0 ? (totalBytes - bytesDone) / rate.perSecond : 0;
  return withoutZeros({
    message_type: 'status',
    seconds_elapsed: Math.floor(elapsedSeconds),
    seconds_remaining: Math.max(0, Math.floor(remaining)),
    percent_done: totalBytes ? Math.min(1, bytesDone / totalBytes) : 0,
    total_files: totalFiles ?? 0,
    files_done: filesDone,
    total_bytes: totalBytes ?? 0,
    bytes_done: bytesDone,
    error_count: errors ?? 0,
    ...(currentPaths && currentPaths.length > 0 && { current_files: [...currentPaths].sort() }),
  });
}

/** restic prints a percentage even when it is zero. */
export function withoutZeros(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([key, value]) => value !== 0 || key === 'percent_done'));
}

/** restic's `summary` of a backup. */
export function backupSummaryRecord(result: ArchiveResult, dryRun: boolean): object {
  const endMs = Date.now();
  return {
    message_type: 'summary',
    files_new: result.filesNew,
    files_changed: result.filesChanged,
    files_unmodified: result.filesUnmodified,
    dirs_new: result.dirsNew,
    dirs_changed: result.dirsChanged,
    dirs_unmodified: result.dirsUnmodified,
    data_blobs: result.dataBlobs,
    tree_blobs: result.treeBlobs,
    data_added: result.dataAdded,
    data_added_packed: result.dataAddedPacked,
    total_files_processed: result.totalFilesProcessed,
    total_bytes_processed: result.totalBytesProcessed,
    total_duration: result.durationMs / 1000,
    backup_start: new Date(endMs - result.durationMs).toISOString(),
    backup_end: new Date(endMs).toISOString(),
    ...(result.snapshotId !== undefined && { snapshot_id: result.snapshotId }),
    ...(dryRun && { dry_run: true }),
  };
}
