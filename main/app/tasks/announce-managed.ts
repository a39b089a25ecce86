import type { Task } from './task.ts';
import { viewOf, type TaskDeps } from './task-deps.ts';

/** Tells whoever listens of a task that GuardIT itself has made or changed: the scheduler does. After the write. */
export function announceManaged(
  deps: Pick<TaskDeps, 'events' | 'nextStart'>,
  change: 'created' | 'updated' | 'deleted',
  task: Task,
  at: Date,
): void {
  deps.events.publish(`task.${change}`, at, viewOf(deps, task), { taskId: task.taskId });
}
