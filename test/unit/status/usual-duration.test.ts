import { expect, it } from 'vitest';
import { learnUsual, paceOf } from '../../../main/app/status/usual-duration.ts';

const MINUTE = 60_000;

it('learns from five runs on, and no outlier changes much', () => {
  expect(learnUsual([1, 2, 3, 4])).toBeNull();
  expect(learnUsual([10, 11, 12, 13, 9_999])).toEqual({ medianMs: 12, spreadMs: 1 });
  expect(learnUsual([10, 20, 30, 40, 50, 60])).toEqual({ medianMs: 35, spreadMs: 15 });
});

it('calls unusual what differs by a factor of two, by a minute, and by more than runs do anyway', () => {
  const steady = { medianMs: 10 * MINUTE, spreadMs: 0 };
  expect(paceOf(20 * MINUTE, steady)).toBe('longer');
  expect(paceOf(20 * MINUTE - 1, steady)).toBeNull();
  expect(paceOf(5 * MINUTE, steady)).toBe('shorter');
  expect(paceOf(5 * MINUTE + 1, steady)).toBeNull();
  expect(paceOf(40_000, { medianMs: 1_000, spreadMs: 0 })).toBeNull();
  expect(paceOf(20 * MINUTE, { medianMs: 10 * MINUTE, spreadMs: 2 * MINUTE })).toBeNull();
  expect(paceOf(20 * MINUTE, null)).toBeNull();
});
