import { toInstant } from '../../../contracts/common/instant.ts';
import type { TargetKind, TargetView } from '../../../contracts/targets.ts';
import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { BackupRecord } from '../backup/ports.ts';
import type { Stores } from '../catalog/ports.ts';
import { hasAction } from '../tasks/task.ts';
import type { TargetRecord } from './ports.ts';
import { requireTarget, type TargetDeps } from './target-deps.ts';

export interface TargetWish {
  readonly kind?: TargetKind | undefined;
  readonly repositoryId?: string | undefined;
  readonly withRemoved?: boolean | undefined;
  readonly limit: number;
  readonly offset: number;
}

export async function listTargets(
  deps: TargetDeps,
  caller: Caller,
  { kind, repositoryId, withRemoved = false, limit, offset }: TargetWish,
): Promise<{ readonly targets: readonly TargetView[]; readonly total: number }> {
  requireInstallation(caller);
  return deps.catalog.read(async (stores) => {
    const all = (await stores.targets.list({ withRemoved })).filter(
      (target) =>
        (kind === undefined || target.kind === kind) &&
        (repositoryId === undefined || target.repositoryId === repositoryId),
    );
    const targets: TargetView[] = [];
    for (const target of all.slice(offset, offset + limit)) targets.push(await targetView(deps, stores, target));
    return { targets, total: all.length };
  });
}

export async function getTarget(deps: TargetDeps, caller: Caller, idOrName: string): Promise<TargetView> {
  return deps.catalog.read(async (stores) =>
    targetView(deps, stores, await requireTarget(stores, caller, idOrName, { withRemoved: true })),
  );
}

/** A target as the API shows it. Within a read. */
export async function targetView(
  { nextStart }: Pick<TargetDeps, 'nextStart'>,
  stores: Stores,
  target: TargetRecord,
  warnings: readonly string[] = [],
): Promise<TargetView> {
  const { id: targetId, retention, removedAt } = target;
  const schedules = await stores.backupSchedules.ofTarget(targetId);
  const starts: number[] = [];
  for (const { targets } of schedules) {
    const mine = targets.find((scheduled) => scheduled.targetId === targetId);
    const task = mine && (await stores.tasks.findById(mine.task));
    const next = task && hasAction(task) ? nextStart(task) : null;
    if (next) starts.push(next.getTime());
  }
  const [active] = await stores.backups.active(targetId);
  const own = await stores.tasks.findById(target.task);
  return {
    target_id: targetId,
    name: target.name,
    kind: target.kind,
    config: { ...target.config },
    repository_id: target.repositoryId,
    retention: retention && { ...retention },
    created_at: toInstant(target.createdAt.getTime()),
    updated_at: toInstant(target.updatedAt.getTime()),
    removed_at: removedAt && toInstant(removedAt.getTime()),
    task_id: own?.taskId ?? null,
    last_good_backup: glance(await stores.backups.lastGood(targetId)),
    active_backup_id: active?.id ?? null,
    next_run: starts.length === 0 ? null : toInstant(Math.min(...starts)),
    schedules: schedules.map(({ id }) => id),
    backup_counts: {
      completed: await stores.backups.count({ targetId, state: 'completed' }),
      failed: await stores.backups.count({ targetId, state: 'failed' }),
    },
    warnings: [...warnings],
  };
}

function glance(backup: BackupRecord | null): TargetView['last_good_backup'] {
  return (
    backup && {
      backup_id: backup.id,
      created_at: toInstant(backup.createdAt.getTime()),
      completed_at: backup.completedAt && toInstant(backup.completedAt.getTime()),
      total_bytes: backup.facts?.totalBytes ?? 0,
      warnings: backup.warningCount,
    }
  );
}
