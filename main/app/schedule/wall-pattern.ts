import { cronPattern } from './cron.ts';
import { WEEKDAYS, type Schedule, type TimeOfDay } from './schedule.ts';

/**
 * The endless series of wall clock times that a schedule names, without a time zone. A wall time is a number: the
 * milliseconds since 1970 of the instant at which a clock in UTC shows the same date and time.
 */
export interface WallPattern {
  /** Whether every hour of a day has times: such a schedule is a rhythm rather than a time of day. */
  readonly everyHour: boolean;
  /** The first time after `wallMs`. */
  after(wallMs: number): number;
  /** The last time at or before `wallMs`. */
  upTo(wallMs: number): number;
}

const DAY_MS = 86_400_000;

export function wallPatternOf(schedule: Exclude<Schedule, { kind: 'manual' | 'interval' }>): WallPattern {
  switch (schedule.kind) {
    case 'daily':
      return everyDays(1, timeMs(schedule.at));
    case 'weekly':
      // 1970 began on a Thursday.
      return everyDays(7, ((WEEKDAYS.indexOf(schedule.weekday) + 3) % 7) * DAY_MS + timeMs(schedule.at));
    case 'monthly':
      return everyMonth(schedule.day === 'last' ? 31 : schedule.day, timeMs(schedule.at));
    case 'cron':
      return cronPattern(schedule.expression);
  }
}

function timeMs({ hour, minute }: TimeOfDay): number {
  return (hour * 60 + minute) * 60_000;
}

function everyDays(days: number, firstMs: number): WallPattern {
  const periodMs = days * DAY_MS;
  const upTo = (wallMs: number) => firstMs + Math.floor((wallMs - firstMs) / periodMs) * periodMs;
  return { everyHour: false, upTo, after: (wallMs) => upTo(wallMs) + periodMs };
}

function everyMonth(day: number, ofDayMs: number): WallPattern {
  /** The time in a month, counted from January 1970. */
  const inMonth = (month: number) => {
    const lastDay = new Date(Date.UTC(1970, month + 1, 0)).getUTCDate();
    return Date.UTC(1970, month, Math.min(day, lastDay)) + ofDayMs;
  };
  const monthOf = (wallMs: number) => {
    const date = new Date(wallMs);
    return (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
  };
  return {
    everyHour: false,
    after(wallMs) {
      const month = monthOf(wallMs);
      return inMonth(month) > wallMs ? inMonth(month) : inMonth(month + 1);
    },
    upTo(wallMs) {
      const month = monthOf(wallMs);
      return inMonth(month) <= wallMs ? inMonth(month) : inMonth(month - 1);
    },
  };
}
