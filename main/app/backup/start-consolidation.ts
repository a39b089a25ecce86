import { MAX_TIMEOUT_MS } from '../../../contracts/tasks.ts';
import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { announceRun } from '../runs/run-view.ts';
import { insertRun } from '../runs/start-run.ts';
import { insertManagedTask } from '../tasks/managed-task.ts';
import { personOf } from '../tasks/task-rights.ts';
import { announce } from '../tasks/task-deps.ts';
import { hasAction, type ActionTask, type TaskPerson } from '../tasks/task.ts';
import type { BackupDeps } from './backup-deps.ts';
import type { BackupRecord } from './ports.ts';
import { chainMembers, chainNotFound } from './read-backups.ts';

/** Gives the id of the run that merges a chain. It waits while a backup of the target runs. */
export async function startConsolidation(deps: BackupDeps, caller: Caller, chainId: string): Promise<string> {
  requireInstallation(caller);
  deps.dispatcher.checkOpen();
  const at = deps.clock.now();
  const { run, task, isNew } = await deps.catalog.write(async (stores) => {
    const members = await chainMembers(stores, chainId);
    const newest = members.at(-1);
    if (!newest) throw chainNotFound();
    if (members.length === 1) {
      const message = 'The chain is one backup only: there is nothing to merge.';
      throw new AppError('unprocessable', message, { code: 'nothing_to_merge', backup_id: newest.id });
    }
    const found = await consolidationTask(stores, newest, personOf(caller), at);
    const params = { chain_id: chainId, target_id: newest.targetId, repository_id: newest.repositoryId };
    const made = await insertRun(stores, {
      ...{ task: found.task, trigger: 'manual', at, params },
      requestedBy: personOf(caller),
    });
    const details = { run_id: made.id, target_id: newest.targetId, members: members.length };
    await deps.audit.record(stores, { caller, action: 'chain.consolidated', object: `chain:${chainId}`, details, at });
    return { ...found, run: made };
  });
  if (isNew) announce(deps, 'created', task, at);
  announceRun(deps.events, 'queued', run, at);
  deps.dispatcher.enqueue(run, task);
  return run.id;
}

/** One for each target, made when it is first needed. */
async function consolidationTask(
  stores: Stores,
  { targetId }: BackupRecord,
  createdBy: TaskPerson,
  now: Date,
): Promise<{ readonly task: ActionTask; readonly isNew: boolean }> {
  const managedBy = `target:${targetId}`;
  for (const task of await stores.tasks.managedBy(managedBy)) {
    if (hasAction(task) && task.action.type === 'consolidate') return { task, isNew: false };
  }
  const target = await stores.targets.find(targetId);
  const task = await insertManagedTask(
    stores,
    {
      ...{ managedBy, createdBy, isActive: true, schedule: null, timeZone: 'UTC', maxRetries: 0 },
      name: `Consolidation of ${target?.name ?? targetId}`,
      slug: `consolidate-${targetId}`,
      type: 'consolidate',
      config: { target_id: targetId },
      timeoutMs: MAX_TIMEOUT_MS,
    },
    now,
  );
  return { task, isNew: true };
}
