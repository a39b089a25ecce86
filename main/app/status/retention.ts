import type { Catalog } from '../catalog/ports.ts';
import { pruneInSlices } from '../catalog/prune-in-slices.ts';

const DAY_MS = 86_400_000;
/** What is usual for a monthly task takes more than a year to learn, and a run is one small row. */
const RUNS_KEPT_DAYS = 400;

/** Removes reports older than `keepDays` (settings.history.keepDays), and old runs. Daily metrics stay for ever. */
export async function removeOldReports(
  catalog: Catalog,
  { now, keepDays, signal }: { readonly now: Date; readonly keepDays: number; readonly signal?: AbortSignal },
): Promise<{ readonly reports: number; readonly runs: number }> {
  const stopped = signal ? { signal } : {};
  const beforeMs = now.getTime() - keepDays * DAY_MS;
  const runsBeforeMs = now.getTime() - Math.max(keepDays, RUNS_KEPT_DAYS) * DAY_MS;
  const reports = await pruneInSlices(catalog, {
    slice: ({ statuses }, limit) => statuses.removeReportsBefore(beforeMs, limit),
    ...stopped,
  });
  const runs = await pruneInSlices(catalog, {
    slice: ({ statuses }, limit) => statuses.removeRunsBefore(runsBeforeMs, limit),
    ...stopped,
  });
  return { reports, runs };
}
