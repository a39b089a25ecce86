import type { IntervalUnit, Schedule, TimeOfDay } from './schedule.ts';

/** The one spelling of a schedule: what is stored, and what `parseSchedule` reads back as the same schedule. */
export function formatSchedule(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'manual':
      return 'manual';
    case 'interval':
      return `every ${schedule.every} ${unitName(schedule.every, schedule.unit)}`;
    case 'daily':
      return `daily at ${formatTime(schedule.at)}`;
    case 'weekly':
      return `weekly on ${schedule.weekday} at ${formatTime(schedule.at)}`;
    case 'monthly':
      return `monthly on ${schedule.day} at ${formatTime(schedule.at)}`;
    case 'cron':
      return schedule.expression;
  }
}

/** For people: a phrase that stands alone or after a task's name. */
export function describeSchedule(schedule: Schedule): string {
  switch (schedule.kind) {
    case 'manual':
      return 'Only when somebody starts it';
    case 'interval':
      return schedule.every === 1 ? `Every ${unitName(1, schedule.unit)}` : capitalize(formatSchedule(schedule));
    case 'daily':
      return `Every day at ${formatTime(schedule.at)}`;
    case 'weekly':
      return `Every ${capitalize(schedule.weekday)} at ${formatTime(schedule.at)}`;
    case 'monthly':
      return `${describeDay(schedule.day)} at ${formatTime(schedule.at)}`;
    case 'cron':
      return `At the times of the cron expression ${schedule.expression}`;
  }
}

function describeDay(day: number | 'last'): string {
  if (day === 'last' || day === 31) return 'On the last day of every month';
  const otherwise = day > 28 ? ' (the last day of a shorter one)' : '';
  return `On day ${day} of every month${otherwise}`;
}

/** 9:05, with the hour unpadded as people write it. */
function formatTime({ hour, minute }: TimeOfDay): string {
  return `${hour}:${String(minute).padStart(2, '0')}`;
}

function unitName(count: number, unit: IntervalUnit): string {
  return count === 1 ? unit.slice(0, -1) : unit;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
