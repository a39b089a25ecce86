import type { TaskId } from '../../../contracts/task-id.ts';
import type { TaskDependency } from './ports.ts';

/**
 * The way from a task over what it is to depend on back to itself, both ends included; null where there is none.
 * `dependencies`: those that are stored; the task's own among them don't count, they are to be replaced.
 */
export function findCycle(
  taskId: TaskId,
  wanted: readonly TaskId[],
  dependencies: readonly TaskDependency[],
): readonly TaskId[] | null {
  const targets = new Map<TaskId, TaskId[]>();
  for (const { task, dependsOn } of dependencies) {
    const known = targets.get(task);
    if (known) known.push(dependsOn);
    else targets.set(task, [dependsOn]);
  }
  /** From where each task was reached. */
  const reachedFrom = new Map<TaskId, TaskId>();
  const waiting = [taskId];
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    for (const target of from === taskId ? wanted : (targets.get(from) ?? [])) {
      if (target === taskId) return wayTo(from, taskId, reachedFrom);
      if (reachedFrom.has(target)) continue;
      reachedFrom.set(target, from);
      waiting.push(target);
    }
  }
  return null;
}

function wayTo(last: TaskId, taskId: TaskId, reachedFrom: ReadonlyMap<TaskId, TaskId>): TaskId[] {
  const way = [taskId];
  for (let at: TaskId | undefined = last; at !== undefined && at !== taskId; at = reachedFrom.get(at)) way.unshift(at);
  return [taskId, ...way];
}
