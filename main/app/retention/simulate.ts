import type { RemovalPlanView, SimulateRetention } from '../../../contracts/cleanup.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { BackupRecord } from '../backup/ports.ts';
import { AppError } from '../errors/app-error.ts';
import { situationOf, type RetentionDeps } from './retention-deps.ts';
import { planRetention, type RetentionPlan } from './retention-plan.ts';

/** What a policy would keep and remove right now, and what that would free, before anybody saves it. Throws `not_found`. */
export async function simulateRetention(
  deps: RetentionDeps,
  request: SimulateRetention,
  signal: AbortSignal,
): Promise<RemovalPlanView> {
  const { target_id, schedule_id, retention, with_sizes } = request;
  const { backups, situation } = await deps.catalog.read(async (stores) => {
    const target = await stores.targets.resolve(target_id);
    if (!target) {
      throw new AppError('not_found', `There is no target ${JSON.stringify(target_id)}.`, { field: 'target_id' });
    }
    const completed = await stores.backups.completed(target.id);
    const ruled = completed.filter(({ scheduleId }) => schedule_id === undefined || scheduleId === schedule_id);
    return { backups: ruled, situation: await situationOf(deps, stores) };
  });
  const plan = await planRetention(backups, retention, situation);
  return planView(plan, with_sizes ? await freedBy(deps, plan.remove, signal) : null);
}

/** What a prune would free if these were gone. Null where a repository can't be asked: the plan is worth something without it. */
export async function freedBy(
  { engine, openAccess }: Pick<RetentionDeps, 'engine' | 'openAccess'>,
  unwanted: readonly BackupRecord[],
  signal: AbortSignal,
): Promise<number | null> {
  let total = 0;
  try {
    for (const [repositoryId, backups] of Map.groupBy(unwanted, (backup) => backup.repositoryId)) {
      const ignoring = backups.flatMap(({ snapshotId }) => snapshotId ?? []);
      const access = await openAccess(repositoryId);
      total += (await engine.prune(access, { dryRun: true, ignoring }, { signal })).freedBytes;
    }
    return total;
  } catch (error) {
    if (signal.aborted) throw error;
    return null;
  }
}

export function planView({ keep, remove }: RetentionPlan, freedBytes: number | null): RemovalPlanView {
  return {
    keep: keep.map(({ backup, reasons }) => ({
      backup_id: backup.id,
      target_id: backup.targetId,
      reasons: [...reasons],
    })),
    remove: remove.map(doomedView),
    freed_bytes: freedBytes,
  };
}

export function doomedView({ id, targetId, createdAt, facts }: BackupRecord): RemovalPlanView['remove'][number] {
  return {
    backup_id: id,
    target_id: targetId,
    created_at: toInstant(createdAt.getTime()),
    total_bytes: facts?.totalBytes ?? null,
  };
}
