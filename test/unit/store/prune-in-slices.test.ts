import { expect, test } from 'vitest';
import { pruneInSlices } from '../../../main/app/catalog/prune-in-slices.ts';
import { openTestCatalog } from '../../support/catalogs.ts';

async function filled(rows: number) {
  const catalog = await openTestCatalog();
  await catalog.write(async ({ settings }) => {
    for (let at = 0; at < rows; at += 1) await settings.put(`old.${String(at).padStart(5, '0')}`, at);
  });
  return catalog;
}

type Catalog = Awaited<ReturnType<typeof filled>>;

function sliceOf(sizes: number[]) {
  return async ({ settings }: Parameters<Parameters<Catalog['write']>[0]>[0], limit: number) => {
    const keys = [...(await settings.list('old.')).keys()].slice(0, limit);
    for (const key of keys) await settings.remove(key);
    sizes.push(keys.length);
    return keys.length;
  };
}

test('everything goes, a bit at a time', async () => {
  const catalog = await filled(25);
  const sizes: number[] = [];
  expect(await pruneInSlices(catalog, { slice: sliceOf(sizes), sliceRows: 10 })).toBe(25);
  expect(sizes).toEqual([10, 10, 5]);
  expect((await catalog.read(({ settings }) => settings.list('old.'))).size).toBe(0);
});

test('writes of others come in between', async () => {
  const catalog = await filled(50);
  const order: string[] = [];
  const slice = sliceOf([]);
  const pruning = pruneInSlices(catalog, {
    slice: async (stores, limit) => {
      order.push('slice');
      return slice(stores, limit);
    },
    sliceRows: 10,
  });
  const others = (async () => {
    for (let at = 0; at < 3; at += 1) await catalog.write(async () => void order.push('other'));
  })();
  await Promise.all([pruning, others]);
  expect(order.slice(order.indexOf('other'), order.lastIndexOf('other'))).toContain('slice');
});

test('an abort ends it after the slice that runs', async () => {
  const catalog = await filled(50);
  const abort = new AbortController();
  const slice = sliceOf([]);
  const deleted = await pruneInSlices(catalog, {
    slice: async (stores, limit) => {
      abort.abort();
      return slice(stores, limit);
    },
    sliceRows: 10,
    signal: abort.signal,
  });
  expect(deleted).toBe(10);
});
