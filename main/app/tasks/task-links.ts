import type { TaskId } from '../../../contracts/task-id.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { foldUserName } from '../access/user-name.ts';
import { findCycle } from './dependency-cycle.ts';
import { invalid } from './task-fields.ts';
import { userRef } from './task-rights.ts';
import type { TaskPerson } from './task.ts';

/** Checks what a task is to depend on: all of it there, and none of it depending on the task. Each once, as sent. */
export async function checkedDependencies(
  stores: Pick<Stores, 'tasks'>,
  taskId: TaskId,
  wanted: readonly TaskId[],
): Promise<readonly TaskId[]> {
  const unique = [...new Set(wanted)];
  if (unique.length === 0) return unique;
  const cycle = unique.includes(taskId)
    ? [taskId, taskId]
    : findCycle(taskId, unique, await stores.tasks.dependencies());
  if (cycle) {
    throw new AppError('dependency_cycle', `dependencies: a task would wait for itself: ${cycle.join(' → ')}`, {
      field: 'dependencies',
      code: 'cycle',
      cycle,
    });
  }
  const missing = await stores.tasks.missing(unique);
  if (missing.length > 0) {
    throw invalid('dependencies', 'unknown_task', `there is no task ${missing.map(quoted).join(', ')}`, { missing });
  }
  return unique;
}

/** The user of that name; null for none. */
export async function checkedAssignee(stores: Pick<Stores, 'users'>, name: string | null): Promise<TaskPerson | null> {
  if (name === null) return null;
  const user = await stores.users.findByNameKey(foldUserName(name));
  if (!user) throw invalid('assignedTo', 'unknown_user', `there is no user ${quoted(name)}`);
  return { ref: userRef(user.id), name: user.username };
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
