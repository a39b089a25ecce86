import type { JobProgress } from './ports/job-context.ts';

/** What a run shows while the engine works for it (Run.live). A type, not an interface: it is JSON. */
export type LiveFigures = {
  readonly phase: string;
  readonly files_done: number;
  readonly total_files: number | null;
  readonly bytes_done: number;
  readonly total_bytes: number | null;
  readonly bytes_per_second: number | null;
  readonly eta_seconds: number | null;
  readonly current_path: string | null;
};

export function liveFigures(progress: JobProgress, phase = progress.phase): LiveFigures {
  return {
    phase,
    files_done: progress.filesDone,
    total_files: progress.totalFiles,
    bytes_done: progress.bytesDone,
    total_bytes: progress.totalBytes,
    bytes_per_second: progress.bytesPerSecond,
    eta_seconds: progress.etaSeconds,
    current_path: progress.currentPath,
  };
}

/** 0 to 100 by bytes, else by items, else by files; null where nothing is known. */
export function percentOf(progress: JobProgress): number | null {
  const { bytesDone, totalBytes, itemsDone, totalItems, filesDone, totalFiles } = progress;
  if (totalBytes) return (100 * Math.min(bytesDone, totalBytes)) / totalBytes;
  if (totalItems && itemsDone !== null) return (100 * Math.min(itemsDone, totalItems)) / totalItems;
  return totalFiles ? (100 * Math.min(filesDone, totalFiles)) / totalFiles : null;
}
