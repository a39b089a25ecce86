import { civilFromDays, daysFromCivil, daysInMonth, isLeapYear } from './civil-date.ts';
import { EngineError } from './errors.ts';

declare const timeText: unique symbol;

/**
 * A time exactly as Go prints it: `YYYY-MM-DDTHH:MM:SS[.fraction]` and `Z` or `±HH:MM`, the fraction without trailing zeros.
 * Two equal texts are the same instant; the reverse needs `parseTime`, because the offset is part of the text.
 */
export type TimeText = string & { readonly [timeText]: true };

/** A point in time with the wall-clock offset it was written with. */
export interface Instant {
  /** Nanoseconds since 1970-01-01T00:00:00Z, negative before. */
  readonly epochNs: bigint;
  /** Minutes east of UTC. */
  readonly offsetMinutes: number;
}

/** What a missing time means to Go, and therefore to restic. */
export const ZERO_TIME = '0001-01-01T00:00:00Z' as TimeText;

const NS_PER_SECOND = 1_000_000_000n;
const SECONDS_PER_DAY = 86_400;
const TWO_DIGITS = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));
const POWER_OF_TEN = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

// The scanner's results live in module variables: it runs three times a node, and an object each time would be garbage.
let scannedSeconds = 0;
let scannedNanos = 0;
let scannedOffsetMinutes = 0;
let scannedCanonical = false;

/** Reads times as strictly as restic does (repository-format, section 11). Anything else is `corrupt`. */
export function parseTime(text: string): Instant {
  if (!scan(text)) throw badTime(text);
  return {
    epochNs: BigInt(scannedSeconds) * NS_PER_SECOND + BigInt(scannedNanos),
    offsetMinutes: scannedOffsetMinutes,
  };
}

/** The instant alone, for comparisons. */
export function epochNsOf(text: string): bigint {
  if (!scan(text)) throw badTime(text);
  return BigInt(scannedSeconds) * NS_PER_SECOND + BigInt(scannedNanos);
}

let lastChecked: TimeText = ZERO_TIME;

/** Checks an untrusted text and returns it the way Go would print it again; cheap when it is canonical already. */
export function checkTime(text: string): TimeText {
  // A file's mtime, atime and ctime are very often the same text.
  if (text === lastChecked) return lastChecked;
  if (!scan(text)) throw badTime(text);
  lastChecked = scannedCanonical
    ? (text as TimeText)
    : render(scannedSeconds, scannedNanos, scannedOffsetMinutes, undefined);
  return lastChecked;
}

/** Years outside 0–9999 are moved to the nearest one, as restic does: month, day and time of day stay. */
export function formatTime(instant: Instant): TimeText {
  const { seconds, nanos } = split(instant.epochNs);
  return render(seconds, nanos, instant.offsetMinutes, undefined);
}

function badTime(text: string): EngineError {
  return new EngineError('corrupt', `Not an RFC 3339 time: ${JSON.stringify(text.slice(0, 60))}`);
}

function digitsAt(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index++) {
    const digit = text.charCodeAt(index) - 48;
    // charCodeAt past the end is NaN, for which this comparison is false as well.
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function scan(text: string): boolean {
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 2);
  const day = digitsAt(text, 8, 2);
  const hour = digitsAt(text, 11, 2);
  const minute = digitsAt(text, 14, 2);
  const second = digitsAt(text, 17, 2);
  if ((year | month | day | hour | minute | second) < 0) return false;
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') return false;
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return false;
  if (day > 28 && day > daysInMonth(year, month)) return false;

  let at = 19;
  scannedNanos = 0;
  scannedCanonical = true;
  if (text[at] === '.') {
    let end = at + 1;
    while (end < text.length && text.charCodeAt(end) >= 48 && text.charCodeAt(end) <= 57) end++;
    const digits = end - at - 1;
    if (digits < 1 || digits > 9) return false;
    scannedNanos = digitsAt(text, at + 1, digits) * (POWER_OF_TEN[9 - digits] ?? 1);
    scannedCanonical = text[end - 1] !== '0';
    at = end;
  }
  if (!scanOffset(text, at)) return false;
  const days = daysFromCivil(year, month, day);
  scannedSeconds = days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - scannedOffsetMinutes * 60;
  return true;
}

function scanOffset(text: string, at: number): boolean {
  scannedOffsetMinutes = 0;
  const sign = text[at];
  if (sign === 'Z') return text.length === at + 1;
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return false;
  const hours = digitsAt(text, at + 1, 2);
  const minutes = digitsAt(text, at + 4, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) return false;
  if (hours === 0 && minutes === 0) scannedCanonical = false;
  else scannedOffsetMinutes = sign === '-' ? -(hours * 60 + minutes) : hours * 60 + minutes;
  return true;
}

