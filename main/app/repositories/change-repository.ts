import type { UpdateRepository } from '../../../contracts/repositories.ts';
import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { nextSecretName } from './key-rotation.ts';
import { alignTasks, removeTasks, tasksOf } from './managed-tasks.ts';
import { nameTaken } from './new-repository.ts';
import type { RepositoryRecord } from './ports.ts';
import { announceRepository, requireRepository, type RepositoryDeps } from './repository-deps.ts';

/** Throws `conflict` for a name that is taken, `immutable` where a protection would become shorter. */
export async function updateRepository(
  deps: RepositoryDeps,
  caller: Caller,
  id: string,
  change: UpdateRepository,
): Promise<RepositoryRecord> {
  const { catalog, clock, audit, timeZone } = deps;
  const now = clock.now();
  const { record, tasks } = await catalog.write(async (stores) => {
    const before = await requireRepository(stores, id);
    const after: RepositoryRecord = {
      ...before,
      name: change.name ?? before.name,
      immutableDays: change.immutable_days === undefined ? before.immutableDays : change.immutable_days,
      rotationDays: change.key_rotation_days ?? before.rotationDays,
      holdsSettings: change.holds_settings ?? before.holdsSettings,
      updatedAt: now,
    };
    await requireProtection(deps, stores, before, after);
    if (!(await stores.repositories.update(after))) throw nameTaken(after.name);
    const news = await alignTasks(stores, after, timeZone, now);
    const details = { ...change };
    await audit.record(stores, { caller, action: 'repository.updated', object: `repository:${id}`, details, at: now });
    return { record: after, tasks: news };
  });
  announceRepository(deps, 'updated', record, tasks);
  return record;
}

/** A rule that protects something now can be made longer, not shorter: else it would be no protection against anybody. */
async function requireProtection(
  { immutability }: RepositoryDeps,
  stores: Stores,
  { id, immutableDays: before }: RepositoryRecord,
  { immutableDays: after }: RepositoryRecord,
): Promise<void> {
  if (before === null || (after !== null && after >= before)) return;
  const until = await stores.repositories.protectedUntil(id, before);
  if (until === null || until <= immutability.now()) return;
  const at = until.toISOString();
  const message = `Backups here are immutable until ${at}: until then the rule of ${before} days can only be made longer.`;
  throw new AppError('immutable', message, { field: 'immutable_days', code: 'immutable', immutable_until: at });
}

/**
 * Forgets how to open a repository. What lies in it is not touched, and what is known of its backups stays for the history:
 * connecting it again brings everything back. Refused with `conflict` while targets use it.
 */
export async function disconnectRepository(deps: RepositoryDeps, caller: Caller, id: string): Promise<void> {
  const { catalog, clock, audit, secrets, journal, keyWork } = deps;
  await keyWork.run(id, async () => {
    const now = clock.now();
    const { record, tasks } = await catalog.write(async (stores) => {
      const found = await requireRepository(stores, id);
      await requireUnused(stores, found);
      const news = await removeTasks(stores, id);
      await stores.repositories.disconnect(id, now);
      const details = { name: found.name, engine_id: found.engineId };
      const object = `repository:${id}`;
      await audit.record(stores, { caller, action: 'repository.disconnected', object, details, at: now });
      return { record: found, tasks: news };
    });
    for (const name of [record.passwordSecret, nextSecretName(id)]) {
      await secrets.delete(name).catch((error: unknown) => {
        journal.warn({ err: error, repositoryId: id }, "A disconnected repository's password could not be removed.");
      });
    }
    announceRepository(deps, 'disconnected', record, tasks);
  });
}

async function requireUnused(stores: Stores, { id, name }: RepositoryRecord): Promise<void> {
  const targets = await stores.repositories.targetsOf(id);
  if (targets.length > 0) {
    const named = targets.slice(0, 20);
    const message = `Targets are backed up to ${name}: ${named.join(', ')}. Remove them or give them another repository first.`;
    throw new AppError('conflict', message, { code: 'in_use', targets: named });
  }
  for (const task of await tasksOf(stores, id)) {
    if (!(await stores.runs.hasActive(task.id))) continue;
    throw new AppError('run_active', `${task.displayName} is under way. Wait for it, or cancel it.`, {
      task_id: task.taskId,
    });
  }
}
