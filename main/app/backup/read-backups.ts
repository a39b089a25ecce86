import type { BackupDetails, BackupResponse, BackupsQuery, ChainQuery } from '../../../contracts/backups.ts';
import { TargetKind } from '../../../contracts/targets.ts';
import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { Stores } from '../catalog/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { requireTarget } from '../targets/target-deps.ts';
import { requireBackup, type BackupDeps } from './backup-deps.ts';
import { BackupViews } from './backup-view.ts';
import type { BackupFilter, BackupRecord } from './ports.ts';

export async function listBackups(
  { catalog, dispatcher }: BackupDeps,
  caller: Caller,
  query: BackupsQuery,
): Promise<{ readonly backups: readonly BackupResponse[]; readonly total: number }> {
  requireInstallation(caller);
  const { limit, offset } = query;
  return catalog.read(async (stores) => {
    const filter = await filterOf(stores, query);
    const backups = await stores.backups.list(filter, { limit, offset });
    return {
      backups: await new BackupViews(stores, dispatcher).responses(backups),
      total: await stores.backups.count(filter),
    };
  });
}

export async function getBackup(
  { catalog, dispatcher }: BackupDeps,
  caller: Caller,
  id: string,
): Promise<BackupDetails> {
  return catalog.read(async (stores) => {
    const backup = await requireBackup(stores, caller, id);
    return new BackupViews(stores, dispatcher).details(backup);
  });
}

/** Several as a start shows them. */
export async function showBackups(
  { catalog, dispatcher }: BackupDeps,
  backups: readonly BackupRecord[],
): Promise<BackupResponse[]> {
  return catalog.read(async (stores) => new BackupViews(stores, dispatcher).responses(backups));
}

export async function getChain({ catalog, dispatcher }: BackupDeps, caller: Caller, query: ChainQuery) {
  requireInstallation(caller);
  return catalog.read(async (stores) => {
    const members = await chainMembers(stores, await chainIdOf(stores, caller, query));
    const [oldest] = members;
    if (!oldest) throw chainNotFound();
    const backups = await new BackupViews(stores, dispatcher).responses(members);
    return {
      chain_id: oldest.chainId,
      full_backup_id: members.findLast(({ type }) => type === 'full')?.id ?? null,
      target_id: oldest.targetId,
      repository_id: oldest.repositoryId,
      backups,
      total_size_bytes: members.reduce((sum, { facts }) => sum + (facts?.addedStoredBytes ?? 0), 0),
    };
  });
}

/** Its completed backups that are still there, oldest first. */
export async function chainMembers(stores: Pick<Stores, 'backups'>, chainId: string): Promise<readonly BackupRecord[]> {
  const found = await stores.backups.list({ chainId, state: 'completed' }, { limit: -1, offset: 0 });
  return found.toReversed();
}

export function chainNotFound(): AppError {
  return new AppError('not_found', 'There is no such chain of backups.', { code: 'chain_not_found' });
}

async function chainIdOf(stores: Stores, caller: Caller, query: ChainQuery): Promise<string> {
  if (query.chain_id !== undefined) return query.chain_id;
  if (query.target_id === undefined) {
    throw new AppError('not_found', 'VM not found', { field: 'vm_context_id', code: 'not_found' });
  }
  const target = await requireTarget(stores, caller, query.target_id, { withRemoved: true });
  const newest = await stores.backups.lastGood(target.id);
  if (!newest) throw chainNotFound();
  return newest.chainId;
}

async function filterOf(stores: Stores, query: BackupsQuery): Promise<BackupFilter> {
  const { from, to } = query;
  const targetIds = await wantedTargets(stores, query);
  return {
    ...(targetIds && { targetIds }),
    repositoryId: query.repository_id,
    type: query.backup_type,
    state: query.status,
    jobId: query.job,
    scheduleId: query.schedule_id,
    ...(from !== undefined && { from: new Date(from) }),
    ...(to !== undefined && { to: new Date(to) }),
  };
}

/** Null: all. What nobody has gives none, as any filter that nothing matches. */
async function wantedTargets(stores: Stores, query: BackupsQuery): Promise<readonly string[] | null> {
  // Machines are registered by a later version: there is none of any name.
  if (query.vm_name !== undefined || query.vm_context_id !== undefined) return [];
  const wanted = [query.target, query.target_id].filter((name) => name !== undefined);
  if (wanted.length === 0) return null;
  const sets: (readonly string[])[] = [];
  for (const name of wanted) sets.push(await idsOf(stores, name));
  return sets.reduce((some, others) => some.filter((id) => others.includes(id)));
}

async function idsOf(stores: Stores, name: string): Promise<readonly string[]> {
  const target = (await stores.targets.resolve(name)) ?? (await stores.targets.find(name));
  if (target) return [target.id];
  const kind = TargetKind.safeParse(name).data;
  return kind ? (await stores.targets.list()).filter((one) => one.kind === kind).map(({ id }) => id) : [];
}
