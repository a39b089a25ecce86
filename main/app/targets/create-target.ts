import { MAX_TIMEOUT_MS } from '../../../contracts/tasks.ts';
import { keptBy } from '../../../contracts/retention.ts';
import type { CreateTarget } from '../../../contracts/targets.ts';
import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { announce } from '../tasks/task-deps.ts';
import { insertManagedTask } from '../tasks/managed-task.ts';
import { personOf } from '../tasks/task-rights.ts';
import type { ActionTask, TaskPerson } from '../tasks/task.ts';
import { freeObjectId, objectSlug } from './object-id.ts';
import { checkPaths } from './path-rules.ts';
import type { TargetRecord } from './ports.ts';
import { checkConfig, pathsOf, supportedKind } from './target-config.ts';
import { ownFolders, requireRepository, type TargetDeps } from './target-deps.ts';

export interface MadeTarget {
  readonly target: TargetRecord;
  /** What should be looked at, though nothing forbids it. */
  readonly warnings: readonly string[];
}

/** Protects something from now on. Its task runs the backups that people ask for. */
export async function createTarget(deps: TargetDeps, caller: Caller, input: CreateTarget): Promise<MadeTarget> {
  requireInstallation(caller);
  const kind = supportedKind(input.kind);
  checkConfig(kind, input.config);
  const repositories = await deps.catalog.read(async (stores) => {
    await requireRepository(stores, input.repository_id);
    return stores.repositories.list();
  });
  const own = ownFolders(deps.dataFolder, repositories);
  const warnings = await checkPaths(pathsOf(kind, input.config), own, deps.files);
  const now = deps.clock.now();
  const { target, task } = await deps.catalog.write(async (stores) => {
    await requireRepository(stores, input.repository_id);
    const slug = objectSlug(input.name, 'target');
    const id = freeObjectId(slug, await stores.targets.idsStartingWith(slug));
    const made = await insertTargetTask(stores, { id, name: input.name, createdBy: personOf(caller) }, deps, now);
    const record: TargetRecord = {
      ...{ id, name: input.name, kind, config: input.config, repositoryId: input.repository_id },
      retention: keptBy(input.retention),
      task: made.id,
      ...{ createdAt: now, updatedAt: now, removedAt: null },
    };
    if (!(await stores.targets.insert(record))) throw nameTaken(input.name);
    const details = { name: input.name, kind, repository_id: input.repository_id };
    await deps.audit.record(stores, { caller, action: 'target.created', object: `target:${id}`, details, at: now });
    return { target: record, task: made };
  });
  announce(deps, 'created', task, now);
  deps.events.publish('target.created', now, {
    target_id: target.id,
    name: target.name,
    repository_id: target.repositoryId,
  });
  return { target, warnings };
}

/** Within a write. */
export async function insertTargetTask(
  stores: Stores,
  target: { readonly id: string; readonly name: string; readonly createdBy: TaskPerson; readonly isActive?: boolean },
  { timeZone, maxRetries }: Pick<TargetDeps, 'timeZone' | 'maxRetries'>,
  now: Date,
): Promise<ActionTask> {
  return insertManagedTask(
    stores,
    {
      managedBy: `target:${target.id}`,
      name: taskNameOf(target),
      slug: `backup-${target.id}`,
      type: 'backup',
      config: { target_id: target.id },
      schedule: null,
      timeZone,
      isActive: target.isActive ?? true,
      maxRetries,
      // A first backup may take weeks.
      timeoutMs: MAX_TIMEOUT_MS,
      createdBy: target.createdBy,
    },
    now,
  );
}

export function taskNameOf({ name }: { readonly name: string }): string {
  return `Backup of ${name}`;
}

export function nameTaken(name: string): AppError {
  const details = { field: 'name', code: 'taken' };
  return new AppError('conflict', `There is a target ${JSON.stringify(name)} already.`, details);
}
