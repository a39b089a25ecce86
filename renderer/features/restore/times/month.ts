/** A month of the calendar here, where the user is. `month` from 0. */
export interface Month {
  readonly year: number;
  readonly month: number;
}

export interface Day extends Month {
  readonly day: number;
}

export function dayOf(at: string | number): Day {
  const date = new Date(at);
  return { year: date.getFullYear(), month: date.getMonth(), day: date.getDate() };
}

export function isSameDay(one: Day, other: Day): boolean {
  return one.day === other.day && isSameMonth(one, other);
}

export function isSameMonth(one: Month, other: Month): boolean {
  return one.month === other.month && one.year === other.year;
}

/** Days later, or earlier; the calendar's own arithmetic, whatever the clocks do that day. */
export function daysLater({ year, month, day }: Day, count: number): Day {
  return dayOf(new Date(year, month, day + count).getTime());
}

export function monthsLater({ year, month, day }: Day, count: number): Day {
  const last = new Date(year, month + count + 1, 0).getDate();
  return dayOf(new Date(year, month + count, Math.min(day, last)).getTime());
}

/** Its instants, for the API. */
export function spanOf({ year, month }: Month) {
  return { from: new Date(year, month, 1).toISOString(), to: new Date(year, month + 1, 1).toISOString() };
}

export function startOf({ year, month, day }: Day): number {
  return new Date(year, month, day).getTime();
}

/** Whole weeks that hold the month. `firstWeekday`: 1 for Monday, 7 for Sunday. */
export function weeksOf({ year, month }: Month, firstWeekday: number): readonly (readonly Day[])[] {
  const weekday = new Date(year, month, 1).getDay() || 7;
  const before = (weekday - firstWeekday + 7) % 7;
  const length = new Date(year, month + 1, 0).getDate();
  return Array.from({ length: Math.ceil((before + length) / 7) }, (_week, week) =>
    Array.from({ length: 7 }, (_day, at) => daysLater({ year, month, day: 1 }, week * 7 + at - before)),
  );
}

/** Where weeks begin: by the region of the locale, and on Monday where the browser doesn't know. */
export function firstWeekdayOf(locale: string): number {
  const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?: () => { readonly firstDay: number } };
  return known.getWeekInfo?.().firstDay ?? 1;
}
