import { expect, test } from 'vitest';
import { dayStrips, stripDates } from '../../../main/app/overview/day-strip.ts';

const NOTHING = { days: [], warnedEnds: [], lateTimes: [] };
const ZONE = 'Europe/Berlin';
const TODAY = '2026-03-31';
const NOW = Date.parse('2026-03-31T12:00:00Z');
const dates = stripDates(TODAY);

function strip(facts: Partial<Parameters<typeof dayStrips>[3]>): string {
  const { byTask, empty } = dayStrips(dates, ZONE, NOW, { ...NOTHING, ...facts });
  return byTask.get(1) ?? empty;
}

/** Counted from today: 0. */
const letter = (text: string, daysAgo: number) => text.at(-1 - daysAgo);

test('has thirty days, today last', () => {
  expect([dates.length, dates.at(0), dates.at(-1)]).toEqual([30, '2026-03-02', TODAY]);
  expect(strip({})).toBe('-'.repeat(30));
});

test('the worst of a day counts', () => {
  const day = { task: 1, date: TODAY, successful: 3, failed: 0 };
  const warnedEnds = [{ task: 1, atMs: NOW }];
  const lateTimes = [{ task: 1, fromMs: NOW - 1000, toMs: null }];
  expect(letter(strip({ days: [day] }), 0)).toBe('o');
  expect(letter(strip({ days: [day], warnedEnds }), 0)).toBe('w');
  expect(letter(strip({ days: [day], warnedEnds, lateTimes }), 0)).toBe('d');
  expect(letter(strip({ days: [{ ...day, failed: 1 }], warnedEnds, lateTimes }), 0)).toBe('f');
});

test('days begin at midnight of the zone, also around a change of the clock', () => {
  // 29 March 2026 has 23 hours in Berlin: it begins at 23:00 UTC of the 28th, the 30th at 22:00 UTC.
  const ends = (at: string) => strip({ warnedEnds: [{ task: 1, atMs: Date.parse(at) }] });
  expect(letter(ends('2026-03-28T22:59:59Z'), 3)).toBe('w');
  expect(letter(ends('2026-03-28T23:00:00Z'), 2)).toBe('w');
  expect(letter(ends('2026-03-29T21:59:59Z'), 2)).toBe('w');
  expect(letter(ends('2026-03-29T22:00:00Z'), 1)).toBe('w');
});

test('what is late is so on each of its days, up to now; what began long ago fills the strip', () => {
  const from = Date.parse('2026-03-28T12:00:00Z');
  expect(strip({ lateTimes: [{ task: 1, fromMs: from, toMs: null }] }).slice(-5)).toBe('-dddd');
  expect(strip({ lateTimes: [{ task: 1, fromMs: from, toMs: from + 1000 }] }).slice(-5)).toBe('-d---');
  expect(strip({ lateTimes: [{ task: 1, fromMs: 0, toMs: null }] })).toBe('d'.repeat(30));
});
