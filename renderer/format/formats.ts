import { bytesText } from './bytes.ts';
import { durationText, roughDurationText } from './duration.ts';
import { madeWhenUsed } from './made-when-used.ts';

/** Numbers, times and sizes as a person of a place writes them. */
export interface Formats {
  readonly locale: string;
  number(value: number): string;
  /** `value` of 0 to 100. */
  percent(value: number): string;
  bytes(count: number): string;
  /** `3 h 5 min` */
  duration(seconds: number): string;
  /** `2.5 hr`: one unit, for axes. */
  roughDuration(seconds: number): string;
  /** Date and time, to the minute. */
  dateTime(at: string | number): string;
  /** To the second. */
  exactTime(at: string | number): string;
  date(at: string | number): string;
  time(at: string | number): string;
  /** A day of the calendar, given as its beginning in UTC: `Mon 12 Jan`. */
  day(dateMs: number): string;
  /** `5 minutes ago`, `in 2 hours` */
  relative(at: string | number, nowMs: number): string;
}

const known = new Map<string, Formats>();

export function formatsOf(locale: string): Formats {
  let formats = known.get(locale);
  if (!formats) known.set(locale, (formats = createFormats(locale)));
  return formats;
}

function createFormats(locale: string): Formats {
  const dates = (options: Intl.DateTimeFormatOptions) => madeWhenUsed(() => new Intl.DateTimeFormat(locale, options));
  const number = madeWhenUsed(() => new Intl.NumberFormat(locale));
  const percent = madeWhenUsed(() => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 }));
  const dateTime = dates({ dateStyle: 'medium', timeStyle: 'short' });
  const exact = dates({ dateStyle: 'medium', timeStyle: 'medium' });
  const date = dates({ dateStyle: 'medium' });
  const time = dates({ timeStyle: 'short' });
  const day = dates({ weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' });
  const relative = madeWhenUsed(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }));
  return {
    locale,
    number: (value) => number().format(value),
    percent: (value) => percent().format(value / 100),
    bytes: (count) => bytesText(count, locale),
    duration: (seconds) => durationText(seconds, locale),
    roughDuration: (seconds) => roughDurationText(seconds, locale),
    dateTime: (at) => dateTime().format(new Date(at)),
    exactTime: (at) => exact().format(new Date(at)),
    date: (at) => date().format(new Date(at)),
    day: (dateMs) => day().format(dateMs),
    time: (at) => time().format(new Date(at)),
    relative: (at, nowMs) => relativeText(relative(), new Date(at).getTime() - nowMs),
  };
}

const STEPS: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** Below a minute it is now: seconds that count would only make the page restless. */
function relativeText(format: Intl.RelativeTimeFormat, differenceMs: number): string {
  const seconds = differenceMs / 1000;
  for (const [unit, size] of STEPS) {
    const count = Math.round(seconds / size);
    // 23.6 hours are a day, 59.6 minutes an hour: the larger unit wins when it rounds to one.
    if (Math.abs(count) >= 1 && Math.abs(seconds) >= size * 0.98) return format.format(count, unit);
  }
  return format.format(0, 'second');
}
