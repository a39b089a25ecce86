import type { Caller } from '../access/caller.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import { announceRun } from '../runs/run-view.ts';
import type { Run } from '../runs/run.ts';
import { insertRun } from '../runs/start-run.ts';
import { announce } from '../tasks/task-deps.ts';
import { personOf } from '../tasks/task-rights.ts';
import type { ActionTask } from '../tasks/task.ts';
import { repositoryTask } from './repository-task.ts';
import type { RetentionRequestDeps } from './retention-deps.ts';

/** Starts a prune because somebody asked. Throws `not_found`, `run_active`. */
export async function startPrune(deps: RetentionRequestDeps, caller: Caller, repositoryId: string): Promise<Run> {
  deps.dispatcher.checkOpen();
  const { catalog, clock, audit, events, dispatcher, timeZone } = deps;
  const at = clock.now();
  const { run, task, isNew } = await catalog.write(async (stores) => {
    const found = await repositoryTask(stores, 'prune', repositoryId, { timeZone, at });
    const made = await insertRun(stores, { task: found.task, trigger: 'manual', at, requestedBy: personOf(caller) });
    const details = { run_id: made.id };
    await audit.record(stores, {
      caller,
      action: 'repository.prune',
      object: `repository:${repositoryId}`,
      details,
      at,
    });
    return { run: made, ...found };
  });
  if (isNew) announce({ events }, 'created', task, at);
  announceRun(events, 'queued', run, at);
  dispatcher.enqueue(run, task);
  return run;
}

/** Gives each repository its weekly prune that has none yet. At the start, and when one is made. */
export async function ensurePruneTasks({
  catalog,
  clock,
  events,
  timeZone,
}: {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly timeZone: string;
}): Promise<void> {
  const at = clock.now();
  if ((await catalog.read(withoutPrune)).length === 0) return;
  const made = await catalog.write(async (stores) => {
    const tasks: ActionTask[] = [];
    for (const id of await withoutPrune(stores)) {
      const { task, isNew } = await repositoryTask(stores, 'prune', id, { timeZone, at });
      if (isNew) tasks.push(task);
    }
    return tasks;
  });
  for (const task of made) announce({ events }, 'created', task, at);
}

async function withoutPrune(stores: Stores): Promise<string[]> {
  const found: string[] = [];
  for (const { id } of await stores.repositories.list()) {
    const tasks = await stores.tasks.managedBy(`repository:${id}`);
    if (!tasks.some(({ action }) => action?.type === 'prune')) found.push(id);
  }
  return found;
}
