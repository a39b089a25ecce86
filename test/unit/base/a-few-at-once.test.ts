import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { aFewAtOnce } from '../../../main/engine/base/a-few-at-once.ts';

const items = [0, 1, 2, 3, 4, 5, 6, 7];

it('works on all, in order, never more at once than asked for', async () => {
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  await aFewAtOnce(items, 3, async (item) => {
    begun.push(item);
    most = Math.max(most, ++running);
    await nextTurn();
    running--;
  });
  expect(begun).toEqual(items);
  expect(most).toBe(3);
});

it('begins no more after a failure, and throws it when those under way have ended', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    if (item === 1) throw new Error('one failed');
    await nextTurn();
    ended.push(item);
  };
  await expect(aFewAtOnce(items, 3, work)).rejects.toThrow('one failed');
  expect(begun).toEqual([0, 1, 2]);
  expect(ended).toEqual([0, 2]);
});
