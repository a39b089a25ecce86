import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';
import { ITEM_WORDS, itemOffset, WorkList } from '../../../main/engine/restorer/work-list.ts';

/** `packs[p]` blobs in pack p, at the offsets 100, 200, …. Entries are numbered through. */
function tableOf(packs: readonly number[]): { table: BlobTable; list: WorkList; entries: number[][] } {
  const table = BlobTable.create();
  const entries = packs.map((count, pack) =>
    Array.from({ length: count }, (_, i) => {
      const entry = ~table.claim(0, randomBytes(32));
      table.setLocation(entry, pack, (i + 1) * 100, 50, 0);
      return entry;
    }),
  );
  return { table, entries, list: new WorkList(table, packs.length, (pack) => packs[pack] ?? 0) };
}

function itemsOf(words: Uint32Array | undefined): number[][] {
  const items: number[][] = [];
  for (let at = 0; words && at < words.length; at += ITEM_WORDS) {
    items.push([words[at] ?? -1, words[at + 1] ?? -1, itemOffset(words, at)]);
  }
  return items;
}

it('gives each pack once, its items in the order of their places, those of one blob in the order they came', () => {
  const { list, entries } = tableOf([3, 2]);
  const [[a = 0, b = 0] = [], [c = 0] = []] = entries;
  list.add(b, 1, 0);
  list.add(c, 2, 5);
  list.add(a, 1, 50);
  list.add(b, 3, 2 ** 40 + 7);
  list.add(b, 4, 0);
  expect(itemsOf(list.takeAny())).toEqual([
    [a, 1, 50],
    [b, 1, 0],
    [b, 3, 2 ** 40 + 7],
    [b, 4, 0],
  ]);
  expect(itemsOf(list.takeAny())).toEqual([[c, 2, 5]]);
  expect(list.takeAny()).toBeUndefined();
});

it('calls a pack ready as soon as all its blobs are wanted', () => {
  const { list, entries } = tableOf([2, 2]);
  const [[a = 0, b = 0] = [], [c = 0, d = 0] = []] = entries;
  list.add(c, 0, 0);
  list.add(a, 0, 0);
  list.add(a, 1, 0);
  expect(list.takeReady()).toBeUndefined();
  list.add(b, 2, 0);
  expect(itemsOf(list.takeReady())).toEqual([
    [a, 0, 0],
    [a, 1, 0],
    [b, 2, 0],
  ]);
  expect(list.takeReady()).toBeUndefined();
  // What is wanted of it later is not lost.
  list.add(a, 9, 0);
  list.add(d, 9, 0);
  expect(itemsOf(list.takeReady())).toEqual([
    [c, 0, 0],
    [d, 9, 0],
  ]);
  expect(itemsOf(list.takeAny())).toEqual([[a, 9, 0]]);
  expect(list.takeAny()).toBeUndefined();
});

it('gives a blob that is wanted very often in portions', () => {
  const { list, entries } = tableOf([1]);
  const entry = entries[0]?.[0] ?? 0;
  const wanted = 150_000;
  for (let file = 0; file < wanted; file++) list.add(entry, file, 0);
  const files: number[] = [];
  for (let words = list.takeReady() ?? list.takeAny(); words; words = list.takeAny()) {
    expect(words.length).toBeLessThanOrEqual(65536 * ITEM_WORDS);
    for (const [, file = -1] of itemsOf(words)) files.push(file);
  }
  expect(files.sort((x, y) => x - y)).toEqual(Array.from({ length: wanted }, (_, file) => file));
});

it('uses given memory again', () => {
  const { list, entries } = tableOf([2, 1]);
  const [[a = 0, b = 0] = [], [c = 0] = []] = entries;
  for (let round = 0; round < 1000; round++) {
    list.add(a, round, 1);
    list.add(c, round, 2);
    list.add(b, round, 3);
    const items = [...itemsOf(list.takeAny()), ...itemsOf(list.takeAny())];
    expect(items.sort((x, y) => (x[0] ?? 0) - (y[0] ?? 0))).toEqual([
      [a, round, 1],
      [b, round, 3],
      [c, round, 2],
    ]);
  }
});

it('counts the packs that nobody has taken', () => {
  const { list, entries } = tableOf([2, 1]);
  const [[a = 0, b = 0] = [], [c = 0] = []] = entries;
  expect(list.packsLeft).toBe(0);
  list.add(a, 0, 0);
  list.add(b, 1, 0);
  list.add(c, 2, 0);
  expect(list.packsLeft).toBe(2);
  list.takeReady();
  expect(list.packsLeft).toBe(1);
  // A pack that comes back, for a copy of a blob that was lost, counts again.
  list.add(a, 0, 0);
  expect(list.packsLeft).toBe(2);
  list.takeAny();
  list.takeAny();
  expect(list.packsLeft).toBe(0);
});

it('gives packs from either end', () => {
  const { list, entries } = tableOf([1, 1, 1]);
  const [a = 0, b = 0, c = 0] = entries.map(([entry = 0]) => entry);
  for (const [file, entry] of [a, b, c].entries()) list.add(entry, file, 0);
  expect(itemsOf(list.takeAny('last'))).toEqual([[c, 2, 0]]);
  expect(itemsOf(list.takeAny('first'))).toEqual([[a, 0, 0]]);
  expect(itemsOf(list.takeAny('last'))).toEqual([[b, 1, 0]]);
  expect(list.takeAny('last')).toBeUndefined();
  expect(list.takeAny('first')).toBeUndefined();
});
