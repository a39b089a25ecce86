import { makeRecoveryKit } from '../../../contracts/recovery-kit-form.ts';
import type { RecoveryKit } from '../../../contracts/recovery-kit.ts';
import type { RenewKit } from '../../../contracts/repositories.ts';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import { newReadablePassword } from './passwords.ts';
import type { RepositoryRecord } from './ports.ts';
import {
  announceRepository,
  findRepository,
  patiently,
  requireRepository,
  type RepositoryDeps,
} from './repository-deps.ts';

/** Makes a new kit with a key of its own. The old one opens the repository until somebody confirms that the new one is stored. */
export async function renewKit(
  deps: RepositoryDeps,
  caller: Caller,
  id: string,
  { password = newReadablePassword() }: RenewKit,
): Promise<RecoveryKit> {
  return deps.keyWork.run(id, async () => {
    const found = await findRepository(deps, id);
    const access = await deps.accesses.accessTo(found);
    const { engineId, version } = await deps.jobs.openRepository(access, patiently());
    const keyId = await deps.jobs.addKey(access, password, patiently());
    const created = deps.clock.now();
    const kept = { nextKitKeyId: keyId, kitCreatedAt: created, kitConfirmedAt: null };
    try {
      await changeKeys(deps, caller, id, 'repository.kit_made', kept);
    } catch (error) {
      await dropKey(deps, access, keyId);
      throw error;
    }
    // One that was made before this one, and that nobody has confirmed.
    if (found.nextKitKeyId !== null) await dropKey(deps, access, found.nextKitKeyId);
    return makeRecoveryKit({ repositoryId: engineId, location: access.location, version, keyId, created, password });
  });
}

/** Somebody says that the newest kit is stored where it is safe. From now on the one before it opens nothing. */
export async function confirmKit(deps: RepositoryDeps, caller: Caller, id: string): Promise<RepositoryRecord> {
  return deps.keyWork.run(id, async () => {
    const found = await findRepository(deps, id);
    const { kitKeyId, nextKitKeyId, kitConfirmedAt } = found;
    if (kitKeyId === null && nextKitKeyId === null) {
      throw new AppError('conflict', 'There is no recovery kit of this GuardIT yet. Make one first.', {
        code: 'no_kit',
      });
    }
    if (nextKitKeyId === null && kitConfirmedAt !== null) return found;
    // First the key, then the record: a crash in between is made good by confirming once more.
    if (nextKitKeyId !== null && kitKeyId !== null) {
      await deps.jobs.removeKey(await deps.accesses.accessTo(found), kitKeyId, patiently());
    }
    const kept = { kitKeyId: nextKitKeyId ?? kitKeyId, nextKitKeyId: null, kitConfirmedAt: deps.clock.now() };
    return changeKeys(deps, caller, id, 'repository.kit_confirmed', kept);
  });
}

async function changeKeys(
  deps: RepositoryDeps,
  caller: Caller,
  id: string,
  action: string,
  change: Partial<RepositoryRecord>,
): Promise<RepositoryRecord> {
  const { catalog, audit } = deps;
  const record = await catalog.write(async (stores) => {
    const changed: RepositoryRecord = { ...(await requireRepository(stores, id)), ...change };
    await stores.repositories.update(changed);
    const details = { key_id: changed.nextKitKeyId ?? changed.kitKeyId };
    await audit.record(stores, { caller, action, object: `repository:${id}`, details });
    return changed;
  });
  announceRepository(deps, 'updated', record);
  return record;
}

async function dropKey({ jobs, journal }: RepositoryDeps, access: RepositoryAccess, keyId: string): Promise<void> {
  await jobs.removeKey(access, keyId, patiently()).catch((error: unknown) => {
    journal.warn({ err: error, keyId }, 'A key of a recovery kit that nobody needs could not be removed.');
  });
}
