import { z } from 'zod';
import { RunList, SchedulerView, type RunView } from '../../../contracts/runs.ts';
import { CurrentStatusView } from '../../../contracts/status.ts';
import { Health } from '../../../contracts/system.ts';
import { TaskView } from '../../../contracts/tasks.ts';
import type { ServiceClient } from '../../host/attach/index.ts';

/** What the core says right now: everything that tray, toasts and popover are derived from. */
export interface CoreView {
  readonly health: Health;
  readonly tasks: readonly TaskView[];
  readonly statuses: readonly CurrentStatusView[];
  readonly scheduler: SchedulerView;
  /** Runs that are pending or running. */
  readonly active: readonly RunView[];
  /** The last run of each task that ran lately. */
  readonly lastRuns: ReadonlyMap<string, RunView>;
}

/** The newest runs cover the last run of most tasks; of the others the task itself says how it ended. */
const NEWEST_RUNS = 200;

export async function fetchCoreView(client: ServiceClient): Promise<CoreView> {
  const [health, tasks, statuses, scheduler, active, newest] = await Promise.all([
    client.getWhateverStatus('/health', Health),
    client.get('/api/tasks', z.array(TaskView)),
    client.get('/api/status', z.array(CurrentStatusView)),
    client.get('/api/scheduler', SchedulerView),
    fetchActiveRuns(client),
    client.get('/api/runs', RunList, { limit: NEWEST_RUNS }),
  ]);
  const lastRuns = new Map<string, RunView>();
  for (const run of [...active, ...newest.runs]) if (!lastRuns.has(run.task_id)) lastRuns.set(run.task_id, run);
  return { health, tasks, statuses, scheduler, active, lastRuns };
}

/** Runs that have not ended: those under way, then those that wait for their turn. */
export async function fetchActiveRuns(client: ServiceClient): Promise<RunView[]> {
  const [running, pending] = await Promise.all([
    client.get('/api/runs', RunList, { status: 'running', limit: 1000 }),
    client.get('/api/runs', RunList, { status: 'pending', limit: 1000 }),
  ]);
  return [...running.runs, ...pending.runs];
}

/** A run's progress, as its event tells it, without asking for everything again. */
export function withProgress(view: CoreView, run: RunView): CoreView {
  if (!view.active.some(({ id }) => id === run.id)) return view;
  return {
    ...view,
    active: view.active.map((known) => (known.id === run.id ? run : known)),
    lastRuns: new Map(view.lastRuns).set(run.task_id, run),
  };
}
