import { expect, test } from 'vitest';
import { openTestCatalog } from '../../support/catalogs.ts';

test('what was put is read, replaced, listed by prefix and removed', async () => {
  const catalog = await openTestCatalog();
  await catalog.write(async ({ settings }) => {
    await settings.put('reporting.loopback', 'open');
    await settings.put('reporting.days', { raw: 30 });
    await settings.put('reporting_days', [1, null]);
    await settings.put('reporting.days', { raw: 90 });
  });
  expect(await catalog.read(({ settings }) => settings.get('reporting.loopback'))).toBe('open');
  expect(await catalog.read(({ settings }) => settings.get('nothing'))).toBeUndefined();
  expect([...(await catalog.read(({ settings }) => settings.list('reporting.')))]).toEqual([
    ['reporting.days', { raw: 90 }],
    ['reporting.loopback', 'open'],
  ]);
  expect((await catalog.read(({ settings }) => settings.list())).size).toBe(3);
  expect(await catalog.write(({ settings }) => settings.remove('reporting_days'))).toBe(true);
  expect(await catalog.write(({ settings }) => settings.remove('reporting_days'))).toBe(false);
});

test('a value that JSON can not hold is refused', async () => {
  const catalog = await openTestCatalog();
  await expect(catalog.write(({ settings }) => settings.put('x', undefined))).rejects.toThrow(TypeError);
});
