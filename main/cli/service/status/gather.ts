import { z } from 'zod';
import { RunList, SchedulerView, type RunView } from '../../../../contracts/runs.ts';
import { CurrentStatusView } from '../../../../contracts/status.ts';
import { Health } from '../../../../contracts/system.ts';
import { TaskView } from '../../../../contracts/tasks.ts';
import type { Attachment, ServiceClient } from '../../../host/attach/index.ts';
import { ServiceError } from '../../../host/attach/service-error.ts';
import { countRows, statusRows, type StatusCounts, type StatusRow } from '../../../../contracts/task-attention.ts';

/** Everything that `guardit status` says. */
export interface Overview {
  readonly url: string;
  readonly health: Health;
  /** Null: not for whoever asks. */
  readonly scheduler: Pick<SchedulerView, 'state' | 'paused_until' | 'executing'> | null;
  /** Without a token only monitored tasks are seen. */
  readonly all_tasks: boolean;
  readonly counts: StatusCounts;
  readonly tasks: readonly StatusRow[];
}

/** Of so many tasks that failed, run or were cancelled the last run is asked for; the newest runs cover the most. */
const NEWEST_RUNS = 1000;
const MAX_SINGLE_QUESTIONS = 50;
const AT_ONCE = 4;
const TALKATIVE_STATES: readonly string[] = ['failed', 'running', 'cancelled', 'completed'];

export async function gather({ client, url, tokenSource }: Attachment): Promise<Overview> {
  const isKnown = tokenSource !== 'none';
  const [health, tasks, statuses, scheduler] = await Promise.all([
    client.getWhateverStatus('/health', Health),
    client.get('/api/tasks', z.array(TaskView)),
    client.get('/api/status', z.array(CurrentStatusView)),
    isKnown ? unlessForbidden(client.get('/api/scheduler', SchedulerView)) : null,
  ]);
  const lastRuns = isKnown ? await lastRunsOf(client, tasks) : new Map<string, RunView>();
  const rows = statusRows(tasks, statuses, lastRuns);
  const { state, paused_until, executing } = scheduler ?? { state: 'running', paused_until: null, executing: 0 };
  return {
    url,
    health,
    scheduler: scheduler && { state, paused_until, executing },
    all_tasks: isKnown,
    counts: countRows(rows),
    tasks: rows,
  };
}

async function unlessForbidden<Result>(asked: Promise<Result>): Promise<Result | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ServiceError && error.refusal?.status === 403) return null;
    throw error;
  }
}

/** The last run of every task with an action that has something to tell. */
async function lastRunsOf(client: ServiceClient, tasks: readonly TaskView[]): Promise<Map<string, RunView>> {
  const wanted = new Set(
    tasks.filter((task) => 'config' in task && TALKATIVE_STATES.includes(task.state)).map(({ task_id }) => task_id),
  );
  const found = new Map<string, RunView>();
  if (wanted.size === 0) return found;
  const { runs } = await client.get('/api/runs', RunList, { limit: NEWEST_RUNS });
  for (const run of runs) if (wanted.has(run.task_id) && !found.has(run.task_id)) found.set(run.task_id, run);
  // What failed long ago is hidden behind the runs of busy tasks.
  const failed = tasks.filter((task) => 'config' in task && task.state === 'failed' && !found.has(task.task_id));
  const missing = failed.slice(0, MAX_SINGLE_QUESTIONS).map(({ task_id }) => task_id);
  for (let at = 0; at < missing.length; at += AT_ONCE) {
    await Promise.all(
      missing.slice(at, at + AT_ONCE).map(async (taskId) => {
        const [run] = (await client.get('/api/runs', RunList, { task_id: taskId, limit: 1 })).runs;
        if (run) found.set(taskId, run);
      }),
    );
  }
  return found;
}
