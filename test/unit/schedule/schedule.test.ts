import { describe, expect, it, test } from 'vitest';
import { ScheduleError, SCHEDULE_FORMATS } from '../../../main/app/schedule/schedule-error.ts';
import { describeSchedule, formatSchedule } from '../../../main/app/schedule/schedule-text.ts';
import { MANUAL, parseSchedule } from '../../../main/app/schedule/schedule.ts';

/** What was written, its canonical text, and what people read. */
const ACCEPTED: readonly (readonly [text: string, canonical: string, description: string])[] = [
  ['every 5 minutes', 'every 5 minutes', 'Every 5 minutes'],
  ['every 1 minutes', 'every 1 minute', 'Every minute'],
  ['every 1 day', 'every 1 day', 'Every day'],
  ['every 2 hour', 'every 2 hours', 'Every 2 hours'],
  ['every 366 days', 'every 366 days', 'Every 366 days'],
  ['every 0527040 minutes', 'every 527040 minutes', 'Every 527040 minutes'],
  ['daily at 2:00', 'daily at 2:00', 'Every day at 2:00'],
  ['  Daily  AT 09:05 ', 'daily at 9:05', 'Every day at 9:05'],
  ['daily at 23:59', 'daily at 23:59', 'Every day at 23:59'],
  ['weekly on monday at 0:00', 'weekly on monday at 0:00', 'Every Monday at 0:00'],
  ['weekly on Sun at 14:30', 'weekly on sunday at 14:30', 'Every Sunday at 14:30'],
  ['monthly on 1 at 3:00', 'monthly on 1 at 3:00', 'On day 1 of every month at 3:00'],
  [
    'monthly on 30 at 3:00',
    'monthly on 30 at 3:00',
    'On day 30 of every month (the last day of a shorter one) at 3:00',
  ],
  ['monthly on 31 at 3:00', 'monthly on 31 at 3:00', 'On the last day of every month at 3:00'],
  ['monthly on LAST at 3:00', 'monthly on last at 3:00', 'On the last day of every month at 3:00'],
  ['0 2 * * *', '0 2 * * *', 'At the times of the cron expression 0 2 * * *'],
  ['*/10 0 2 ?  * mon-fri', '*/10 0 2 ? * MON-FRI', 'At the times of the cron expression */10 0 2 ? * MON-FRI'],
  ['0 0 L * *', '0 0 L * *', 'At the times of the cron expression 0 0 L * *'],
  ['0 12 * * thu#2', '0 12 * * THU#2', 'At the times of the cron expression 0 12 * * THU#2'],
  ['manual', 'manual', 'Only when somebody starts it'],
];

test.each(ACCEPTED)('%j', (text, canonical, description) => {
  const schedule = parseSchedule(text);
  expect(formatSchedule(schedule)).toBe(canonical);
  expect(describeSchedule(schedule)).toBe(description);
  expect(parseSchedule(canonical)).toEqual(schedule);
  expect(JSON.parse(JSON.stringify(schedule))).toEqual(schedule);
});

test('null is manual', () => {
  expect(parseSchedule(null)).toEqual(MANUAL);
});

/** What was written, and what the message must say about it. */
const REFUSED: readonly (readonly [text: string, reason: string])[] = [
  ['', 'it is empty'],
  ['   ', 'it is empty'],
  ['now and then', 'its form is unknown'],
  ['@daily', 'its form is unknown'],
  ['* * * *', 'its form is unknown'],
  ['* * * * * * *', 'its form is unknown'],
  ['manual at 2:00', 'nothing may follow'],
  ['every 0 minutes', '1 minute to 366 days'],
  ['every 367 days', '1 minute to 366 days'],
  ['every 8785 hours', '1 minute to 366 days'],
  ['every 527041 minutes', '1 minute to 366 days'],
  [`every ${'9'.repeat(400)} days`, '1 minute to 366 days'],
  ['every -5 minutes', 'whole number'],
  ['every 1.5 hours', 'whole number'],
  ['every 30 seconds', 'minutes, hours or days'],
  ['every 5 minutes at 2:00', 'whole number'],
  ['every five minutes', 'whole number'],
  ['daily', 'it must end with a time'],
  ['daily at 2', 'it must end with a time'],
  ['daily at 2:0', 'it must end with a time'],
  ['daily at 2:00 pm', 'it must end with a time'],
  ['daily at 24:00', 'the hour must be 0 to 23'],
  ['daily at 2:60', 'the minute must be 00 to 59'],
  ['weekly on funday at 2:00', 'name of a day'],
  ['weekly at 2:00', 'name of a day'],
  ['monthly on 0 at 2:00', '1 to 31'],
  ['monthly on 32 at 2:00', '1 to 31'],
  ['monthly on first at 2:00', '1 to 31'],
  ['60 * * * *', 'range 0-59'],
  ['0 0 31 4,6 *', 'day of month'],
  ['0 0 30 FEB *', 'day of month'],
  ['H 2 * * *', 'random'],
  ['0 2 * * MOM', 'alias'],
  ['*/0 * * * *', 'cannot repeat'],
  [`${'1,'.repeat(300)}1 * * * *`, 'longer than'],
];

describe('refused', () => {
  test.each(REFUSED)('%j', (text, reason) => {
    const error = errorOf(() => parseSchedule(text));
    expect(error).toMatchObject({ code: 'invalid_schedule', acceptedFormats: SCHEDULE_FORMATS });
    expect(error.message).toContain(reason);
    for (const format of SCHEDULE_FORMATS) expect(error.message).toContain(format);
  });

  it('shows what was written on one short line, without control characters', () => {
    const { message } = errorOf(() => parseSchedule(`every\n\u001b[31m ${'x'.repeat(300)}`));
    expect(message).toContain('"every\\n\\u001b[31m xxx');
    expect(message).not.toContain('x'.repeat(80));
  });
});

function errorOf(call: () => unknown): ScheduleError {
  try {
    call();
  } catch (error) {
    if (error instanceof ScheduleError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
}
