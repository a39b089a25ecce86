import type { CoreView } from '../core/core-view.ts';

/** Something that is under way: a run of GuardIT's, or a script that reports. */
export interface Work {
  readonly taskId: string;
  readonly name: string;
  /** 0 to 100; null where nobody knows. */
  readonly percent: number | null;
  /** Until the end, as far as it can be told. */
  readonly remainingMs: number | null;
}

/** The work under way: that which ends last first, since that is what one waits for. */
export function workOf(view: CoreView, now: Date): Work[] {
  const runs = view.active
    .filter(({ status }) => status === 'running')
    .map(({ task_id, task_name, progress, started_at }) => ({
      taskId: task_id,
      name: task_name,
      percent: progress,
      remainingMs: remainingMs(started_at, progress, null, now),
    }));
  const nameOf = new Map(view.tasks.map(({ task_id, display_name }) => [task_id, display_name]));
  const scripts = view.statuses
    .filter(({ task_id, monitoring }) => monitoring.state === 'running' && !runs.some((run) => run.taskId === task_id))
    .map(({ task_id, progress, monitoring }) => ({
      taskId: task_id,
      name: nameOf.get(task_id) ?? task_id,
      percent: progress,
      remainingMs: remainingMs(monitoring.since, progress, monitoring.usual_duration_seconds, now),
    }));
  return [...runs, ...scripts].sort((a, b) => (b.remainingMs ?? Infinity) - (a.remainingMs ?? Infinity) || 0);
}

/** Below this a percentage says too little about the whole. */
const TELLING_PERCENT = 3;

/** By its progress so far, as if it went on like that; else by how long it usually takes. */
export function remainingMs(
  startedAt: string | null,
  percent: number | null,
  usualSeconds: number | null,
  now: Date,
): number | null {
  if (startedAt === null) return null;
  const elapsedMs = now.getTime() - Date.parse(startedAt);
  if (elapsedMs < 0) return null;
  if (percent !== null && percent >= TELLING_PERCENT && percent <= 100) return (elapsedMs * (100 - percent)) / percent;
  if (usualSeconds === null || usualSeconds * 1000 <= elapsedMs) return null;
  return usualSeconds * 1000 - elapsedMs;
}
