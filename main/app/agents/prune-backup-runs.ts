import type { Catalog } from '../catalog/ports.ts';
import { pruneInSlices } from '../catalog/prune-in-slices.ts';
import type { LogFiles } from '../logs/ports.ts';

/**
 * Forgets agents' runs, with their logs, of which nothing was heard since `before`: by our clock, since theirs may be wrong.
 * Answers how many. A log whose file outlives its row is swept at the next start.
 */
export async function pruneBackupRuns(
  { catalog, logFiles }: { readonly catalog: Catalog; readonly logFiles: Pick<LogFiles, 'delete'> },
  before: Date,
  signal?: AbortSignal,
): Promise<number> {
  const gone: string[] = [];
  const count = await pruneInSlices(catalog, {
    ...(signal && { signal }),
    slice: async ({ backupRuns }, limit) => {
      const removed = await backupRuns.removeBefore(before, limit);
      gone.push(...removed.logIds);
      return removed.count;
    },
  });
  // The rows are durably gone by now.
  for (const logId of gone) await logFiles.delete(logId);
  return count;
}
