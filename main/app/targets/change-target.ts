import { retentionOf } from '../../../contracts/retention.ts';
import type { ChangeTarget } from '../../../contracts/targets.ts';
import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { announce } from '../tasks/task-deps.ts';
import { updateManagedTask } from '../tasks/managed-task.ts';
import { hasAction, type ActionTask } from '../tasks/task.ts';
import { nameTaken, taskNameOf, type MadeTarget } from './create-target.ts';
import { checkPaths } from './path-rules.ts';
import type { TargetRecord } from './ports.ts';
import { checkConfig, pathsOf } from './target-config.ts';
import { ownFolders, requireRepository, requireTarget, type TargetDeps } from './target-deps.ts';

/** What is left out stays. A backup that runs goes on as it began. */
export async function changeTarget(
  deps: TargetDeps,
  caller: Caller,
  idOrName: string,
  change: ChangeTarget,
): Promise<MadeTarget> {
  const { known, repositories } = await deps.catalog.read(async (stores) => ({
    known: await requireTarget(stores, caller, idOrName),
    repositories: await stores.repositories.list(),
  }));
  if (change.config) checkConfig(known.kind, change.config);
  const own = ownFolders(deps.dataFolder, repositories);
  const warnings = await checkPaths(pathsOf(known.kind, change.config ?? known.config), own, deps.files);
  const now = deps.clock.now();
  const { target, task } = await deps.catalog.write(async (stores) => {
    const old = await requireTarget(stores, caller, known.id);
    if (change.repository_id !== undefined) await requireRepository(stores, change.repository_id);
    const next: TargetRecord = {
      ...old,
      name: change.name ?? old.name,
      config: change.config ?? old.config,
      repositoryId: change.repository_id ?? old.repositoryId,
      retention: changedRetention(change, old),
      updatedAt: now,
    };
    if (next.name !== old.name) await requireFreeName(stores, next);
    await stores.targets.update(next);
    const changed = await renameTask(stores, next, now);
    const details = { fields: Object.keys(change) };
    const object = `target:${old.id}`;
    await deps.audit.record(stores, { caller, action: 'target.updated', object, details, at: now });
    return { target: next, task: changed };
  });
  announce(deps, 'updated', task, now);
  const news = { target_id: target.id, name: target.name, repository_id: target.repositoryId };
  deps.events.publish('target.updated', now, news);
  return { target, warnings };
}

/**
 * Ends the protection. Its backups stay until retention or somebody removes them, and can be restored. Refused with
 * `conflict` while a backup of it waits or runs, and while schedules name it.
 */
export async function removeTarget(deps: TargetDeps, caller: Caller, idOrName: string): Promise<void> {
  const now = deps.clock.now();
  const { target, task } = await deps.catalog.write(async (stores) => {
    const found = await requireTarget(stores, caller, idOrName);
    await refuseInUse(stores, found);
    await stores.targets.update({ ...found, removedAt: now, updatedAt: now });
    const own = await taskOf(stores, found);
    const stopped = await updateManagedTask(stores, own, { isActive: false }, now);
    const details = { name: found.name };
    const object = `target:${found.id}`;
    await deps.audit.record(stores, { caller, action: 'target.removed', object, details, at: now });
    return { target: found, task: stopped };
  });
  announce(deps, 'updated', task, now);
  deps.events.publish('target.removed', now, { target_id: target.id, name: target.name });
}

async function refuseInUse(stores: Stores, target: TargetRecord): Promise<void> {
  const [active] = await stores.backups.active(target.id);
  if (active || (await stores.runs.hasActive(target.task))) {
    const details = { code: 'backup_active', backup_id: active?.id ?? null };
    throw new AppError('conflict', `A backup of ${target.name} waits or runs. Cancel it first.`, details);
  }
  const schedules = await stores.backupSchedules.ofTarget(target.id);
  if (schedules.length === 0) return;
  const names = schedules.map(({ name }) => name);
  const message = `Schedules back it up: ${names.join(', ')}. Take it out of them first.`;
  throw new AppError('conflict', message, { code: 'scheduled', schedules: schedules.map(({ id }) => id) });
}

function changedRetention(change: ChangeTarget, old: TargetRecord): TargetRecord['retention'] {
  if (change.retention === undefined) return old.retention;
  return change.retention === null ? null : retentionOf(change.retention);
}

async function requireFreeName(stores: Stores, { id, name }: TargetRecord): Promise<void> {
  const taken = (await stores.targets.list()).some((other) => other.name === name && other.id !== id);
  if (taken) throw nameTaken(name);
}

async function renameTask(stores: Stores, target: TargetRecord, now: Date): Promise<ActionTask> {
  return updateManagedTask(stores, await taskOf(stores, target), { name: taskNameOf(target) }, now);
}

async function taskOf(stores: Stores, { id, task }: TargetRecord): Promise<ActionTask> {
  const found = await stores.tasks.findById(task);
  if (!found || !hasAction(found)) throw new Error(`The target ${id} has lost its task ${task}.`);
  return found;
}
