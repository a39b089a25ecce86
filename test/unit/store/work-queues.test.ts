import { expect, test } from 'vitest';
import type { Stores } from '../../../main/app/catalog/ports.ts';
import { openTestCatalog } from '../../support/catalogs.ts';

test('a read sees everything that was acknowledged before it was asked for', async () => {
  const catalog = await openTestCatalog();
  for (let round = 0; round < 50; round += 1) {
    await catalog.write(({ settings }) => settings.put('round', round));
    expect(await catalog.read(({ settings }) => settings.get('round'))).toBe(round);
  }
});

test('a read sees one instant, whatever is written meanwhile', async () => {
  const catalog = await openTestCatalog();
  await catalog.write(({ settings }) => settings.put('a', 1));
  const begun = Promise.withResolvers<void>();
  const written = begun.promise.then(() => catalog.write(({ settings }) => settings.put('a', 2)));
  await catalog.read(async ({ settings }) => {
    expect(await settings.get('a')).toBe(1);
    begun.resolve();
    await written;
    expect(await settings.get('a')).toBe(1);
  });
  expect(await catalog.read(({ settings }) => settings.get('a'))).toBe(2);
});

test('a read can not write', async () => {
  const catalog = await openTestCatalog();
  await expect(catalog.read(({ settings }) => settings.put('a', 1))).rejects.toThrow('A read of the catalog tried');
  expect(await catalog.read(({ settings }) => settings.get('a'))).toBeUndefined();
});

test('a throw undoes all of its write and leaves those around it', async () => {
  const catalog = await openTestCatalog();
  const outcomes = await Promise.allSettled([
    catalog.write(({ settings }) => settings.put('a', 1)),
    catalog.write(async ({ settings }) => {
      await settings.put('a', 2);
      await settings.put('b', 2);
      throw new Error('no');
    }),
    catalog.write(({ settings }) => settings.put('c', 3)),
  ]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const all = await catalog.read(({ settings }) => settings.list());
  expect(Object.fromEntries(all)).toEqual({ a: 1, c: 3 });
});

test('a store that outlives its work is refused, between works and within those of others', async () => {
  const catalog = await openTestCatalog();
  let leaked: Stores | undefined;
  await catalog.write(async (stores) => void (leaked = stores));
  await expect(leaked?.settings.put('late', 1)).rejects.toThrow('outside the read or write');
  const others = catalog.write(async ({ settings }) => {
    for (let at = 0; at < 20; at += 1) await settings.put('others', at);
  });
  const late = Array.from({ length: 20 }, async () => {
    await new Promise((resolve) => setImmediate(resolve));
    await leaked?.settings.put('late', 1);
  });
  for (const attempt of await Promise.allSettled(late)) expect(attempt.status).toBe('rejected');
  await others;
  expect(await catalog.read(({ settings }) => settings.get('late'))).toBeUndefined();
});

test('a work can not wait for another one, which would wait for it', async () => {
  const catalog = await openTestCatalog();
  const read = () => catalog.read(async () => undefined);
  const write = () => catalog.write(async () => undefined);
  await expect(catalog.write(write)).rejects.toThrow('can not wait');
  await expect(catalog.write(read)).rejects.toThrow('can not wait');
  await expect(catalog.read(write)).rejects.toThrow('can not wait');
  await expect(catalog.read(read)).rejects.toThrow('can not wait');
  // What a work has started may well call the catalog once the work is over.
  let later: Promise<unknown> = Promise.resolve();
  await catalog.write(async () => {
    later = new Promise((resolve) => setTimeout(resolve, 20)).then(write);
  });
  await later;
});

test('closing finishes what was asked for and refuses the rest', async () => {
  const catalog = await openTestCatalog();
  const before = Array.from({ length: 100 }, (_, at) => catalog.write(({ settings }) => settings.put(`k${at}`, at)));
  const closed = catalog.close();
  await expect(catalog.write(async () => undefined)).rejects.toMatchObject({ code: 'unavailable' });
  await expect(catalog.read(async () => undefined)).rejects.toMatchObject({ code: 'unavailable' });
  await Promise.all(before);
  await closed;
  await catalog.close();
});
