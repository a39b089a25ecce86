import type { ListTasks, TaskStatsView } from '../../../contracts/tasks.ts';
import type { Caller } from '../access/caller.ts';
import type { TaskFilter } from './ports.ts';
import { requireTask, type TaskDeps } from './task-deps.ts';
import { visibilityOf } from './task-rights.ts';
import type { Task } from './task.ts';

export interface TaskList {
  readonly tasks: readonly Task[];
  /** How many match, where only a page of them was asked for. */
  readonly total: number | null;
}

export async function listTasks({ catalog }: TaskDeps, caller: Caller, query: ListTasks): Promise<TaskList> {
  const { status: state, type, priority, q: text, limit, offset } = query;
  const filter: TaskFilter = { visibleTo: visibilityOf(caller), state, type, priority, text };
  const isPage = limit !== undefined || offset !== undefined;
  return catalog.read(async ({ tasks }) => ({
    tasks: await tasks.list(filter, { limit, offset }),
    total: isPage ? await tasks.count(filter) : null,
  }));
}

export async function getTask({ catalog }: TaskDeps, caller: Caller, idText: string): Promise<Task> {
  return catalog.read((stores) => requireTask(stores, caller, idText));
}

/** Of the tasks that exist for the caller (seed 2). */
export async function taskStats({ catalog }: TaskDeps, caller: Caller): Promise<TaskStatsView> {
  const { total, byState, byType, byPriority, running, scheduled } = await catalog.read(({ tasks }) =>
    tasks.counts(visibilityOf(caller)),
  );
  const [byStatus, ofType, ofPriority] = [byState, byType, byPriority].map((counts) => Object.fromEntries(counts));
  return { total, byStatus: byStatus ?? {}, byType: ofType ?? {}, byPriority: ofPriority ?? {}, running, scheduled };
}
