import { expect, test } from 'vitest';
import { appended, MAX_WINDOW_BYTES, prepended, windowOf } from '../../../renderer/features/tasks/detail/log-window.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const LOG = 'first\nzweite Zeile: ä\r\nthird\nlast without end';
const SIZE = bytes(LOG).length;

/** As the server answers a range. */
function read(from: number, to: number) {
  const part = bytes(LOG).subarray(from, to);
  return windowOf(from, part, from === 0, to >= SIZE);
}

test('a window has whole lines, wherever it was cut', () => {
  const whole = ['first', 'zweite Zeile: ä', 'third', 'last without end'];
  for (let cut = 1; cut < SIZE; cut++) {
    const end = read(cut, SIZE);
    // What the end lacks is read up to where it begins.
    const begin = windowOf(0, bytes(LOG).subarray(0, end.start), true, true);
    const both = prepended(end, begin);
    expect([both.start, both.end]).toEqual([0, SIZE]);
    // A cut inside the last line leaves a part of it: it is shown as it is.
    if (bytes(LOG).subarray(cut).includes(10)) expect(both.lines).toEqual(whole);
  }
});

test('what comes later is put behind', () => {
  const first = windowOf(0, bytes('a\nb\n'), true, true);
  expect(appended(first, windowOf(4, bytes('c\n'), true, true))).toEqual({ start: 0, end: 6, lines: ['a', 'b', 'c'] });
});

test('it never grows beyond its size, and still knows where it is', () => {
  const line = `${'x'.repeat(1023)}\n`;
  let window = windowOf(0, bytes(line), true, true);
  for (let count = 0; count < 6000; count++) window = appended(window, windowOf(window.end, bytes(line), true, true));
  expect(window.end - window.start).toBeLessThanOrEqual(MAX_WINDOW_BYTES);
  expect(window.end).toBe(6001 * 1024);
  expect(window.start % 1024).toBe(0);
  expect(window.lines.length * 1024).toBe(window.end - window.start);
});

test('an empty log has no lines', () => {
  expect(windowOf(0, new Uint8Array(), true, true)).toEqual({ start: 0, end: 0, lines: [] });
});
