import { describe, expect, it, test } from 'vitest';
import { latestDue, nextDue } from '../../../main/app/schedule/next-due.ts';
import { ScheduleError } from '../../../main/app/schedule/schedule-error.ts';
import { parseSchedule } from '../../../main/app/schedule/schedule.ts';
import { checkTimeZone } from '../../../main/app/schedule/wall-clock.ts';

const ANCHOR = new Date('2000-01-01T00:00:00Z');

/** The due instants in `(from, to]`, without the zeros at their ends; found forwards, and the same backwards. */
function dues(text: string, timeZone: string, from: string, to: string, anchor = ANCHOR): string[] {
  const schedule = parseSchedule(text);
  const after = new Date(from);
  const until = new Date(to);
  const found: string[] = [];
  for (let due = nextDue(schedule, { after, timeZone, anchor }); due && due <= until;) {
    found.push(due.toISOString());
    due = nextDue(schedule, { after: due, timeZone, anchor });
  }
  const backwards: string[] = [];
  for (let due = latestDue(schedule, { after, until, timeZone, anchor }); due;) {
    backwards.unshift(due.toISOString());
    due = latestDue(schedule, { after, until: new Date(due.getTime() - 1), timeZone, anchor });
  }
  expect(backwards).toEqual(found);
  return found.map((instant) => instant.replace(/(:00)?\.000Z$/, 'Z'));
}

describe('without a change of clocks', () => {
  test('daily, in the zone of the task', () => {
    expect(dues('daily at 2:00', 'Asia/Kathmandu', '2026-01-01T00:00Z', '2026-01-03T00:00Z')).toEqual([
      '2026-01-01T20:15Z',
      '2026-01-02T20:15Z',
    ]);
  });

  test('an instant is never its own successor', () => {
    expect(dues('daily at 2:00', 'UTC', '2026-01-01T02:00Z', '2026-01-02T02:00Z')).toEqual(['2026-01-02T02:00Z']);
    expect(dues('daily at 2:00', 'UTC', '2026-01-01T01:59:59.999Z', '2026-01-01T02:00Z')).toHaveLength(1);
  });

  test.each([
    ['sunday', '2026-01-04'],
    ['monday', '2026-01-05'],
    ['thursday', '2026-01-01'],
    ['saturday', '2026-01-03'],
  ])('weekly on %s', (day, date) => {
    const [first, second] = dues(`weekly on ${day} at 0:30`, 'UTC', '2026-01-01T00:00Z', '2026-01-14T00:00Z');
    expect(first).toBe(`${date}T00:30Z`);
    expect(Date.parse(String(second)) - Date.parse(String(first))).toBe(7 * 86_400_000);
  });

  test('monthly, on the last day where a month is too short', () => {
    const from = '2027-12-31T12:00Z';
    const to = '2028-05-01T00:00Z';
    const shortMonths = ['2028-02-29T03:00Z', '2028-03-31T03:00Z', '2028-04-30T03:00Z'];
    expect(dues('monthly on 31 at 3:00', 'UTC', from, to)).toEqual(['2028-01-31T03:00Z', ...shortMonths]);
    expect(dues('monthly on last at 3:00', 'UTC', from, to)).toEqual(['2028-01-31T03:00Z', ...shortMonths]);
    expect(dues('monthly on 30 at 3:00', 'UTC', from, '2028-03-31T00:00Z')).toEqual([
      '2028-01-30T03:00Z',
      '2028-02-29T03:00Z',
      '2028-03-30T03:00Z',
    ]);
    expect(dues('monthly on 29 at 3:00', 'UTC', '2027-02-01T00:00Z', '2027-03-01T00:00Z')).toEqual([
      '2027-02-28T03:00Z',
    ]);
  });

  test('cron keeps its own meaning', () => {
    // A month without a 31st has no run.
    expect(dues('0 3 31 * *', 'UTC', '2027-12-31T12:00Z', '2028-05-01T00:00Z')).toEqual([
      '2028-01-31T03:00Z',
      '2028-03-31T03:00Z',
    ]);
    // Days of month and of week are alternatives.
    expect(dues('0 3 10 * fri', 'UTC', '2026-01-01T12:00Z', '2026-01-11T00:00Z')).toEqual([
      '2026-01-02T03:00Z',
      '2026-01-09T03:00Z',
      '2026-01-10T03:00Z',
    ]);
    expect(dues('*/20 0 3 * * *', 'UTC', '2026-01-01T00:00Z', '2026-01-02T00:00Z')).toEqual([
      '2026-01-01T03:00Z',
      '2026-01-01T03:00:20Z',
      '2026-01-01T03:00:40Z',
    ]);
    expect(dues('0 0 29 2 *', 'UTC', '2096-03-01T00:00Z', '2104-03-01T00:00Z')).toEqual(['2104-02-29T00:00Z']);
    expect(dues('0 0 * * 7', 'UTC', '2026-01-01T00:00Z', '2026-01-05T00:00Z')).toEqual(['2026-01-04T00:00Z']);
  });

  test('manual is never due', () => {
    const place = { after: ANCHOR, timeZone: 'UTC', anchor: ANCHOR };
    expect(nextDue(parseSchedule('manual'), place)).toBeNull();
    expect(latestDue(parseSchedule('manual'), { ...place, until: new Date('2030-01-01') })).toBeNull();
  });
});

