import { toInstant } from '../../../contracts/common/instant.ts';
import type { AlertSource } from './alert-watch.ts';
import type { AboutTask } from './alert-book.ts';
import { taskObject } from './alert-view.ts';
import type { Concern } from './ports.ts';
import type { ExecutedTask } from '../monitoring/ports.ts';

const DEFAULT_GRACE_MS = 10 * 60_000;
/** So much longer than usual is too long; a short one may take its time. */
const LONG_FACTOR = 3;
const LEAST_LONG_MS = 10 * 60_000;

/**
 * Tasks that GuardIT runs: the last run failed, one takes far too long, one should have begun. Monitored tasks are the
 * monitor's, which sees what their scripts report.
 */
export function taskConcerns(dueSince: (taskId: string, now: Date) => Date | null): AlertSource {
  return {
    name: 'tasks',
    kinds: ['failed', 'long_running', 'missed_schedule'],
    owns: ({ details }) => details['executed'] === true,
    concerns: async (stores, now) => {
      const tasks = await stores.monitoring.executed();
      return tasks
        .filter(({ isActive }) => isActive)
        .flatMap((task) => concernsOf(task, dueSince(task.taskId, now), now));
    },
  };
}

function concernsOf(task: ExecutedTask, dueAt: Date | null, now: Date): (Concern & AboutTask)[] {
  const { taskId, displayName, lastEnd, activeSince, graceMinutes } = task;
  const about = { object: taskObject(taskId), task: task.id, details: { executed: true } };
  const found: (Concern & AboutTask)[] = [];
  if (lastEnd?.state === 'failed') {
    const reason = (lastEnd.reason ?? 'nobody knows why').slice(0, 500);
    found.push({ ...about, kind: 'failed', severity: 'critical', message: `${displayName} failed: ${reason}` });
  }
  const limitMs = longestOf(task);
  if (activeSince && limitMs !== null && now.getTime() - activeSince.getTime() > limitMs) {
    const message = `${displayName} has been running since ${toInstant(activeSince.getTime())}, far longer than usual.`;
    found.push({ ...about, kind: 'long_running', severity: 'warning', message });
  }
  const graceMs = graceMinutes === null ? DEFAULT_GRACE_MS : graceMinutes * 60_000;
  if (!activeSince && dueAt && now.getTime() - dueAt.getTime() > graceMs) {
    const message = `${displayName} should have begun at ${toInstant(dueAt.getTime())} and has not.`;
    found.push({ ...about, kind: 'missed_schedule', severity: 'critical', message });
  }
  return found;
}

function longestOf({ maxDurationMinutes, usualMs }: ExecutedTask): number | null {
  if (maxDurationMinutes !== null) return maxDurationMinutes * 60_000;
  return usualMs === null ? null : Math.max(LEAST_LONG_MS, usualMs * LONG_FACTOR);
}
