import type { Catalog } from '../catalog/ports.ts';
import { pruneInSlices } from '../catalog/prune-in-slices.ts';
import type { LogFiles } from '../logs/ports.ts';

/**
 * Forgets what is older than `before`: runs with their logs, and entries of the tasks' logs. The newest run of each task
 * stays however old it is, since others may depend on it. A log whose file outlives its row is swept at the next start.
 */
export async function pruneRuns(
  { catalog, logFiles }: { readonly catalog: Catalog; readonly logFiles: Pick<LogFiles, 'delete'> },
  before: Date,
  signal?: AbortSignal,
): Promise<{ readonly runs: number; readonly entries: number }> {
  const stop = signal ? { signal } : {};
  const gone: string[] = [];
  const runs = await pruneInSlices(catalog, {
    ...stop,
    slice: async (stores, limit) => {
      const { count, logIds } = await stores.runs.removeFinished(before, limit);
      gone.push(...logIds);
      return count;
    },
  });
  // The rows are durably gone by now.
  for (const logId of gone) await logFiles.delete(logId);
  const entries = await pruneInSlices(catalog, {
    ...stop,
    slice: ({ taskLog }, limit) => taskLog.removeBefore(before, limit),
  });
  return { runs, entries };
}
