import { basename } from 'node:path';
import { AuditLog, SYSTEM } from '../../app/audit/audit-log.ts';
import type { Catalog } from '../../app/catalog/ports.ts';
import type { Clock } from '../../app/clock/ports.ts';
import type { JobContext, RepositoryAccess } from '../../app/engine-jobs/ports/job-context.ts';
import type { RepositoryFacts } from '../../app/engine-jobs/ports/job-facts.ts';
import type { EngineJobs } from '../../app/engine-jobs/ports/jobs.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { engineFailure } from '../../app/errors/engine-face.ts';
import { alignTasks } from '../../app/repositories/managed-tasks.ts';
import { newAccessPassword } from '../../app/repositories/passwords.ts';
import type { RepositoryRecord } from '../../app/repositories/ports.ts';
import { RepositoryAccesses } from '../../app/repositories/repository-access.ts';
import { repositoryIdOf, slugBaseOf } from '../../app/repositories/repository-id.ts';
import { repositorySecretName } from '../../app/secrets/own-secrets.ts';
import type { SecretStore } from '../../app/secrets/ports.ts';

export interface SettleParts {
  readonly catalog: Catalog;
  readonly secrets: SecretStore;
  readonly clock: Clock;
  readonly jobs: EngineJobs;
  /** With the kit's password. */
  readonly access: RepositoryAccess;
  readonly facts: RepositoryFacts;
  readonly context: JobContext;
  /** Of tasks that are made. */
  readonly timeZone: string;
}

export interface SettledRepository {
  readonly record: RepositoryRecord;
  /** It was elsewhere when the settings were backed up. */
  readonly isMoved: boolean;
  /** The stored password did not open it, so it got a key of its own. */
  readonly hasNewKey: boolean;
}

const ROTATION_DAYS = 90;

/** Sees to it that the recovered catalog knows this repository, where it is now, and holds a password that opens it. */
export async function settleRepository(parts: SettleParts): Promise<SettledRepository> {
  const { catalog, access, facts, clock } = parts;
  const { known, connected } = await catalog.read(async ({ repositories }) => {
    const found = await repositories.findByEngineId(facts.engineId);
    return { connected: found !== null, known: found ?? (await repositories.disconnected(facts.engineId)) };
  });
  const location = { path: access.location };
  const now = clock.now();
  const placed: RepositoryRecord = known
    ? { ...known, kind: 'local', location, updatedAt: now }
    : await newRecord(parts, location, now);
  const keyId = await openedByStored(parts, placed);
  const record: RepositoryRecord = {
    ...placed,
    ...(keyId === null ? { accessKeyId: await makeKey(parts, placed), accessRotatedAt: now } : {}),
    checkedAt: now,
    problem: null,
  };
  await store(parts, record, { known, connected }, now);
  const isMoved = known !== null && known.location['path'] !== location.path;
  return { record, isMoved, hasNewKey: keyId === null };
}

async function newRecord(
  { catalog, facts, access }: SettleParts,
  location: Record<string, unknown>,
  now: Date,
): Promise<RepositoryRecord> {
  const name = basename(access.location) || 'recovered';
  const id = await catalog.read(async ({ repositories }) =>
    repositoryIdOf(name, await repositories.idsLike(slugBaseOf(name))),
  );
  return {
    ...{ id, name, location },
    kind: 'local',
    engineId: facts.engineId,
    passwordSecret: repositorySecretName(id),
    accessKeyId: facts.keyId,
    accessRotatedAt: now,
    rotationDays: ROTATION_DAYS,
    // Whatever opened it is somebody else's to keep or to remove.
    ...{ kitKeyId: null, nextKitKeyId: null, kitCreatedAt: null, kitConfirmedAt: null },
    immutableDays: null,
    holdsSettings: true,
    ...{ createdAt: now, updatedAt: now, checkedAt: now, problem: null },
  };
}

/** The key that the stored password opens; null: there is none, or it opens nothing any more. */
async function openedByStored(
  { catalog, secrets, jobs, context }: SettleParts,
  record: RepositoryRecord,
): Promise<string | null> {
  try {
    const access = await new RepositoryAccesses({ catalog, secrets }).accessTo(record);
    return (await jobs.openRepository(access, context)).keyId;
  } catch (error) {
    if (engineFailure(error)?.code === 'wrong_password' || error instanceof AppError) return null;
    throw error;
  }
}

/** First the key, then its password: a crash in between ends the recovery, which then begins anew. */
async function makeKey({ jobs, access, secrets, context }: SettleParts, record: RepositoryRecord): Promise<string> {
  const password = newAccessPassword();
  const keyId = await jobs.addKey(access, password, context);
  await secrets.write(record.passwordSecret, password);
  return keyId;
}

async function store(
  { catalog, clock, timeZone }: SettleParts,
  record: RepositoryRecord,
  { known, connected }: { readonly known: RepositoryRecord | null; readonly connected: boolean },
  now: Date,
): Promise<void> {
  const audit = new AuditLog(clock);
  await catalog.write(async (stores) => {
    const { repositories } = stores;
    const isStored =
      known === null
        ? await repositories.insert(record)
        : connected
          ? await repositories.update(record)
          : await repositories.reconnect(record);
    if (!isStored)
      throw new AppError('conflict', `Another repository is named ${JSON.stringify(record.name)} already.`);
    await alignTasks(stores, record, timeZone, now);
    const details = { engine_id: record.engineId, location: String(record.location['path']) };
    const object = `repository:${record.id}`;
    await audit.record(stores, { caller: SYSTEM, action: 'repository.recovered', object, details, at: now });
  });
}
