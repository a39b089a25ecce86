import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { announce, recordChange, requireTask, type TaskDeps } from './task-deps.ts';
import { refuseManaged } from './managed-task.ts';
import { requireOperator } from './task-rights.ts';

/** How many dependents a refusal names. */
const MOST_NAMED = 20;

/**
 * Deletes a task with its history and its runs. Refused with `conflict` while others depend on it, with `run_active` while
 * it runs. Its task_id may be registered again, its number is never given again.
 */
export async function deleteTask(deps: TaskDeps, caller: Caller, idText: string): Promise<void> {
  const now = deps.clock.now();
  const task = await deps.catalog.write(async (stores) => {
    const found = await requireTask(stores, caller, idText);
    refuseManaged(found);
    if (found.action) requireOperator(caller);
    const dependents = await stores.tasks.dependents(found.id);
    if (dependents.length > 0) {
      const named = dependents.slice(0, MOST_NAMED);
      const more = dependents.length > named.length ? ` and ${dependents.length - named.length} more` : '';
      const message = `Other tasks depend on it: ${named.join(', ')}${more}. Change or delete them first.`;
      throw new AppError('conflict', message, { code: 'has_dependents', dependents: named });
    }
    if (await deps.hasActiveRun(stores, found.id)) {
      throw new AppError('run_active', 'A run of this task is pending or running. Cancel it first.');
    }
    await stores.tasks.delete(found.id);
    await recordChange(deps, stores, { what: 'deleted', caller, task: found }, now);
    return found;
  });
  announce(deps, 'deleted', task, now);
}