function split(epochNs: bigint): { seconds: number; nanos: number } {
  const seconds = Number(epochNs / NS_PER_SECOND);
  const nanos = Number(epochNs % NS_PER_SECOND);
  return nanos < 0 ? { seconds: seconds - 1, nanos: nanos + 1e9 } : { seconds, nanos };
}

interface DayMemo {
  day: number;
  prefix: string;
}

function render(seconds: number, nanos: number, offsetMinutes: number, memo: DayMemo | undefined): TimeText {
  const wallSeconds = seconds + offsetMinutes * 60;
  const day = Math.floor(wallSeconds / SECONDS_PER_DAY);
  const secondOfDay = wallSeconds - day * SECONDS_PER_DAY;
  let prefix: string;
  if (memo === undefined) prefix = dayPrefix(day);
  else {
    if (memo.day !== day) {
      memo.day = day;
      memo.prefix = dayPrefix(day);
    }
    prefix = memo.prefix;
  }
  const hour = Math.floor(secondOfDay / 3600);
  const minute = Math.floor((secondOfDay % 3600) / 60);
  const clock = `${TWO_DIGITS[hour]}:${TWO_DIGITS[minute]}:${TWO_DIGITS[secondOfDay % 60]}`;
  return (prefix + clock + fraction(nanos) + offsetText(offsetMinutes)) as TimeText;
}

function dayPrefix(day: number): string {
  let { year, month, day: dayOfMonth } = civilFromDays(day);
  if (year < 0 || year > 9999) {
    year = year < 0 ? 0 : 9999;
    if (month === 2 && dayOfMonth === 29 && !isLeapYear(year)) {
      month = 3;
      dayOfMonth = 1;
    }
  }
  return `${String(year).padStart(4, '0')}-${TWO_DIGITS[month]}-${TWO_DIGITS[dayOfMonth]}T`;
}

function fraction(nanos: number): string {
  if (nanos === 0) return '';
  let digits = 9;
  while (nanos % 10 === 0) {
    nanos /= 10;
    digits--;
  }
  return '.' + String(nanos).padStart(digits, '0');
}

function offsetText(offsetMinutes: number): string {
  if (offsetMinutes === 0) return 'Z';
  const magnitude = Math.abs(offsetMinutes);
  const sign = offsetMinutes < 0 ? '-' : '+';
  return `${sign}${TWO_DIGITS[Math.floor(magnitude / 60)]}:${TWO_DIGITS[magnitude % 60]}`;
}

/** Whole minutes east of UTC at an instant, rounded towards zero. */
export type ZoneOffset = (epochMs: number) => number;

/** The process's zone. `getTimezoneOffset` counts westwards and drops the seconds of historic local mean times. */
export const processZone: ZoneOffset = (epochMs) => {
  const date = new Date(Math.min(Math.max(epochMs, -8.64e15), 8.64e15));
  return -date.getTimezoneOffset() || 0;
};

/**
 * Prints times in one zone, with the offset that is valid at the instant itself, as restic prints node times.
 *
 * Zones with seconds in their offset (local mean time, before about 1900) can't be written in RFC 3339. The wall clock is then
 * printed for the offset's whole minutes, so that reading the text gives the same instant. (Restic prints the true wall clock
 * beside the cut offset, and reads back another instant.)
 */
export class ZonedTimeFormatter {
  readonly #zone: ZoneOffset;
  readonly #dayMemo: DayMemo = { day: NaN, prefix: '' };
  #lastNs: bigint | undefined;
  #lastText: TimeText = ZERO_TIME;
  #hour = NaN;
  #hourOffset = 0;

  constructor(zone: ZoneOffset = processZone) {
    this.#zone = zone;
  }

  format(epochNs: bigint): TimeText {
    if (epochNs === this.#lastNs) return this.#lastText;
    const { seconds, nanos } = split(epochNs);
    this.#lastText = render(seconds, nanos, this.#offsetAt(seconds), this.#dayMemo);
    this.#lastNs = epochNs;
    return this.#lastText;
  }

  #offsetAt(seconds: number): number {
    const hour = Math.floor(seconds / 3600);
    if (hour === this.#hour) return this.#hourOffset;
    const first = this.#zone(hour * 3_600_000);
    // An hour in which the clocks change is not remembered: its offset depends on the second.
    if (first !== this.#zone(hour * 3_600_000 + 3_599_999)) return this.#zone(seconds * 1000);
    this.#hour = hour;
    this.#hourOffset = first;
    return first;
  }
}

const local = new ZonedTimeFormatter();

/** The hot path of a walk: well below a microsecond for times that cluster. */
export function formatLocal(epochNs: bigint): TimeText {
  return local.format(epochNs);
}

/** The present moment in the process's zone, in milliseconds' resolution. */
export function localNow(): TimeText {
  return local.format(BigInt(Date.now()) * 1_000_000n);
}
