import { civilFromDays, daysFromCivil } from './civil-date.ts';
import { EngineError } from './errors.ts';
import type { Instant } from './rfc3339.ts';

/** A span in calendar units: a month is as long as the month it is subtracted from. */
export interface CalendarDuration {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly hours: number;
}

const PART = /(\d+)([ymdh])/g;
const WHOLE = /^(?:\d+[ymdh])+$/;
const UNIT_NAMES = { y: 'years', m: 'months', d: 'days', h: 'hours' } as const;
/** Keeps the arithmetic inside the calendar's exact range. */
const MAX_COUNT = 1_000_000;

/** Reads restic's `1y5m7d2h`: every part optional, a repeated unit's last value counts. Throws `invalid_argument`. */
export function parseCalendarDuration(text: string): CalendarDuration {
  const trimmed = text.trim();
  if (!WHOLE.test(trimmed)) throw badDuration(text);
  const duration = { years: 0, months: 0, days: 0, hours: 0 };
  for (const [, digits, unit] of trimmed.matchAll(PART)) {
    const count = Number(digits);
    if (count > MAX_COUNT) throw badDuration(text);
    duration[UNIT_NAMES[unit as keyof typeof UNIT_NAMES]] = count;
  }
  return duration;
}

function badDuration(text: string): EngineError {
  return new EngineError(
    'invalid_argument',
    `Not a duration: ${JSON.stringify(text)}. Write for example 1y5m7d2h or 14d.`,
  );
}

export function formatCalendarDuration(duration: CalendarDuration): string {
  const { years, months, days, hours } = duration;
  const parts = [years && `${years}y`, months && `${months}m`, days && `${days}d`, hours && `${hours}h`];
  return parts.filter(Boolean).join('') || '0h';
}

export function isZeroDuration(duration: CalendarDuration): boolean {
  return duration.years === 0 && duration.months === 0 && duration.days === 0 && duration.hours === 0;
}

const NS_PER_HOUR = 3_600_000_000_000n;
const NS_PER_MINUTE = 60_000_000_000n;
const NS_PER_DAY = 86_400_000_000_000n;

/**
 * The instant a duration earlier, in nanoseconds. Years, months and days are taken off the wall clock of the instant's own
 * offset; a day that the month lacks runs over into the next one (March 31 less one month is March 3), as in Go's `AddDate`.
 */
export function subtractDuration(from: Instant, duration: CalendarDuration): bigint {
  const wallNs = from.epochNs + BigInt(from.offsetMinutes) * NS_PER_MINUTE;
  const timeOfDayNs = ((wallNs % NS_PER_DAY) + NS_PER_DAY) % NS_PER_DAY;
  const { year, month, day } = civilFromDays(Number((wallNs - timeOfDayNs) / NS_PER_DAY));
  const days = daysFromCivil(year - duration.years, month - duration.months, day - duration.days);
  const shiftedWallNs = BigInt(days) * NS_PER_DAY + timeOfDayNs;
  return shiftedWallNs - BigInt(from.offsetMinutes) * NS_PER_MINUTE - BigInt(duration.hours) * NS_PER_HOUR;
}
