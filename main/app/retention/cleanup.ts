import type { CleanupRequest } from '../../../contracts/cleanup.ts';
import type { Caller } from '../access/caller.ts';
import type { BackupRecord } from '../backup/ports.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { announceRun } from '../runs/run-view.ts';
import type { Run } from '../runs/run.ts';
import { insertRun } from '../runs/start-run.ts';
import { announce } from '../tasks/task-deps.ts';
import { personOf } from '../tasks/task-rights.ts';
import type { ActionTask } from '../tasks/task.ts';
import { repositoryTask } from './repository-task.ts';
import { situationOf, type RetentionRequestDeps } from './retention-deps.ts';
import { planCleanup, type RetentionPlan } from './retention-plan.ts';

const DAY_MS = 86_400_000;

/** What a cleanup of everything older than `days` keeps and removes: all targets, or the one that is named. Throws `not_found`. */
export async function cleanupPlan(
  deps: Pick<RetentionRequestDeps, 'catalog' | 'immutability' | 'timeZone' | 'clock'>,
  { older_than, target }: Pick<CleanupRequest, 'older_than' | 'target'>,
): Promise<RetentionPlan> {
  return deps.catalog.read((stores) => planWithin(deps, stores, daysOf(older_than), target));
}

export async function planWithin(
  deps: Pick<RetentionRequestDeps, 'immutability' | 'timeZone' | 'clock'>,
  stores: Stores,
  days: number,
  target: string | undefined,
): Promise<RetentionPlan> {
  const before = new Date(deps.clock.now().getTime() - days * DAY_MS);
  const situation = await situationOf(deps, stores);
  const plans: RetentionPlan[] = [];
  for (const id of await targetIds(stores, target)) {
    plans.push(planCleanup(await stores.backups.completed(id), before, situation));
  }
  return { keep: plans.flatMap(({ keep }) => keep), remove: plans.flatMap(({ remove }) => remove) };
}

/** Starts the removal: one run for each repository. What it removes is decided again when it runs. Throws `run_active`. */
export async function startCleanup(
  deps: RetentionRequestDeps,
  caller: Caller,
  request: CleanupRequest,
): Promise<{ readonly runs: readonly Run[]; readonly remove: readonly BackupRecord[] }> {
  deps.dispatcher.checkOpen();
  const { catalog, clock, audit, events, dispatcher, timeZone } = deps;
  const at = clock.now();
  const days = daysOf(request.older_than);
  const started = await catalog.write(async (stores) => {
    const { remove } = await planWithin(deps, stores, days, request.target);
    const made: { run: Run; task: ActionTask; isNew: boolean }[] = [];
    for (const repositoryId of new Set(remove.map((backup) => backup.repositoryId))) {
      const { task, isNew } = await repositoryTask(stores, 'cleanup', repositoryId, { timeZone, at });
      const params = { days, target: request.target ?? null, repository_id: repositoryId };
      const run = await insertRun(stores, { task, trigger: 'manual', at, requestedBy: personOf(caller), params });
      made.push({ run, task, isNew });
    }
    const details = {
      older_than: request.older_than,
      target: request.target ?? null,
      backups: remove.map(({ id }) => id),
    };
    await audit.record(stores, { caller, action: 'cleanup.started', object: 'backups', details, at });
    return { made, remove };
  });
  for (const { run, task, isNew } of started.made) {
    if (isNew) announce({ events }, 'created', task, at);
    announceRun(events, 'queued', run, at);
    dispatcher.enqueue(run, task);
  }
  return { runs: started.made.map(({ run }) => run), remove: started.remove };
}

/** `30d` */
function daysOf(text: string): number {
  return Number(text.slice(0, -1));
}

async function targetIds(stores: Stores, target: string | undefined): Promise<string[]> {
  if (target === undefined) return (await stores.targets.list({ withRemoved: true })).map(({ id }) => id);
  const found = (await stores.targets.resolve(target)) ?? (await stores.targets.find(target));
  if (!found) throw new AppError('not_found', `There is no target ${JSON.stringify(target)}.`, { field: 'target' });
  return [found.id];
}
