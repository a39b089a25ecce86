import type { ConnectRepository } from '../../../contracts/repositories.ts';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { requireFreeName, storeRepository } from './new-repository.ts';
import { newAccessPassword } from './passwords.ts';
import type { RepositoryRecord } from './ports.ts';
import { patiently, type RepositoryDeps } from './repository-deps.ts';
import { checkedLocation, engineLocation } from './repository-location.ts';

export interface ConnectedRepository {
  readonly record: RepositoryRecord;
  readonly snapshotCount: number;
  readonly adoptedCount: number;
}

/**
 * Takes over a repository that is there, of another GuardIT or of restic. It gets a key of this GuardIT's own; the
 * password that opened it stays valid and is stored nowhere. One that was connected before is the same again.
 */
export async function connectRepository(
  deps: RepositoryDeps,
  caller: Caller,
  wish: ConnectRepository,
): Promise<ConnectedRepository> {
  const { kind, password } = wish;
  const location = checkedLocation(kind, wish.location);
  return deps.keyWork.run('new', async () => {
    await requireFreeName(deps, wish.name);
    const place = await deps.places.look(kind, location);
    if (place.state === 'unusable') {
      throw new AppError('unprocessable', place.problem, { field: 'location.path', code: 'unusable' });
    }
    const access = { location: engineLocation({ kind, location }), password };
    const { engineId } = await deps.jobs.openRepository(access, patiently());
    await requireUnknown(deps, engineId);
    // Before anything is changed: a repository that can't be listed is not connected.
    const snapshots = await deps.jobs.listSnapshots(access, patiently());
    const accessPassword = newAccessPassword();
    const accessKeyId = await deps.jobs.addKey(access, accessPassword, patiently());
    let record: RepositoryRecord;
    try {
      const opened = { engineId, accessKeyId, accessPassword, kitKeyId: null };
      record = await storeRepository(deps, caller, 'connected', { ...wish, location }, opened);
    } catch (error) {
      await deps.jobs.removeKey(access, accessKeyId, patiently()).catch(() => undefined);
      throw error;
    }
    const adoptedCount = await deps.adoption.adopt(record, snapshots);
    return { record, snapshotCount: snapshots.length, adoptedCount };
  });
}

async function requireUnknown({ catalog }: RepositoryDeps, engineId: string): Promise<void> {
  const known = await catalog.read(({ repositories }) => repositories.findByEngineId(engineId));
  if (!known) return;
  const message = `This repository is connected already, as ${JSON.stringify(known.name)}.`;
  throw new AppError('conflict', message, { field: 'location', code: 'connected', repository_id: known.id });
}
