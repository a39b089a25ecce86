import type { Formats } from '../../format/formats.ts';
import { useFormats } from '../../format/use-formats.ts';
import { useTexts } from '../../i18n/use-texts.ts';
import { partsOf } from './schedule-parts.ts';
import { scheduleTexts } from './texts.ts';

/** A schedule in the user's language and way to write times. What he has to type elsewhere stays as he typed it: cron expressions. */
export function ScheduleWords({ schedule }: { readonly schedule: string }) {
  return <span title={schedule}>{scheduleWords(schedule, useTexts(scheduleTexts), useFormats())}</span>;
}

export function scheduleWords(
  schedule: string,
  { words, weekdays, scheduleKinds }: (typeof scheduleTexts)['en'],
  formats: Pick<Formats, 'time' | 'number'>,
): string {
  const parts = partsOf(schedule);
  switch (parts.kind) {
    case 'manual':
      return scheduleKinds.manual;
    case 'interval':
      return words.every[parts.unit](Number(parts.every), formats.number(Number(parts.every)));
    case 'daily':
      return words.daily(timeOf(parts.time, formats));
    case 'weekly':
      return words.weekly(weekdays[parts.weekday], timeOf(parts.time, formats));
    case 'monthly':
      return parts.day === 'last'
        ? words.monthlyOnLast(timeOf(parts.time, formats))
        : words.monthly(parts.day, timeOf(parts.time, formats));
    case 'cron':
      return parts.text;
  }
}

/** `14:05` as a person of the place writes it. The zone is the schedule's own, so nothing is converted. */
function timeOf(time: string, formats: Pick<Formats, 'time'>): string {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  // A summer's day without a change of clocks anywhere that matters: every time of day exists.
  return formats.time(new Date(2001, 6, 1, hour, minute).getTime());
}
