import type { Caller } from '../access/caller.ts';
import { requireTask } from '../tasks/task-deps.ts';
import { requireOperator } from '../tasks/task-rights.ts';
import { cancelOpenRun } from './follow-report.ts';
import type { StatusDeps } from './status-deps.ts';

/**
 * Forgets the last report of a task, and the run that is open: for a script that died and will never say how it ended. The
 * history stays as it is, the run counts nowhere.
 */
export async function clearStatus(deps: StatusDeps, caller: Caller, idText: string): Promise<void> {
  const now = deps.clock.now();
  const task = await deps.catalog.write(async (stores) => {
    const found = await requireTask(stores, caller, idText);
    if (found.action) requireOperator(caller);
    const head = await stores.statuses.headById(found.id);
    if (!head?.track) return null;
    const { open } = head.track;
    if (open) {
      await cancelOpenRun(stores, open, now.getTime());
      await stores.tasks.setState(found.id, 'cancelled', now);
    }
    await stores.statuses.removeTrack(found.id);
    const details = { status: head.track.last.status, cancelled_run: open !== null };
    await deps.audit.record(stores, {
      caller,
      action: 'status.cleared',
      object: `task:${found.taskId}`,
      details,
      at: now,
    });
    return found;
  });
  if (!task) return;
  deps.events.publish('status.cleared', now, { task_id: task.taskId }, { taskId: task.taskId });
  deps.monitor.changed(task.id);
}
