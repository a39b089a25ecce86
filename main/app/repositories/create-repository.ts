import { makeRecoveryKit } from '../../../contracts/recovery-kit-form.ts';
import type { RecoveryKit } from '../../../contracts/recovery-kit.ts';
import type { CreateRepository } from '../../../contracts/repositories.ts';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { requireFreeName, storeRepository } from './new-repository.ts';
import { newAccessPassword, newReadablePassword } from './passwords.ts';
import type { RepositoryRecord } from './ports.ts';
import { patiently, type RepositoryDeps } from './repository-deps.ts';
import { checkedLocation, engineLocation } from './repository-location.ts';

/**
 * Makes a repository with two keys: that of the recovery kit, whose password only people know, and that which GuardIT works
 * with, whose password is in the secret store only. The kit's comes first: a repository that a crash leaves without a record
 * opens with the password that somebody chose, and is connected with it.
 */
export async function createRepository(
  deps: RepositoryDeps,
  caller: Caller,
  wish: CreateRepository,
): Promise<{ readonly record: RepositoryRecord; readonly kit: RecoveryKit }> {
  const { kind } = wish;
  const location = checkedLocation(kind, wish.location);
  return deps.keyWork.run('new', async () => {
    await requireFreeName(deps, wish.name);
    await requireFreePlace(deps, kind, location);
    const kitPassword = wish.password ?? newReadablePassword();
    const accessPassword = newAccessPassword();
    const access = { location: engineLocation({ kind, location }), password: kitPassword };
    const { engineId, keyId, version } = await deps.jobs.initRepository(access, patiently());
    const accessKeyId = await deps.jobs.addKey(access, accessPassword, patiently());
    const opened = { engineId, accessKeyId, accessPassword, kitKeyId: keyId };
    const record = await storeRepository(deps, caller, 'created', { ...wish, location }, opened);
    const kit = makeRecoveryKit({
      repositoryId: engineId,
      location: access.location,
      version,
      keyId,
      created: record.createdAt,
      password: kitPassword,
    });
    return { record, kit };
  });
}

async function requireFreePlace(
  { places }: RepositoryDeps,
  kind: CreateRepository['kind'],
  location: Record<string, unknown>,
): Promise<void> {
  const found = await places.look(kind, location);
  const field = 'location.path';
  switch (found.state) {
    case 'free':
      return;
    case 'repository': {
      const message =
        'There is a repository already. Connect it (POST /api/v1/repositories/connect) with its password. If it was left by a ' +
        'creation that was cut off, holds nothing and nobody knows a password, delete its folder.';
      throw new AppError('conflict', message, { field, code: 'repository_exists' });
    }
    case 'occupied':
      throw new AppError('conflict', found.problem, { field, code: 'occupied' });
    case 'unusable':
      throw new AppError('unprocessable', found.problem, { field, code: 'unusable' });
  }
}
