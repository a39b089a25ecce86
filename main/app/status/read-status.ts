import type { CurrentStatusView, ListStatuses } from '../../../contracts/status.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { Caller } from '../access/caller.ts';
import type { WatchedTask } from '../monitoring/ports.ts';
import { monitoringView } from '../monitoring/assess.ts';
import { requireTask } from '../tasks/task-deps.ts';
import { taskNotRegistered, visibilityOf } from '../tasks/task-rights.ts';
import { dataOf } from './record-status.ts';
import type { StatusDeps } from './status-deps.ts';

export async function getStatus(deps: StatusDeps, caller: Caller, idText: string): Promise<CurrentStatusView> {
  const task = await deps.catalog.read(async (stores) => {
    const { id } = await requireTask(stores, caller, idText);
    return stores.monitoring.watchedById(id);
  });
  if (!task) throw taskNotRegistered();
  return viewOf(deps, task, deps.clock.now());
}

export interface StatusList {
  readonly statuses: readonly CurrentStatusView[];
  /** How many match, where only a page of them was asked for. */
  readonly total: number | null;
}

/** Of all tasks that exist for the caller, by their numeric id. */
export async function listStatuses(deps: StatusDeps, caller: Caller, query: ListStatuses): Promise<StatusList> {
  const { status, limit, offset } = query;
  const filter = { visibleTo: visibilityOf(caller), status };
  const isPage = limit !== undefined || offset !== undefined;
  const { tasks, total } = await deps.catalog.read(async ({ monitoring }) => ({
    tasks: await monitoring.list(filter, { limit, offset }),
    total: isPage ? await monitoring.count(filter) : null,
  }));
  const now = deps.clock.now();
  return { statuses: tasks.map((task) => viewOf(deps, task, now)), total };
}

function viewOf(deps: StatusDeps, task: WatchedTask, now: Date): CurrentStatusView {
  const last = task.track?.last;
  return {
    task_id: task.taskId,
    status: last?.status ?? 'unknown',
    message: last?.message ?? null,
    progress: last?.progress ?? null,
    data: last ? dataOf(last) : null,
    timestamp: last ? toInstant(last.atMs) : null,
    monitoring: monitoringView(deps.monitor.assess(task, now)),
  };
}
