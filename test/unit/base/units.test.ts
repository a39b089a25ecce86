import { describe, expect, it } from 'vitest';
import { formatByteSize, parseByteSize } from '../../../main/engine/base/byte-size.ts';
import { daysFromCivil, isoWeek } from '../../../main/engine/base/civil-date.ts';
import { formatCalendarDuration, parseCalendarDuration, subtractDuration } from '../../../main/engine/base/duration.ts';
import { formatTime, parseTime } from '../../../main/engine/base/rfc3339.ts';

const INVALID = expect.objectContaining({ code: 'invalid_argument' });

describe('byte sizes', () => {
  it.each([
    ['0', 0],
    ['100', 100],
    ['100b', 100],
    ['512k', 524_288],
    ['10M', 10_485_760],
    ['10MB', 10_485_760],
    ['20 MiB', 20_971_520],
    ['1.5G', 1_610_612_736],
    ['2t', 2_199_023_255_552],
  ])('reads %s', (text, sizeBytes) => expect(parseByteSize(text)).toBe(sizeBytes));

  it.each(['', 'M', '-1', '1.5.2M', '10X', '1e3', '0x10', '99999999E'])('refuses %j', (text) => {
    expect(() => parseByteSize(text)).toThrow(INVALID);
  });

  it('prints bytes exactly and larger units with three decimals', () => {
    expect(formatByteSize(1023)).toBe('1023 B');
    expect(formatByteSize(1_610_612_736)).toBe('1.500 GiB');
  });
});

describe('calendar durations', () => {
  it('reads parts in any order and prints them in the usual one', () => {
    expect(parseCalendarDuration('1y5m7d2h')).toEqual({ years: 1, months: 5, days: 7, hours: 2 });
    expect(formatCalendarDuration(parseCalendarDuration(' 2h14d '))).toBe('14d2h');
    expect(formatCalendarDuration(parseCalendarDuration('0d'))).toBe('0h');
  });

  it.each(['', '7', 'd', '-7d', '1w', '1y 2m', '9999999d'])('refuses %j', (text) => {
    expect(() => parseCalendarDuration(text)).toThrow(INVALID);
  });

  it.each([
    ['2026-03-31T12:00:00+02:00', '1m', '2026-03-03T12:00:00+02:00'],
    ['2024-03-31T12:00:00Z', '1m', '2024-03-02T12:00:00Z'],
    ['2026-01-15T00:30:00+01:00', '2m', '2025-11-15T00:30:00+01:00'],
    ['2024-02-29T01:00:00Z', '1y2h', '2023-02-28T23:00:00Z'],
    ['1969-12-31T23:59:59.5Z', '1d', '1969-12-30T23:59:59.5Z'],
  ])('%s less %s is %s', (from, duration, expected) => {
    const instant = parseTime(from);
    const epochNs = subtractDuration(instant, parseCalendarDuration(duration));
    expect(formatTime({ epochNs, offsetMinutes: instant.offsetMinutes })).toBe(expected);
  });
});

describe('isoWeek', () => {
  it.each([
    [2026, 1, 1, 2026, 1],
    [2027, 1, 1, 2026, 53],
    [2027, 1, 3, 2026, 53],
    [2027, 1, 4, 2027, 1],
    [2024, 12, 30, 2025, 1],
    [2021, 1, 3, 2020, 53],
    [1969, 12, 29, 1970, 1],
    [1969, 12, 28, 1969, 52],
  ])('%i-%i-%i lies in %i week %i', (year, month, day, isoYear, week) => {
    expect(isoWeek(daysFromCivil(year, month, day))).toEqual({ year: isoYear, week });
  });
});
