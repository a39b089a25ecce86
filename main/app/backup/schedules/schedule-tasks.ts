import { MAX_TIMEOUT_MS } from '../../../../contracts/tasks.ts';
import type { Stores } from '../../catalog/ports.ts';
import { AppError } from '../../errors/app-error.ts';
import type { TargetRecord } from '../../targets/ports.ts';
import { insertManagedTask, updateManagedTask } from '../../tasks/managed-task.ts';
import { hasAction, type ActionTask, type TaskPerson } from '../../tasks/task.ts';
import type { BackupSchedule, ScheduledTarget } from '../ports.ts';
import type { ScheduleDeps } from './schedule-deps.ts';

/** What became of a task; told to the scheduler after the write. */
export interface TaskNews {
  readonly change: 'created' | 'updated' | 'deleted';
  readonly task: ActionTask;
}

type Plan = Omit<BackupSchedule, 'targets'>;

/**
 * Within a write: each (schedule, target) pair is a task of its own, with its own due times, log and retries. Those of
 * targets that are left out go, unless they run.
 */
export async function fitTasks(
  stores: Stores,
  plan: Plan,
  targets: readonly TargetRecord[],
  before: readonly ScheduledTarget[],
  about: { readonly createdBy: TaskPerson; readonly now: Date; readonly maxRetries: ScheduleDeps['maxRetries'] },
): Promise<{ readonly scheduled: readonly ScheduledTarget[]; readonly news: readonly TaskNews[] }> {
  const news: TaskNews[] = [];
  const scheduled: ScheduledTarget[] = [];
  for (const target of targets) {
    const known = before.find(({ targetId }) => targetId === target.id);
    const task = known
      ? await updateManagedTask(stores, await scheduledTask(stores, known), wishOf(plan, target), about.now)
      : await insertManagedTask(
          stores,
          {
            ...wishOf(plan, target),
            managedBy: `schedule:${plan.id}`,
            slug: `${plan.id}-${target.id}`,
            type: 'backup',
            maxRetries: about.maxRetries,
            timeoutMs: MAX_TIMEOUT_MS,
            createdBy: about.createdBy,
          },
          about.now,
        );
    news.push({ change: known ? 'updated' : 'created', task });
    scheduled.push({ targetId: target.id, task: task.id });
  }
  return { scheduled, news };
}

/** Within a write, after the schedule names it no more. */
export async function dropTasks(stores: Stores, dropped: readonly ScheduledTarget[]): Promise<readonly TaskNews[]> {
  const news: TaskNews[] = [];
  for (const one of dropped) {
    const task = await scheduledTask(stores, one);
    const run = await stores.runs.findActive(task.id);
    if (run) {
      const details = { run_id: run.id, status: run.state, target_id: one.targetId };
      throw new AppError(
        'run_active',
        `A backup of this schedule waits or runs (${one.targetId}). Cancel it first.`,
        details,
      );
    }
    await stores.tasks.delete(task.id);
    news.push({ change: 'deleted', task });
  }
  return news;
}

export async function scheduledTask(stores: Stores, { task, targetId }: ScheduledTarget): Promise<ActionTask> {
  const found = await stores.tasks.findById(task);
  if (!found || !hasAction(found)) throw new Error(`The schedule of ${targetId} has lost its task ${task}.`);
  return found;
}

function wishOf({ id, name, schedule, timeZone, type, isEnabled }: Plan, target: TargetRecord) {
  return {
    name: `${name}: ${target.name}`,
    config: { target_id: target.id, backup_type: type, schedule_id: id },
    ...{ schedule, timeZone, isActive: isEnabled },
  };
}
