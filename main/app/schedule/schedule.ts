import { checkCron } from './cron.ts';
import { invalidSchedule } from './schedule-error.ts';

export const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** On the wall clock of the task's time zone. */
export interface TimeOfDay {
  /** 0–23. */
  readonly hour: number;
  /** 0–59. */
  readonly minute: number;
}

export type IntervalUnit = 'minutes' | 'hours' | 'days';

/** When a task runs by itself: plain data, compared as `formatSchedule` writes it. */
export type Schedule =
  | { readonly kind: 'manual' }
  | { readonly kind: 'interval'; readonly every: number; readonly unit: IntervalUnit }
  | { readonly kind: 'daily'; readonly at: TimeOfDay }
  | { readonly kind: 'weekly'; readonly weekday: Weekday; readonly at: TimeOfDay }
  /** A month that has no such day runs on its last one, so that no month goes without. */
  | { readonly kind: 'monthly'; readonly day: number | 'last'; readonly at: TimeOfDay }
  /** 5 fields, or 6 with seconds in front. As in every cron, `0 0 31 * *` leaves out the months without a 31st. */
  | { readonly kind: 'cron'; readonly expression: string };

export const MANUAL: Schedule = { kind: 'manual' };

const UNIT_MS: Readonly<Record<IntervalUnit, number>> = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 };
/** A cron expression that lists every minute and hour fits. */
const LONGEST_TEXT = 500;
const LONGEST_INTERVAL_MS = 366 * UNIT_MS.days;

export function intervalMs(schedule: { readonly every: number; readonly unit: IntervalUnit }): number {
  return schedule.every * UNIT_MS[schedule.unit];
}

/**
 * Reads what a person wrote; case and spacing don't matter. `null` is `manual`.
 * Throws a ScheduleError (`invalid_schedule`) that says what is wrong and lists the accepted formats.
 */
export function parseSchedule(text: string | null): Schedule {
  if (text === null) return MANUAL;
  if (text.length > LONGEST_TEXT) throw invalidSchedule(text, `it is longer than ${LONGEST_TEXT} characters`);
  const words = text.trim().toLowerCase().split(/\s+/);
  switch (words[0]) {
    case 'manual':
      if (words.length > 1) throw invalidSchedule(text, 'nothing may follow "manual"');
      return MANUAL;
    case 'every':
      return parseInterval(text, words);
    case 'daily':
      return { kind: 'daily', at: parseAt(text, words.slice(1)) };
    case 'weekly':
      return parseWeekly(text, words);
    case 'monthly':
      return parseMonthly(text, words);
    case '':
      throw invalidSchedule(text, 'it is empty; a task that only people start is "manual"');
    default:
      if (words.length !== 5 && words.length !== 6) throw invalidSchedule(text, 'its form is unknown');
      return { kind: 'cron', expression: checkCron(text, words) };
  }
}

function parseInterval(text: string, [, count = '', unit = '', ...rest]: readonly string[]): Schedule {
  const unitMatch = /^(minute|hour|day)s?$/.exec(unit);
  if (!/^\d+$/.test(count) || !unitMatch || rest.length > 0) {
    throw invalidSchedule(text, '"every" needs a whole number and minutes, hours or days');
  }
  const interval = { kind: 'interval', every: Number(count), unit: `${unitMatch[1]}s` as IntervalUnit } as const;
  if (interval.every < 1 || intervalMs(interval) > LONGEST_INTERVAL_MS) {
    throw invalidSchedule(text, 'an interval lasts 1 minute to 366 days');
  }
  return interval;
}

function parseWeekly(text: string, [, on, day, ...at]: readonly string[]): Schedule {
  const weekday = WEEKDAYS.find((name) => name === day || name.slice(0, 3) === day);
  if (on !== 'on' || !weekday) throw invalidSchedule(text, '"weekly on" needs the name of a day, sunday to saturday');
  return { kind: 'weekly', weekday, at: parseAt(text, at) };
}

function parseMonthly(text: string, [, on, day = '', ...at]: readonly string[]): Schedule {
  const isDay = /^\d{1,2}$/.test(day) && Number(day) >= 1 && Number(day) <= 31;
  if (on !== 'on' || (day !== 'last' && !isDay)) {
    throw invalidSchedule(text, '"monthly on" needs a day, 1 to 31, or "last"');
  }
  return { kind: 'monthly', day: day === 'last' ? 'last' : Number(day), at: parseAt(text, at) };
}

function parseAt(text: string, [at, time = '', ...rest]: readonly string[]): TimeOfDay {
  const [, hour, minute] = /^(\d{1,2}):(\d{2})$/.exec(time) ?? [];
  if (at !== 'at' || hour === undefined || minute === undefined || rest.length > 0) {
    throw invalidSchedule(text, 'it must end with a time of 24 hours, like "at 2:00" or "at 14:30"');
  }
  if (Number(hour) > 23) throw invalidSchedule(text, 'the hour must be 0 to 23');
  if (Number(minute) > 59) throw invalidSchedule(text, 'the minute must be 00 to 59');
  return { hour: Number(hour), minute: Number(minute) };
}
