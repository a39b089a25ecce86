import { describe, expect, test } from 'vitest';
import { formatsOf } from '../../../renderer/format/formats.ts';
import { powershellWord, shellWord } from '../../../renderer/format/quoting.ts';
import { runTimes } from '../../../renderer/format/time-left.ts';

const en = formatsOf('en-GB');
const de = formatsOf('de');
/** Intl puts several kinds of blanks between numbers and units. */
const plain = (text: string) => text.replaceAll(/\s/g, ' ');

describe('sizes', () => {
  test.each([
    [0, '0 byte', '0 Byte'],
    [999, '999 byte', '999 Byte'],
    [1000, '0.98 kB', '0,98 kB'],
    [1536, '1.5 kB', '1,5 kB'],
    [10 * 1024 * 1024, '10 MB', '10 MB'],
    [12.34 * 1024 ** 3, '12.3 GB', '12,3 GB'],
    [5 * 1024 ** 5, '5 PB', '5 PB'],
  ])('%d bytes', (count, english, german) => {
    expect([plain(en.bytes(count)), plain(de.bytes(count))]).toEqual([english, german]);
  });
});

describe('durations', () => {
  test.each([
    [0, '0 secs', '0 Sek.'],
    [2.46, '2.5 secs', '2,5 Sek.'],
    [59.6, '1 min', '1 Min.'],
    [65, '1 min 5 secs', '1 Min. 5 Sek.'],
    [3600, '1 hr', '1 Std.'],
    [3 * 3600 + 5 * 60 + 10, '3 hrs 5 mins', '3 Std. 5 Min.'],
    [2 * 86_400 + 300, '2 days', '2 Tg.'],
    [-5, '0 secs', '0 Sek.'],
  ])('%d seconds', (seconds, english, german) => {
    expect([plain(en.duration(seconds)), plain(de.duration(seconds))]).toEqual([english, german]);
  });
});

test('times that are near are now, the rest goes by the largest unit', () => {
  const now = Date.parse('2026-03-10T12:00:00Z');
  const at = (seconds: number) => en.relative(now + seconds * 1000, now);
  expect([at(0), at(-30), at(720), at(-3600), at(23.7 * 3600), at(-86_400)]).toEqual([
    'now',
    'now',
    'in 12 minutes',
    '1 hour ago',
    'tomorrow',
    'yesterday',
  ]);
});

describe('what is left', () => {
  const START_MS = Date.parse('2026-01-01T00:00:00Z');
  const left = (tookSeconds: number, progress: number | null, usual: number | null, known: number | null = null) => {
    const running = {
      ...{ run_id: null, message: null, bytes_per_second: null, seconds_left: known },
      ...{ since: '2026-01-01T00:00:00Z', progress, usual_duration_seconds: usual },
    };
    return runTimes(running, START_MS + tookSeconds * 1000).leftSeconds;
  };

  test('goes by progress, once it says something, else by what is usual', () => {
    expect(left(30, 25, 1000)).toBe(90);
    expect(left(30, 1, 100)).toBe(70);
    expect(left(1, 50, null)).toBeNull();
    expect(left(300, null, 100)).toBeNull();
    expect(left(30, 100, null)).toBeNull();
  });

  test('is what the engine says, where it does', () => {
    expect(left(30, 25, 1000, 12)).toBe(12);
    const waiting = { run_id: null, since: null, message: null, progress: null, usual_duration_seconds: 60 };
    expect(runTimes({ ...waiting, bytes_per_second: null, seconds_left: null }, START_MS)).toEqual({
      tookSeconds: null,
      leftSeconds: null,
    });
  });
});

test('a name is one word of a shell, whatever is in it', () => {
  expect(shellWord('prod-01-db')).toBe('prod-01-db');
  expect(shellWord(`it's $HOME`)).toBe(`'it'\\''s $HOME'`);
  expect(shellWord('-rf')).toBe(`'-rf'`);
  expect(powershellWord(`it's $env`)).toBe(`'it''s $env'`);
  expect(powershellWord('a’b')).toBe("'a’’b'");
});
