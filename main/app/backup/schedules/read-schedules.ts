import type { ScheduleView } from '../../../../contracts/backup-schedules.ts';
import { toInstant } from '../../../../contracts/common/instant.ts';
import type { Caller } from '../../access/caller.ts';
import { requireInstallation } from '../../access/installation.ts';
import type { Stores } from '../../catalog/ports.ts';
import type { Run } from '../../runs/ports.ts';
import { parseSchedule } from '../../schedule/schedule.ts';
import { hasAction } from '../../tasks/task.ts';
import type { BackupRecord, BackupSchedule, ScheduledTarget } from '../ports.ts';
import { requireSchedule, type ScheduleDeps } from './schedule-deps.ts';

type Deps = Pick<ScheduleDeps, 'catalog' | 'nextStart'>;
type TargetView = ScheduleView['targets'][number];

export async function listSchedules(deps: Deps, caller: Caller): Promise<readonly ScheduleView[]> {
  requireInstallation(caller);
  return deps.catalog.read(async (stores) => {
    const shown: ScheduleView[] = [];
    for (const schedule of await stores.backupSchedules.list()) shown.push(await viewOf(deps, stores, schedule));
    return shown;
  });
}

export async function getSchedule(deps: Deps, caller: Caller, idOrName: string): Promise<ScheduleView> {
  return deps.catalog.read(async (stores) => viewOf(deps, stores, await requireSchedule(stores, caller, idOrName)));
}

async function viewOf(deps: Deps, stores: Stores, schedule: BackupSchedule): Promise<ScheduleView> {
  const targets: TargetView[] = [];
  for (const one of schedule.targets) targets.push(await targetView(deps, stores, schedule, one));
  const starts = targets.flatMap(({ next_run: next }) => next ?? []).sort();
  return {
    schedule_id: schedule.id,
    name: schedule.name,
    schedule: schedule.schedule,
    cron: parseSchedule(schedule.schedule).kind === 'cron' ? schedule.schedule : null,
    time_zone: schedule.timeZone,
    type: schedule.type,
    retention: schedule.retention && { ...schedule.retention },
    enabled: schedule.isEnabled,
    next_run: starts[0] ?? null,
    targets,
    created_at: toInstant(schedule.createdAt.getTime()),
    updated_at: toInstant(schedule.updatedAt.getTime()),
  };
}

async function targetView(
  { nextStart }: Deps,
  stores: Stores,
  { id: scheduleId }: BackupSchedule,
  { targetId, task: number }: ScheduledTarget,
): Promise<TargetView> {
  const task = await stores.tasks.findById(number);
  const next = task && hasAction(task) ? nextStart(task) : null;
  const [run] = await stores.runs.list({ visibleTo: { all: true }, task: number }, { limit: 1, offset: 0 });
  const filter = { targetId, scheduleId, withRemoved: true };
  const [backup] = await stores.backups.list(filter, { limit: 1, offset: 0 });
  return {
    target_id: targetId,
    name: (await stores.targets.find(targetId))?.name ?? targetId,
    task_id: task?.taskId ?? '',
    next_run: next && toInstant(next.getTime()),
    last_run: lastRun(run, run && backup?.runId !== run.id ? await stores.backups.findByRun(run.id) : (backup ?? null)),
  };
}

function lastRun(run: Run | undefined, backup: BackupRecord | null): TargetView['last_run'] {
  if (!run) return null;
  return {
    run_id: run.id,
    backup_id: backup?.id ?? null,
    status: run.state,
    created_at: toInstant(run.createdAt.getTime()),
    finished_at: run.finishedAt && toInstant(run.finishedAt.getTime()),
    error: run.failure && { code: run.failure.code, message: run.failure.reason },
  };
}
