import { expect, test } from 'vitest';
import { timeInName } from '../../../main/infra/store/catalog-paths.ts';
import { copiesToRemove, parseCopyName } from '../../../main/infra/store/copy-rotation.ts';

function copyAt(instant: string, suffix = '') {
  const copy = parseCopyName(`catalog-${timeInName(new Date(instant))}${suffix}.sqlite`);
  if (!copy) throw new Error(`${instant} makes no name of a copy`);
  return copy;
}

test('a name tells the instant to the millisecond', () => {
  expect(copyAt('2026-02-28T23:59:59.123Z').takenAt).toEqual(new Date('2026-02-28T23:59:59.123Z'));
  expect(copyAt('2026-02-28T23:59:59.123Z').beforeUpdate).toBe(false);
  expect(copyAt('2026-02-28T23:59:59.123Z', '-before-update').beforeUpdate).toBe(true);
});

test.each([
  'catalog-20260228T235959.123Z.sqlite.partial',
  'catalog-20261328T235959.123Z.sqlite',
  'catalog-20260228T235959.123Z.sqlite-wal',
  'catalog.sqlite',
  'notes.txt',
])('%s is no copy', (name) => {
  expect(parseCopyName(name)).toBeNull();
});

test('the newest of each of the last days stays', () => {
  const days = Array.from({ length: 10 }, (_, day) => copyAt(`2026-03-${10 + day}T02:00:00.000Z`));
  const again = copyAt('2026-03-19T22:00:00.000Z');
  const removed = copiesToRemove([...days, again], 7).map(({ name }) => name);
  // The 19th has a later one; the 10th to the 12th are out of date.
  expect(removed).toEqual([days[0], days[1], days[2], days[9]].map((copy) => copy?.name));
});

test('days without a copy do not count: a service that was off for a month keeps what it has', () => {
  const copies = [copyAt('2026-01-01T00:00:00.000Z'), copyAt('2026-03-01T00:00:00.000Z')];
  expect(copiesToRemove(copies, 7)).toEqual([]);
});

test('the two newest from before an update stay beside them', () => {
  const updates = ['2025-01-01', '2025-06-01', '2025-12-01'].map((day) =>
    copyAt(`${day}T00:00:00.000Z`, '-before-update'),
  );
  const days = Array.from({ length: 7 }, (_, day) => copyAt(`2026-03-${10 + day}T02:00:00.000Z`));
  expect(copiesToRemove([...days, ...updates], 7)).toEqual([updates[0]]);
});
