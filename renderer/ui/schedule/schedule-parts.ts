/** A schedule as the builder's fields have it. What it can't show stays text: a cron expression. */
export type ScheduleParts =
  | { readonly kind: 'manual' }
  | { readonly kind: 'interval'; readonly every: string; readonly unit: IntervalUnit }
  | { readonly kind: 'daily'; readonly time: string }
  | { readonly kind: 'weekly'; readonly weekday: Weekday; readonly time: string }
  | { readonly kind: 'monthly'; readonly day: string; readonly time: string }
  | { readonly kind: 'cron'; readonly text: string };

export const INTERVAL_UNITS = ['minutes', 'hours', 'days'] as const;
export type IntervalUnit = (typeof INTERVAL_UNITS)[number];
export const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof WEEKDAYS)[number];
export const SCHEDULE_KINDS = ['manual', 'interval', 'daily', 'weekly', 'monthly', 'cron'] as const;
export type ScheduleKind = (typeof SCHEDULE_KINDS)[number];

/** What a kind begins with when somebody chooses it. */
export const FIRST_PARTS: { readonly [Kind in ScheduleKind]: Extract<ScheduleParts, { kind: Kind }> } = {
  manual: { kind: 'manual' },
  interval: { kind: 'interval', every: '6', unit: 'hours' },
  daily: { kind: 'daily', time: '02:00' },
  weekly: { kind: 'weekly', weekday: 'sunday', time: '02:00' },
  monthly: { kind: 'monthly', day: '1', time: '02:00' },
  cron: { kind: 'cron', text: '0 2 * * 1-5' },
};

/** Reads what the API takes (main/app/schedule/schedule.ts says what that is). */
export function partsOf(text: string | null): ScheduleParts {
  const plain = (text ?? 'manual').trim().toLowerCase().replaceAll(/\s+/g, ' ');
  if (plain === 'manual' || plain === '') return FIRST_PARTS.manual;
  const [, every, unit] = /^every (\d+) (minute|hour|day)s?$/.exec(plain) ?? [];
  if (every !== undefined && unit !== undefined) return { kind: 'interval', every, unit: `${unit}s` as IntervalUnit };
  const [, daily] = /^daily at (\d{1,2}:\d{2})$/.exec(plain) ?? [];
  if (daily !== undefined) return { kind: 'daily', time: padded(daily) };
  const [, day, weekly] = /^weekly on ([a-z]+) at (\d{1,2}:\d{2})$/.exec(plain) ?? [];
  const weekday = WEEKDAYS.find((name) => name === day || name.slice(0, 3) === day);
  if (weekday && weekly !== undefined) return { kind: 'weekly', weekday, time: padded(weekly) };
  const [, date, monthly] = /^monthly on (\d{1,2}|last) at (\d{1,2}:\d{2})$/.exec(plain) ?? [];
  if (date !== undefined && monthly !== undefined) return { kind: 'monthly', day: date, time: padded(monthly) };
  return { kind: 'cron', text: text ?? '' };
}

/** As the API takes it. */
export function textOf(parts: ScheduleParts): string {
  switch (parts.kind) {
    case 'manual':
      return 'manual';
    case 'interval':
      return `every ${parts.every} ${parts.unit}`;
    case 'daily':
      return `daily at ${parts.time}`;
    case 'weekly':
      return `weekly on ${parts.weekday} at ${parts.time}`;
    case 'monthly':
      return `monthly on ${parts.day} at ${parts.time}`;
    case 'cron':
      return parts.text;
  }
}

/** A time field wants two digits. */
function padded(time: string): string {
  return time.padStart(5, '0');
}
