/** A day of the proleptic Gregorian calendar. Years may be negative (astronomical numbering: year 0 exists). */
export interface CivilDate {
  readonly year: number;
  /** 1–12 */
  readonly month: number;
  /** 1–31 */
  readonly day: number;
}

const DAYS_PER_ERA = 146_097;
const DAYS_FROM_ERA_START_TO_1970 = 719_468;

/**
 * Days since 1970-01-01. Month and day may overflow in either direction, as in Go's `time.Date`: month 14 is February of the
 * next year, day 0 the last day of the month before.
 */
export function daysFromCivil(year: number, month: number, day: number): number {
  const monthIndex = month - 1;
  const wholeYear = year + Math.floor(monthIndex / 12);
  const normalMonth = monthIndex - Math.floor(monthIndex / 12) * 12 + 1;
  // Years are counted from March, so that the leap day is the last day of a year.
  const marchYear = normalMonth <= 2 ? wholeYear - 1 : wholeYear;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (normalMonth + (normalMonth > 2 ? -3 : 9)) + 2) / 5);
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_PER_ERA + dayOfEra - DAYS_FROM_ERA_START_TO_1970 + day - 1;
}

export function civilFromDays(days: number): CivilDate {
  const shifted = days + DAYS_FROM_ERA_START_TO_1970;
  const era = Math.floor(shifted / DAYS_PER_ERA);
  const dayOfEra = shifted - era * DAYS_PER_ERA;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return { year, month, day };
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

export function daysInMonth(year: number, month: number): number {
  return month === 2 && isLeapYear(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
}

/** ISO 8601 week: the week belongs to the year that holds its Thursday, which may differ from the calendar year. */
export function isoWeek(days: number): { readonly year: number; readonly week: number } {
  // 1970-01-01 was a Thursday; Monday is 0.
  const weekday = (((days + 3) % 7) + 7) % 7;
  const thursday = days - weekday + 3;
  const { year } = civilFromDays(thursday);
  return { year, week: Math.floor((thursday - daysFromCivil(year, 1, 1)) / 7) + 1 };
}
