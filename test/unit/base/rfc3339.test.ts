import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTime, epochNsOf, formatTime, parseTime, ZonedTimeFormatter } from '../../../main/engine/base/rfc3339.ts';

const NS = 1_000_000_000n;

describe('parseTime', () => {
  it.each([
    ['1970-01-01T00:00:00Z', 0n, 0],
    ['1970-01-01T01:00:00+01:00', 0n, 60],
    ['1969-12-31T23:59:59.999999999Z', -1n, 0],
    ['2026-11-22T16:35:29.316409091+01:00', 1_795_361_729_316_409_091n, 60],
    ['1970-01-01T00:00:00.5-03:30', 12_600_500_000_000n, -210],
    ['0000-02-29T00:00:00Z', BigInt(Date.parse('0000-02-29T00:00:00Z') / 1000) * NS, 0],
    ['9999-12-31T23:59:59Z', BigInt(Date.parse('9999-12-31T23:59:59Z') / 1000) * NS, 0],
  ])('reads %s', (text, epochNs, offsetMinutes) => {
    expect(parseTime(text)).toEqual({ epochNs, offsetMinutes });
  });

  it.each([
    '',
    '2026-11-22',
    '2026-11-22t16:35:29Z',
    '2026-11-22T16:35:29z',
    '2026-11-22 16:35:29Z',
    '2026-11-22T16:35:29',
    '2026-11-22T16:35:29.Z',
    '2026-11-22T16:35:29.1234567890Z',
    '2026-11-22T16:35:29,5Z',
    '2026-11-22T24:00:00Z',
    '2026-11-22T16:60:29Z',
    '2026-11-22T16:35:60Z',
    '2026-13-22T16:35:29Z',
    '2026-00-22T16:35:29Z',
    '2026-11-31T16:35:29Z',
    '2025-02-29T16:35:29Z',
    '1900-02-29T16:35:29Z',
    '2026-11-00T16:35:29Z',
    '2026-11-22T16:35:29+0100',
    '2026-11-22T16:35:29+24:00',
    '2026-11-22T16:35:29+01:60',
    '2026-11-22T16:35:29+01:00 ',
    '12026-11-22T16:35:29Z',
    '-001-11-22T16:35:29Z',
  ])('refuses %j', (text) => {
    expect(() => parseTime(text)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });
});

describe('formatTime', () => {
  it('agrees with the platform on every millisecond of the years 0 to 9999', () => {
    const ms = fc.integer({ min: Date.parse('0000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59Z') });
    fc.assert(
      fc.property(ms, (epochMs) => {
        const expected = new Date(epochMs).toISOString().replace(/\.?0*Z$/, 'Z');
        expect(formatTime({ epochNs: BigInt(epochMs) * 1_000_000n, offsetMinutes: 0 })).toBe(expected);
      }),
    );
  });

  it('is undone by parseTime, for every nanosecond and offset', () => {
    const instant = fc.record({
      epochNs: fc.bigInt({ min: -60_000_000_000n * NS, max: 250_000_000_000n * NS }),
      offsetMinutes: fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 }),
    });
    fc.assert(
      fc.property(instant, (value) => {
        expect(parseTime(formatTime(value))).toEqual(value);
      }),
    );
  });

  it('moves years beyond 9999 and before 0 to the nearest year and keeps the rest', () => {
    const year = (value: string) => BigInt(Date.parse(value) / 1000) * NS;
    expect(formatTime({ epochNs: year('+012024-02-29T10:20:30Z'), offsetMinutes: 0 })).toBe('9999-03-01T10:20:30Z');
    expect(formatTime({ epochNs: year('+020000-07-04T10:20:30Z'), offsetMinutes: 60 })).toBe(
      '9999-07-04T11:20:30+01:00',
    );
    expect(formatTime({ epochNs: year('-000004-02-29T10:20:30Z'), offsetMinutes: 0 })).toBe('0000-02-29T10:20:30Z');
    expect(formatTime({ epochNs: -(2n ** 80n), offsetMinutes: 0 })).toMatch(/^0000-/);
    expect(formatTime({ epochNs: 2n ** 80n, offsetMinutes: 0 })).toMatch(/^9999-/);
  });
});

describe('checkTime', () => {
  it('returns canonical texts as they are and prints others as Go would', () => {
    expect(checkTime('2026-11-22T16:35:29.5+01:00')).toBe('2026-11-22T16:35:29.5+01:00');
    expect(checkTime('2026-11-22T16:35:29.500+01:00')).toBe('2026-11-22T16:35:29.5+01:00');
    expect(checkTime('2026-11-22T16:35:29.000Z')).toBe('2026-11-22T16:35:29Z');
    expect(checkTime('2026-11-22T16:35:29+00:00')).toBe('2026-11-22T16:35:29Z');
    expect(checkTime('2026-11-22T16:35:29-00:00')).toBe('2026-11-22T16:35:29Z');
    expect(() => checkTime('yesterday')).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });
});

describe('ZonedTimeFormatter', () => {
  it('asks for the offset of the instant itself, also inside the hour in which it changes', () => {
    const changeMs = 3_600_000 * 100 + 1_234_000;
    const formatter = new ZonedTimeFormatter((epochMs) => (epochMs < changeMs ? 60 : 120));
    const before = BigInt(changeMs) * 1_000_000n - 1n;
    for (const epochNs of [before, before + 1n, before, before - 3_600n * NS, before + 3_600n * NS]) {
      expect(formatter.format(epochNs)).toBe(formatTime({ epochNs, offsetMinutes: epochNs > before ? 120 : 60 }));
    }
  });

  it.each(['Europe/Berlin', 'Africa/Monrovia', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'UTC'])(
    'prints the true instant in %s, from local mean time to the far future',
    (zone) => {
      const times = Array.from({ length: 400 }, (_, index) => BigInt(index - 200) * 14_765_432_123_456_789n);
      const module = new URL('../../../main/engine/base/rfc3339.ts', import.meta.url).href;
      const script = `import {formatLocal} from ${JSON.stringify(module)};
        const times = ${JSON.stringify(times.map(String))}.map(BigInt);
        console.log(JSON.stringify(times.map((t) => [formatLocal(t), -new Date(Number(t / 1000000n)).getTimezoneOffset()])));`;
      const options = { env: { ...process.env, TZ: zone }, encoding: 'utf8' } as const;
      const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], options);
      const results = JSON.parse(printed) as [string, number][];
      expect(results.map(([text]) => epochNsOf(checkTime(text)))).toEqual(times);
      expect(results.map(([text]) => parseTime(text).offsetMinutes)).toEqual(results.map(([, offset]) => offset + 0));
    },
  );
});
