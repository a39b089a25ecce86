import { toInstant } from '../../../contracts/common/instant.ts';
import type { SchedulePreview, SchedulePreviewQuery } from '../../../contracts/schedules.ts';
import type { Clock } from '../clock/ports.ts';
import { nextDue } from '../schedule/next-due.ts';
import { MANUAL, parseSchedule } from '../schedule/schedule.ts';
import { checkedSchedule, checkedTimeZone } from './task-fields.ts';

export interface PreviewDeps {
  readonly clock: Clock;
  /** The service's. */
  readonly timeZone: string;
}

/** When a task with this schedule would start next. Refuses what a task would be refused for. */
export function previewSchedule({ clock, timeZone: own }: PreviewDeps, query: SchedulePreviewQuery): SchedulePreview {
  const schedule = checkedSchedule(query.schedule) ?? MANUAL.kind;
  const timeZone = checkedTimeZone(query.time_zone) ?? own;
  const anchor = clock.now();
  const next: Date[] = [];
  while (next.length < query.count) {
    const due = nextDue(parseSchedule(schedule), { after: next.at(-1) ?? anchor, anchor, timeZone });
    if (!due) break;
    next.push(due);
  }
  return { schedule, time_zone: timeZone, next: next.map((due) => toInstant(due.getTime())) };
}