describe('intervals', () => {
  const anchor = new Date('2026-03-28T12:00:00.250Z');

  test('count from their anchor, which is no due instant itself', () => {
    expect(dues('every 90 minutes', 'UTC', '2026-03-01T00:00Z', '2026-03-28T15:30Z', anchor)).toEqual([
      '2026-03-28T13:30:00.250Z',
      '2026-03-28T15:00:00.250Z',
    ]);
  });

  test('are elapsed time, also over a night that has 23 hours', () => {
    expect(dues('every 1 day', 'Europe/Berlin', '2026-03-28T12:00:01Z', '2026-03-30T13:00Z', anchor)).toEqual([
      '2026-03-29T12:00:00.250Z',
      '2026-03-30T12:00:00.250Z',
    ]);
  });

  test('never drift', () => {
    const far = nextDue(parseSchedule('every 7 minutes'), {
      after: new Date('2036-03-28T12:00Z'),
      timeZone: 'UTC',
      anchor,
    });
    expect((Number(far) - anchor.getTime()) % (7 * 60_000)).toBe(0);
  });
});

describe('a time that the clock leaves out', () => {
  test('is due when the clock has been set forward', () => {
    // 2:00 becomes 3:00 at 01:00Z.
    expect(dues('daily at 2:30', 'Europe/Berlin', '2026-03-28T00:00Z', '2026-03-31T00:00Z')).toEqual([
      '2026-03-28T01:30Z',
      '2026-03-29T01:00Z',
      '2026-03-30T00:30Z',
    ]);
    expect(dues('30 2 29 3 *', 'Europe/Berlin', '2026-01-01T00:00Z', '2026-12-01T00:00Z')).toEqual([
      '2026-03-29T01:00Z',
    ]);
  });

  test('midnight included', () => {
    // São Paulo began its summer at midnight, until 2018.
    expect(dues('daily at 0:00', 'America/Sao_Paulo', '2018-11-03T12:00Z', '2018-11-05T12:00Z')).toEqual([
      '2018-11-04T03:00Z',
      '2018-11-05T02:00Z',
    ]);
  });

  test('by half an hour, on Lord Howe Island', () => {
    // 2:00 becomes 2:30 at 15:30Z.
    expect(dues('daily at 2:10', 'Australia/Lord_Howe', '2026-10-03T00:00Z', '2026-10-05T00:00Z')).toEqual([
      '2026-10-03T15:30Z',
      '2026-10-04T15:10Z',
    ]);
    expect(dues('daily at 2:30', 'Australia/Lord_Howe', '2026-10-03T00:00Z', '2026-10-04T00:00Z')).toEqual([
      '2026-10-03T15:30Z',
    ]);
  });

  test('for a whole day, in Samoa', () => {
    // Apia had no 30 December 2011: its midnight was that of the 31st, at 10:00Z.
    expect(dues('daily at 8:00', 'Pacific/Apia', '2011-12-29T00:00Z', '2012-01-01T00:00Z')).toEqual([
      '2011-12-29T18:00Z',
      '2011-12-30T10:00Z',
      '2011-12-30T18:00Z',
      '2011-12-31T18:00Z',
    ]);
    expect(dues('monthly on 30 at 8:00', 'Pacific/Apia', '2011-12-01T00:00Z', '2012-01-01T00:00Z')).toEqual([
      '2011-12-30T10:00Z',
    ]);
    expect(dues('weekly on friday at 23:00', 'Pacific/Apia', '2011-12-26T00:00Z', '2012-01-01T00:00Z')).toEqual([
      '2011-12-30T10:00Z',
    ]);
  });

  test('is one run with the others left out, and with the time at which the clock goes on', () => {
    expect(dues('*/15 2 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toEqual([
      '2026-03-29T01:00Z',
    ]);
    expect(dues('0,30 2,3 * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T12:00Z')).toEqual([
      '2026-03-29T01:00Z',
      '2026-03-29T01:30Z',
    ]);
  });
});

