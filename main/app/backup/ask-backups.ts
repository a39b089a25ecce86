import { randomUUID } from 'node:crypto';
import type { CreateBackups, StartBackup } from '../../../contracts/backups.ts';
import { LATER_TARGET_KINDS, TargetKind } from '../../../contracts/targets.ts';
import type { Caller } from '../access/caller.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { supportedKind } from '../targets/target-config.ts';
import { targetNotFound } from '../targets/target-deps.ts';
import type { TargetRecord } from '../targets/ports.ts';
import { addDays, type BackupDeps } from './backup-deps.ts';
import type { BackupRecord } from './ports.ts';
import { startBackups } from './start-backups.ts';

/** Seed 4's start: one backup of a target, or of a machine's disk. */
export async function startBackup(deps: BackupDeps, caller: Caller, input: StartBackup): Promise<BackupRecord> {
  const now = deps.clock.now();
  const immutableUntil = input.immutable_until === undefined ? null : new Date(input.immutable_until);
  if (immutableUntil && immutableUntil <= now) {
    const details = { field: 'immutable_until', code: 'past' };
    throw new AppError('invalid_request', 'immutable_until: must lie in the future', details);
  }
  const [backup] = await startBackups(deps, caller, async (stores) => {
    const target = await targetOf(stores, input);
    return [
      {
        ...{ target, task: target.task, type: input.backup_type, immutableUntil },
        repositoryId: input.repository_id ?? target.repositoryId,
        scheduleId: input.policy_id === undefined ? null : await policyOf(stores, input.policy_id),
        description: input.description ?? null,
        ...{ jobId: null, keepUntil: null },
      },
    ];
  });
  if (!backup) throw new Error('Nothing was started.');
  return backup;
}

/** Seed 5's create: backups of several targets, which have a job in common. */
export async function createBackups(
  deps: BackupDeps,
  caller: Caller,
  input: CreateBackups,
): Promise<{ readonly jobId: string; readonly backups: readonly BackupRecord[] }> {
  const jobId = randomUUID();
  const keepUntil = input.retention_days === undefined ? null : addDays(deps.clock.now(), input.retention_days);
  const backups = await startBackups(deps, caller, async (stores) =>
    (await namedTargets(stores, input.targets)).map((target) => ({
      ...{ target, task: target.task, type: input.type, repositoryId: target.repositoryId, jobId, keepUntil },
      ...{ scheduleId: null, immutableUntil: null, description: input.description ?? null },
    })),
  );
  return { jobId, backups };
}

/**
 * The targets that a list names, each once: by id or name; the name of a kind stands for all of that kind, where there are
 * some. Throws `not_found` with the one that nobody has.
 */
export async function namedTargets(stores: Stores, names: readonly string[]): Promise<readonly TargetRecord[]> {
  const found = new Map<string, TargetRecord>();
  for (const name of names) {
    const target = await stores.targets.resolve(name);
    const targets = target ? [target] : await targetsOfKind(stores, name);
    if (targets.length === 0) throw targetNotFound(name);
    for (const one of targets) found.set(one.id, one);
  }
  return [...found.values()];
}

async function targetsOfKind(stores: Stores, name: string): Promise<readonly TargetRecord[]> {
  if ((LATER_TARGET_KINDS as readonly string[]).includes(name)) supportedKind(name);
  const kind = TargetKind.safeParse(name).data;
  return kind ? (await stores.targets.list()).filter((target) => target.kind === kind) : [];
}

async function targetOf(stores: Stores, { target_id: targetId }: StartBackup): Promise<TargetRecord> {
  // Machines are registered by a later version: there is none of any name.
  if (targetId === undefined) throw new AppError('not_found', 'VM not found', { field: 'vm_name', code: 'not_found' });
  const target = await stores.targets.resolve(targetId);
  if (!target) throw targetNotFound(targetId);
  return target;
}

async function policyOf(stores: Stores, policyId: string): Promise<string> {
  const schedule = await stores.backupSchedules.resolve(policyId);
  if (schedule) return schedule.id;
  throw new AppError('invalid_request', 'Policy not available', { field: 'policy_id', code: 'not_available' });
}
