import { expect, test } from 'vitest';
import { CreateRestore } from '../../../contracts/restores.ts';
import { pagesOf } from '../../../renderer/features/restore/browse/folder-pages.ts';
import { missingOf, NEW_DRAFT, restoreBody } from '../../../renderer/features/restore/dialog/restore-body.ts';
import { nameOf, parentOf, partsOf } from '../../../renderer/features/restore/path-text.ts';
import { daysLater, monthsLater, weeksOf } from '../../../renderer/features/restore/times/month.ts';

const wish = { backupId: 'b', madeAt: '2026-11-29T00:00:00.000Z', folder: '/srv/data', paths: null };
const bodyOf = (...args: Parameters<typeof restoreBody>) => CreateRestore.parse(restoreBody(...args));

test('elsewhere, the folder in which somebody chose becomes the destination', () => {
  expect(bodyOf(wish, NEW_DRAFT)).toMatchObject({ backup_id: 'b', subfolder: '/srv/data' });
  expect(bodyOf(wish, NEW_DRAFT)).not.toHaveProperty('destination');
  const some = { ...wish, paths: ['/srv/data/a.txt', '/srv/data/b'] };
  expect(bodyOf(some, NEW_DRAFT)).toMatchObject({ subfolder: '/srv/data', include: ['/a.txt', '/b'] });
  expect(bodyOf({ ...wish, folder: '/' }, NEW_DRAFT)).not.toHaveProperty('subfolder');
});

test('in place everything keeps its whole path, and the choice of what is overwritten must be made', () => {
  const draft = { ...NEW_DRAFT, where: 'original' as const };
  expect(missingOf(draft)).toBe('overwrite');
  const chosen = { ...draft, overwrite: 'always' as const };
  expect(missingOf(chosen)).toBeNull();
  expect(bodyOf(wish, chosen)).toMatchObject({
    destination: { original: true },
    include: ['/srv/data'],
    overwrite: 'always',
  });
  expect(bodyOf(wish, chosen)).not.toHaveProperty('subfolder');
});

test('names with the signs of patterns mean themselves', () => {
  const odd = { ...wish, folder: '/', paths: ['/a[1]*?.txt', '/back\\slash'] };
  expect(bodyOf(odd, NEW_DRAFT).include).toEqual(['/a[[]1][*][?].txt', '/back\\\\slash']);
});

test('names that are no UTF-8 are shown, and are found by a sign for each strange byte', () => {
  const path = 'bytes:/srv/caf%E9%20x/menu';
  expect(partsOf(path).map(({ name }) => name)).toEqual(['srv', 'caf\uFFFD x', 'menu']);
  expect(parentOf(path)).toBe('bytes:/srv/caf%E9%20x');
  expect(nameOf(path)).toBe('menu');
  expect(bodyOf({ ...wish, folder: 'bytes:/srv/caf%E9%20x', paths: [path] }, NEW_DRAFT)).toMatchObject({
    include: ['/srv/caf? x/menu'],
  });
});

test('only pages around the rows in sight are read', () => {
  expect(pagesOf(0, 30, 1_000_000)).toEqual([0]);
  expect(pagesOf(150, 180, 1_000_000)).toEqual([0, 1]);
  expect(pagesOf(999_970, 999_999, 1_000_000)).toEqual([4999]);
  expect(pagesOf(0, 0, 0)).toEqual([0]);
});

test('weeks hold the whole month, and a month later is the same day or the last one', () => {
  const weeks = weeksOf({ year: 2026, month: 10 }, 1);
  expect(weeks[0]?.map(({ day }) => day)).toEqual([26, 27, 28, 29, 30, 31, 1]);
  expect(weeks.flat()).toHaveLength(42);
  expect(monthsLater({ year: 2026, month: 0, day: 31 }, 1)).toEqual({ year: 2026, month: 1, day: 28 });
  // The day on which clocks go forward has 23 hours here.
  expect(daysLater({ year: 2026, month: 2, day: 28 }, 2)).toEqual({ year: 2026, month: 2, day: 30 });
});