describe('a time that the clock shows twice', () => {
  test('is due the first time', () => {
    // 3:00 becomes 2:00 at 01:00Z.
    expect(dues('daily at 2:30', 'Europe/Berlin', '2026-10-24T00:00Z', '2026-10-27T00:00Z')).toEqual([
      '2026-10-24T00:30Z',
      '2026-10-25T00:30Z',
      '2026-10-26T01:30Z',
    ]);
    expect(dues('daily at 2:00', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T23:00Z')).toEqual([]);
    expect(dues('daily at 3:00', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T23:00Z')).toEqual([
      '2026-10-25T02:00Z',
    ]);
  });

  test('also for somebody who asks while it is shown again', () => {
    // 2:10 for the second time; 2:30 will come a second time.
    const again = new Date('2026-10-25T01:10Z');
    const place = { timeZone: 'Europe/Berlin', anchor: ANCHOR };
    for (const text of ['daily at 2:30', '30 1,2 * * *']) {
      const schedule = parseSchedule(text);
      const latest = latestDue(schedule, { ...place, after: ANCHOR, until: again });
      expect(latest).toEqual(new Date('2026-10-25T00:30Z'));
      expect(Number(nextDue(schedule, { ...place, after: again }))).toBeGreaterThan(Date.parse('2026-10-26T00:00Z'));
    }
  });

  test('by half an hour, on Lord Howe Island', () => {
    // 2:00 becomes 1:30 at 15:00Z.
    expect(dues('daily at 1:45', 'Australia/Lord_Howe', '2026-04-04T00:00Z', '2026-04-05T20:00Z')).toEqual([
      '2026-04-04T14:45Z',
      '2026-04-05T15:15Z',
    ]);
  });

  test('around midnight, where the day before comes back', () => {
    // São Paulo: 18 February 2018, 0:00 became the 17th, 23:00, at 02:00Z.
    expect(dues('daily at 23:30', 'America/Sao_Paulo', '2018-02-17T12:00Z', '2018-02-19T12:00Z')).toEqual([
      '2018-02-18T01:30Z',
      '2018-02-19T02:30Z',
    ]);
    // The 18th begins once only.
    expect(dues('daily at 0:00', 'America/Sao_Paulo', '2018-02-17T12:00Z', '2018-02-19T12:00Z')).toEqual([
      '2018-02-18T03:00Z',
      '2018-02-19T03:00Z',
    ]);
  });

  test('also several times in one hour', () => {
    expect(dues('*/20 2 * * *', 'Europe/Berlin', '2026-10-24T20:00Z', '2026-10-25T20:00Z')).toEqual([
      '2026-10-25T00:00Z',
      '2026-10-25T00:20Z',
      '2026-10-25T00:40Z',
    ]);
  });
});

describe('a cron expression for every hour is a rhythm', () => {
  test('that is steady over clocks set forward and back', () => {
    const hours = (from: number, to: number, day: string) =>
      Array.from({ length: to - from + 1 }, (_, index) => `${day}T${String(from + index).padStart(2, '0')}:07Z`);
    const forward = dues('7 * * * *', 'Europe/Berlin', '2026-03-29T00:00Z', '2026-03-29T05:00Z');
    expect(forward).toEqual(hours(0, 4, '2026-03-29'));
    const back = dues('7 0-23 * * *', 'Europe/Berlin', '2026-10-24T23:00Z', '2026-10-25T05:00Z');
    expect(back).toEqual(['2026-10-24T23:07Z', ...hours(0, 4, '2026-10-25')]);
    const everyMinute = dues('* * * * *', 'Europe/Berlin', '2026-10-25T00:00Z', '2026-10-25T03:00Z');
    expect(everyMinute).toHaveLength(180);
  });

  test('that is not made up for a day left out', () => {
    expect(dues('15 * * * *', 'Pacific/Apia', '2011-12-30T08:30Z', '2011-12-30T11:30Z')).toEqual([
      '2011-12-30T09:15Z',
      '2011-12-30T10:15Z',
      '2011-12-30T11:15Z',
    ]);
  });

  test('with its last repetition found from weeks later', () => {
    const schedule = parseSchedule('30 * 17 2 *');
    const until = new Date('2018-06-01T00:00Z');
    const place = { timeZone: 'America/Sao_Paulo', anchor: ANCHOR, after: ANCHOR };
    expect(latestDue(schedule, { ...place, until })).toEqual(new Date('2018-02-18T02:30Z'));
  });
});

describe('time zones', () => {
  it.each(['Mars/Olympus', '', '+02:00', 'Europe/Berlin ', '__proto__', 'local'])('refuses %j', (name) => {
    expect(() => checkTimeZone(name)).toThrow(ScheduleError);
    const place = { after: ANCHOR, anchor: ANCHOR, timeZone: name };
    expect(() => nextDue(parseSchedule('daily at 2:00'), place)).toThrow(/Unknown time zone .*IANA/);
  });

  it.each(['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/Argentina/Buenos_Aires', 'Etc/GMT+5'])(
    'knows %s',
    (name) => {
      expect(checkTimeZone(name)).toBe(name);
    },
  );
});
