import { SYSTEM } from '../audit/audit-log.ts';
import type { JobContext, RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import { engineFailure } from '../errors/engine-face.ts';
import { repositorySecretName } from '../secrets/own-secrets.ts';
import { newAccessPassword } from './passwords.ts';
import type { RepositoryRecord } from './ports.ts';
import { rotationDueAt } from './repository-concerns.ts';
import { announceRepository, findRepository, requireRepository, type RepositoryDeps } from './repository-deps.ts';

export interface RotationOptions {
  /** Also when it is not due yet. */
  readonly isForced: boolean;
  readonly context: JobContext;
  readonly say: (line: string) => void;
  /** Waits for those who have read the old password and have not opened the repository yet. */
  readonly grace: (signal: AbortSignal) => Promise<void>;
}

export type RotationResult =
  | { readonly isRotated: false; readonly dueAt: Date | null }
  | { readonly isRotated: true; readonly oldKeyId: string; readonly newKeyId: string };

/** Holds the new password from before its key is made until everything is done. No id has a dot. */
export function nextSecretName(repositoryId: string): string {
  return `${repositorySecretName(repositoryId)}.next`;
}

/**
 * Replaces the key that GuardIT works with. Each step is durable before the next one, and every one can be the last: the
 * password that is stored opens the repository at any time, and what is left over is taken up by the next rotation.
 *
 * 1. The new password is stored beside the old one.   2. Its key is made and proved.   3. It takes the place of the old one.
 * 4. The old key is removed.   5. The record names the new key.   6. The password's second copy is removed.
 */
export async function rotateKey(deps: RepositoryDeps, id: string, options: RotationOptions): Promise<RotationResult> {
  return deps.keyWork.run(id, async () => {
    const record = await findRepository(deps, id);
    const access = await deps.accesses.accessTo(record);
    const { keyId } = await deps.jobs.openRepository(access, options.context);
    if (keyId !== record.accessKeyId) {
      options.say('A rotation was cut off after the new key had taken its place. It is finished now.');
      return finish(deps, record, { ...access, keyId }, options);
    }
    const started = await startedKey(deps, record, access, options);
    const isDue = (rotationDueAt(record)?.getTime() ?? Infinity) <= deps.clock.now().getTime();
    if (!started && !options.isForced && !isDue) return { isRotated: false, dueAt: rotationDueAt(record) };
    const next = started ?? (await makeKey(deps, record, access, options));
    await deps.secrets.write(record.passwordSecret, next.password);
    options.say(`The new key ${next.keyId.slice(0, 8)} is in use.`);
    await options.grace(options.context.signal);
    return finish(deps, record, next, options);
  });
}

interface ProvedKey extends RepositoryAccess {
  readonly keyId: string;
}

/** That of a rotation which was cut off before its key took the old one's place. */
async function startedKey(
  deps: RepositoryDeps,
  record: RepositoryRecord,
  { location }: RepositoryAccess,
  { context, say }: RotationOptions,
): Promise<ProvedKey | null> {
  const name = nextSecretName(record.id);
  if (!(await deps.secrets.has(name))) return null;
  const password = await deps.secrets.read(name);
  const keyId = await keyOf(deps.jobs, { location, password }, context);
  if (keyId !== null && keyId !== record.accessKeyId) {
    say(`A rotation was cut off after it had made the key ${keyId.slice(0, 8)}. It goes on now.`);
    return { location, password, keyId };
  }
  // It made no key, or everything was done but for this.
  await deps.secrets.delete(name);
  return null;
}

/** The key that a password opens; null where it opens none. */
async function keyOf(jobs: EngineJobs, access: RepositoryAccess, context: JobContext): Promise<string | null> {
  try {
    return (await jobs.openRepository(access, context)).keyId;
  } catch (error) {
    if (engineFailure(error)?.code === 'wrong_password') return null;
    throw error;
  }
}

async function makeKey(
  deps: RepositoryDeps,
  record: RepositoryRecord,
  access: RepositoryAccess,
  { context, say }: RotationOptions,
): Promise<ProvedKey> {
  const password = newAccessPassword();
  await deps.secrets.write(nextSecretName(record.id), password);
  const keyId = await deps.jobs.addKey(access, password, context);
  say(`Made the key ${keyId.slice(0, 8)}, and opened the repository with it.`);
  return { location: access.location, password, keyId };
}

async function finish(
  deps: RepositoryDeps,
  { id, accessKeyId: oldKeyId }: RepositoryRecord,
  { keyId: newKeyId, ...access }: ProvedKey,
  { context, say }: RotationOptions,
): Promise<RotationResult> {
  const { catalog, clock, audit } = deps;
  await deps.jobs.removeKey(access, oldKeyId, context);
  say(`Removed the old key ${oldKeyId.slice(0, 8)}.`);
  const now = clock.now();
  const record = await catalog.write(async (stores) => {
    const found = await requireRepository(stores, id);
    const changed: RepositoryRecord = { ...found, accessKeyId: newKeyId, accessRotatedAt: now };
    await stores.repositories.update(changed);
    const details = { old_key_id: oldKeyId, new_key_id: newKeyId };
    const object = `repository:${id}`;
    await audit.record(stores, { caller: SYSTEM, action: 'repository.key_rotated', object, details, at: now });
    return changed;
  });
  await deps.secrets.delete(nextSecretName(id));
  announceRepository(deps, 'updated', record);
  return { isRotated: true, oldKeyId, newKeyId };
}
