import type { CreateSchedule } from '../../../../contracts/backup-schedules.ts';
import { keptBy } from '../../../../contracts/retention.ts';
import type { Caller } from '../../access/caller.ts';
import { AppError } from '../../errors/app-error.ts';
import { MANUAL, parseSchedule } from '../../schedule/schedule.ts';
import { freeObjectId, objectSlug } from '../../targets/object-id.ts';
import { announce } from '../../tasks/task-deps.ts';
import { checkedSchedule, checkedTimeZone } from '../../tasks/task-fields.ts';
import { personOf, requireOperator } from '../../tasks/task-rights.ts';
import { namedTargets } from '../ask-backups.ts';
import type { BackupSchedule } from '../ports.ts';
import { scheduleNameTaken, type ScheduleDeps } from './schedule-deps.ts';
import { fitTasks } from './schedule-tasks.ts';

/** Backs targets up by themselves from now on. */
export async function createSchedule(
  deps: ScheduleDeps,
  caller: Caller,
  input: CreateSchedule,
): Promise<BackupSchedule> {
  requireOperator(caller);
  const schedule = whenOf(input);
  if (schedule === null)
    throw new AppError('invalid_request', 'cron: is required', { field: 'cron', code: 'required' });
  const now = deps.clock.now();
  const plan = {
    ...{ name: input.name, schedule, type: input.type, isEnabled: input.enabled },
    timeZone: checkedTimeZone(input.time_zone, 'time_zone') ?? deps.timeZone,
    retention: keptBy(input.retention),
    ...{ createdAt: now, updatedAt: now },
  };
  const { made, news } = await deps.catalog.write(async (stores) => {
    const targets = await namedTargets(stores, input.targets);
    const slug = objectSlug(input.name, 'schedule');
    const id = freeObjectId(slug, await stores.backupSchedules.idsStartingWith(slug));
    if (await isNameTaken(stores, input.name)) throw scheduleNameTaken(input.name);
    const about = { createdBy: personOf(caller), now, maxRetries: deps.maxRetries };
    const { scheduled, news: told } = await fitTasks(stores, { ...plan, id }, targets, [], about);
    const record: BackupSchedule = { ...plan, id, targets: scheduled };
    if (!(await stores.backupSchedules.insert(record))) throw scheduleNameTaken(input.name);
    const details = { name: input.name, schedule, type: input.type, targets: targets.map((target) => target.id) };
    await deps.audit.record(stores, { caller, action: 'schedule.created', object: `schedule:${id}`, details, at: now });
    return { made: record, news: told };
  });
  for (const { change, task } of news) announce(deps, change, task, now);
  deps.events.publish('schedule.created', now, { schedule_id: made.id, name: made.name });
  return made;
}

async function isNameTaken(
  { backupSchedules }: { readonly backupSchedules: { list(): Promise<readonly BackupSchedule[]> } },
  name: string,
): Promise<boolean> {
  return (await backupSchedules.list()).some((other) => other.name === name);
}

/** Null: it says nothing of when. A schedule that never comes is none. */
export function whenOf({ cron, schedule }: Pick<CreateSchedule, 'cron' | 'schedule'>): string | null {
  const field = cron === undefined ? 'schedule' : 'cron';
  const text = checkedSchedule(cron ?? schedule ?? null, field);
  if (text === null) return null;
  const { kind } = parseSchedule(text);
  const isWrong = kind === MANUAL.kind || (cron !== undefined && kind !== 'cron');
  if (!isWrong) return text;
  const reason = cron === undefined ? 'manual is no schedule; start backups by hand instead' : 'is no cron expression';
  throw new AppError('invalid_request', `${field}: ${reason}`, { field, code: 'invalid_schedule' });
}
