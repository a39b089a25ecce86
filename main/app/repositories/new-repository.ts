import type { CreateRepository } from '../../../contracts/repositories.ts';
import type { AuditActor } from '../audit/ports.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { repositorySecretName } from '../secrets/own-secrets.ts';
import { secretProblem } from '../secrets/secret-problem.ts';
import { alignTasks } from './managed-tasks.ts';
import type { RepositoryRecord } from './ports.ts';
import { announceRepository, type RepositoryDeps } from './repository-deps.ts';
import { repositoryIdOf, slugBaseOf } from './repository-id.ts';

/** What the engine's part of making or connecting a repository has brought. */
export interface OpenedRepository {
  readonly engineId: string;
  readonly accessKeyId: string;
  readonly accessPassword: string;
  readonly kitKeyId: string | null;
}

export type NewRepository = Omit<CreateRepository, 'password'>;

/**
 * The last step of making or connecting one: first the secret, then the record. A crash in between leaves a secret that
 * nothing refers to, which the next repository of that name replaces; never a record that can't be opened.
 */
export async function storeRepository(
  deps: RepositoryDeps,
  caller: AuditActor,
  what: 'created' | 'connected',
  wish: NewRepository,
  opened: OpenedRepository,
): Promise<RepositoryRecord> {
  const { catalog, clock, audit, secrets, timeZone } = deps;
  const before = await catalog.read(({ repositories }) => repositories.disconnected(opened.engineId));
  const id = before?.id ?? (await freeIdFor(deps, wish.name));
  const secret = repositorySecretName(id);
  await secrets.write(secret, opened.accessPassword).catch((error: unknown) => {
    throw secretProblem(error);
  });
  const now = clock.now();
  const made = recordOf(id, wish, opened, now);
  try {
    const { record, tasks } = await catalog.write(async (stores) => {
      const isFirst = (await stores.repositories.list()).length === 0;
      const whole: RepositoryRecord = { ...made, holdsSettings: wish.holds_settings ?? isFirst };
      const isStored = before ? await stores.repositories.reconnect(whole) : await stores.repositories.insert(whole);
      if (!isStored) throw nameTaken(wish.name);
      const news = await alignTasks(stores, whole, timeZone, now);
      const details = {
        name: whole.name,
        kind: whole.kind,
        engine_id: whole.engineId,
        immutable_days: whole.immutableDays,
      };
      await audit.record(stores, {
        caller,
        action: `repository.${what}`,
        object: `repository:${id}`,
        details,
        at: now,
      });
      return { record: whole, tasks: news };
    });
    announceRepository(deps, what, record, tasks);
    return record;
  } catch (error) {
    await secrets.delete(secret).catch(() => undefined);
    throw error;
  }
}

/** Before anything is made in its place. */
export async function requireFreeName({ catalog }: Pick<RepositoryDeps, 'catalog'>, name: string): Promise<void> {
  if (await catalog.read(({ repositories }) => repositories.findByName(name))) throw nameTaken(name);
}

export function nameTaken(name: string): AppError {
  const message = `There is a repository ${JSON.stringify(name)} already. Choose another name.`;
  return new AppError('conflict', message, { field: 'name', code: 'taken' });
}

function freeIdFor({ catalog }: RepositoryDeps, name: string): Promise<string> {
  return catalog.read(async ({ repositories }: Stores) =>
    repositoryIdOf(name, await repositories.idsLike(slugBaseOf(name))),
  );
}

function recordOf(id: string, wish: NewRepository, opened: OpenedRepository, now: Date): RepositoryRecord {
  return {
    id,
    name: wish.name,
    kind: wish.kind,
    location: wish.location,
    engineId: opened.engineId,
    passwordSecret: repositorySecretName(id),
    accessKeyId: opened.accessKeyId,
    accessRotatedAt: now,
    rotationDays: wish.key_rotation_days,
    kitKeyId: opened.kitKeyId,
    nextKitKeyId: null,
    kitCreatedAt: opened.kitKeyId === null ? null : now,
    kitConfirmedAt: null,
    immutableDays: wish.immutable_days ?? null,
    holdsSettings: false,
    createdAt: now,
    updatedAt: now,
    checkedAt: now,
    problem: null,
  };
}
