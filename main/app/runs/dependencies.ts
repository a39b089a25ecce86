import type { Stores } from '../catalog/ports.ts';

/** Runs of monitored tasks, as they are inferred from what their scripts report. */
export interface MonitoredRuns {
  /** When the task's last run completed, by its number; null where it has none, or where its last one failed. */
  lastCompletedAt(stores: Stores, task: number): Promise<Date | null>;
}

/**
 * What a task must wait for still: each dependency whose last run has not completed since the task's own last run (api.md,
 * section 2), in the order of the task's record.
 *
 * - Only the last run counts: one that failed, was cancelled or is not over yet leaves the dependency unmet, whatever came
 *   before it. A run that was cancelled before it began is none.
 * - Since: the dependency's run ended after the task's own last run was made, by the order of the catalog and not by
 *   clocks. A task that has never run needs each dependency to have completed once.
 * - For monitored tasks, which have inferred runs, clocks decide.
 */
export async function unmetDependencies(
  stores: Stores,
  monitoredRuns: MonitoredRuns,
  task: number,
): Promise<readonly string[]> {
  const unmet: string[] = [];
  for (const { id, taskId, isMonitored, isMet } of await stores.runs.dependencyStates(task)) {
    const met = isMonitored ? await isMonitoredMet(stores, monitoredRuns, { task, dependency: id }) : isMet;
    if (!met) unmet.push(taskId);
  }
  return unmet;
}

async function isMonitoredMet(
  stores: Stores,
  monitoredRuns: MonitoredRuns,
  { task, dependency }: { readonly task: number; readonly dependency: number },
): Promise<boolean> {
  const completedAt = await monitoredRuns.lastCompletedAt(stores, dependency);
  if (!completedAt) return false;
  const madeAt = await stores.runs.lastMadeAt(task);
  return madeAt === null || completedAt > madeAt;
}
