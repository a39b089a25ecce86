import type { ChangeSchedule } from '../../../../contracts/backup-schedules.ts';
import { retentionOf } from '../../../../contracts/retention.ts';
import type { Caller } from '../../access/caller.ts';
import type { Stores } from '../../catalog/ports.ts';
import type { TargetRecord } from '../../targets/ports.ts';
import { announce } from '../../tasks/task-deps.ts';
import { checkedTimeZone } from '../../tasks/task-fields.ts';
import { personOf, requireOperator } from '../../tasks/task-rights.ts';
import { namedTargets } from '../ask-backups.ts';
import type { BackupSchedule } from '../ports.ts';
import { whenOf } from './create-schedule.ts';
import { requireSchedule, scheduleNameTaken, type ScheduleDeps } from './schedule-deps.ts';
import { dropTasks, fitTasks } from './schedule-tasks.ts';

/** What is left out stays. A schedule that changes begins anew; a run that waits or runs goes on as it is. */
export async function changeSchedule(
  deps: ScheduleDeps,
  caller: Caller,
  idOrName: string,
  change: ChangeSchedule,
): Promise<BackupSchedule> {
  requireOperator(caller);
  const schedule = whenOf(change);
  const timeZone = checkedTimeZone(change.time_zone, 'time_zone');
  const now = deps.clock.now();
  const { changed, news } = await deps.catalog.write(async (stores) => {
    const old = await requireSchedule(stores, caller, idOrName);
    const plan = {
      ...old,
      name: change.name ?? old.name,
      schedule: schedule ?? old.schedule,
      timeZone: change.time_zone === undefined ? old.timeZone : (timeZone ?? deps.timeZone),
      type: change.type ?? old.type,
      retention: changedRetention(change, old),
      isEnabled: change.enabled ?? old.isEnabled,
      updatedAt: now,
    };
    if (plan.name !== old.name) await requireFreeName(stores, plan);
    const targets = change.targets ? await namedTargets(stores, change.targets) : await targetsOf(stores, old);
    const about = { createdBy: personOf(caller), now, maxRetries: deps.maxRetries };
    const { scheduled, news: fitted } = await fitTasks(stores, plan, targets, old.targets, about);
    const record: BackupSchedule = { ...plan, targets: scheduled };
    await stores.backupSchedules.update(record);
    const kept = new Set(scheduled.map(({ targetId }) => targetId));
    const dropped = await dropTasks(
      stores,
      old.targets.filter(({ targetId }) => !kept.has(targetId)),
    );
    const object = `schedule:${old.id}`;
    const details = { fields: Object.keys(change) };
    await deps.audit.record(stores, { caller, action: 'schedule.updated', object, details, at: now });
    return { changed: record, news: [...fitted, ...dropped] };
  });
  for (const one of news) announce(deps, one.change, one.task, now);
  deps.events.publish('schedule.updated', now, { schedule_id: changed.id, name: changed.name });
  return changed;
}

/** Refused with `run_active` while a backup of it waits or runs. Backups that it has made stay. */
export async function deleteSchedule(deps: ScheduleDeps, caller: Caller, idOrName: string): Promise<void> {
  requireOperator(caller);
  const now = deps.clock.now();
  const { gone, news } = await deps.catalog.write(async (stores) => {
    const schedule = await requireSchedule(stores, caller, idOrName);
    await stores.backupSchedules.delete(schedule.id);
    const dropped = await dropTasks(stores, schedule.targets);
    const object = `schedule:${schedule.id}`;
    const details = { name: schedule.name };
    await deps.audit.record(stores, { caller, action: 'schedule.deleted', object, details, at: now });
    return { gone: schedule, news: dropped };
  });
  for (const { change, task } of news) announce(deps, change, task, now);
  deps.events.publish('schedule.deleted', now, { schedule_id: gone.id, name: gone.name });
}

function changedRetention({ retention }: ChangeSchedule, old: BackupSchedule): BackupSchedule['retention'] {
  if (retention === undefined) return old.retention;
  return retention === null ? null : retentionOf(retention);
}

async function requireFreeName(stores: Stores, { id, name }: Pick<BackupSchedule, 'id' | 'name'>): Promise<void> {
  const isTaken = (await stores.backupSchedules.list()).some((other) => other.name === name && other.id !== id);
  if (isTaken) throw scheduleNameTaken(name);
}

async function targetsOf(stores: Stores, { targets }: BackupSchedule): Promise<readonly TargetRecord[]> {
  const found: TargetRecord[] = [];
  for (const { targetId } of targets) {
    const target = await stores.targets.find(targetId);
    if (target) found.push(target);
  }
  return found;
}
