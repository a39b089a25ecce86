import { probeStorage, storageSpace, type KeyId, type LockId, type Repository } from '../../../engine/index.ts';
import type { RepositoryFacts } from '../../../app/engine-jobs/ports/job-facts.ts';
import type { JobResult } from '../job-messages.ts';
import type { JobDesk } from './job-desk.ts';

export async function initRepository(desk: JobDesk): Promise<RepositoryFacts> {
  return factsOf(await desk.init());
}

export async function openRepository(desk: JobDesk): Promise<RepositoryFacts> {
  return factsOf(await desk.open());
}

function factsOf({ config, keyId }: Repository): RepositoryFacts {
  return { engineId: config.id, keyId, version: config.version };
}

export async function testRepository(desk: JobDesk): Promise<JobResult<'testRepository'>> {
  const startedMs = performance.now();
  await desk.open();
  const { canWrite, canReadBack, canDelete, problem, clockSkewMs } = await probeStorage(desk.backend, desk.signal);
  const space = await storageSpace(desk.backend);
  return {
    canWrite,
    canReadBack,
    canDelete,
    problem,
    freeBytes: space?.freeBytes ?? null,
    totalBytes: space?.totalBytes ?? null,
    clockSkewMs,
    durationMs: Math.round(performance.now() - startedMs),
  };
}

export async function listKeys(desk: JobDesk): Promise<JobResult<'listKeys'>> {
  const repository = await desk.open();
  return (await repository.listKeys(desk.signal)).map(({ id, current, username, hostname, created }) => ({
    id,
    isCurrent: current,
    userName: username,
    hostName: hostname,
    created,
  }));
}

/** The engine opens the new key file with the new password before it counts. */
export async function addKey(desk: JobDesk, { newPassword }: { readonly newPassword: string }): Promise<string> {
  const repository = await desk.open();
  return repository.addKey(newPassword, { signal: desk.signal });
}

export async function removeKey(desk: JobDesk, { keyId }: { readonly keyId: string }): Promise<null> {
  const repository = await desk.open();
  const keys = await repository.listKeys(desk.signal);
  if (!keys.some(({ id }) => id === keyId)) return null;
  // It is one of the list.
  await repository.removeKey(keyId as KeyId, desk.signal);
  return null;
}

/** Without a password: a lock is only a file here. */
export async function removeLocks(desk: JobDesk, { lockIds }: { readonly lockIds: readonly string[] }): Promise<null> {
  // They are what this process wrote.
  for (const id of lockIds) await desk.backend.remove({ type: 'lock', id: id as LockId }, desk.signal);
  return null;
}
