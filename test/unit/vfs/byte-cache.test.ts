import { describe, expect, it } from 'vitest';
import { ByteCache } from '../../../main/engine/vfs/byte-cache.ts';

const makeCache = (capacity: number) => new ByteCache<string, string>(capacity, (value) => value.length);

describe('ByteCache', () => {
  it('drops the least recently used beyond its capacity', async () => {
    const cache = makeCache(10);
    await cache.get('a', async () => 'aaaa');
    await cache.get('b', async () => 'bbbb');
    await cache.get('a', async () => 'not loaded again');
    await cache.get('c', async () => 'cccc');
    expect([cache.has('a'), cache.has('b'), cache.has('c')]).toEqual([true, false, true]);
    expect(cache.usedBytes).toBe(8);
  });

  it('keeps the newest value, however large', async () => {
    const cache = makeCache(3);
    await cache.get('small', async () => 'x');
    await cache.get('large', async () => 'x'.repeat(100));
    expect([cache.has('small'), cache.has('large'), cache.usedBytes]).toEqual([false, true, 100]);
    await cache.get('next', async () => 'yy');
    expect([cache.has('large'), cache.usedBytes]).toEqual([false, 2]);
  });

  it('loads once for all who ask meanwhile', async () => {
    const cache = makeCache(10);
    let loads = 0;
    const load = async () => `value ${++loads}`.slice(-1);
    expect(await Promise.all([cache.get('k', load), cache.get('k', load), cache.get('k', load)])).toEqual([
      '1',
      '1',
      '1',
    ]);
  });

  it('forgets a load that failed', async () => {
    const cache = makeCache(10);
    await expect(cache.get('k', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(cache.has('k')).toBe(false);
    expect(await cache.get('k', async () => 'back')).toBe('back');
  });
});
