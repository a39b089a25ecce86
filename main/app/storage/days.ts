import { DateTime } from 'luxon';

/** `2026-11-29`, as the zone's calendars have it. */
export function dayOf(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy-MM-dd');
}

/** So many days before, give or take the zone's offset: where a list begins. */
export function dayBefore(at: Date, days: number): string {
  return new Date(at.getTime() - days * 86_400_000).toISOString().slice(0, 10);
}
