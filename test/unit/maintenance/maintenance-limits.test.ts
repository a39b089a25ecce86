import { describe, expect, it } from 'vitest';
import { parseReadSubset, selectPacks } from '../../../main/engine/maintenance/check-subset.ts';
import { joinRanges } from '../../../main/engine/maintenance/pack-source.ts';
import { maxUnusedBytes, smallPackBytes } from '../../../main/engine/maintenance/prune-options.ts';

const MIB = 1024 * 1024;

describe('what part of the packs a check reads', () => {
  it('understands restic’s three forms', () => {
    expect(parseReadSubset('2/5')).toEqual({ kind: 'part', part: 2, of: 5 });
    expect(parseReadSubset('256/256')).toEqual({ kind: 'part', part: 256, of: 256 });
    expect(parseReadSubset('2.5%')).toEqual({ kind: 'percent', percent: 2.5 });
    expect(parseReadSubset('100%')).toEqual({ kind: 'percent', percent: 100 });
    expect(parseReadSubset('50M')).toEqual({ kind: 'bytes', sizeBytes: 50 * MIB });
  });

  it.each(['0/5', '6/5', '1/257', '0%', '101%', '0', '', 'x', '1/2/3', '-1%'])('refuses %j', (text) => {
    expect(() => parseReadSubset(text)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  const packs = Array.from({ length: 256 }, (_, idByte) => ({ idByte, sizeBytes: 10 }));

  it('cuts packs into parts that are disjoint and together everything', () => {
    const parts = [1, 2, 3].map((part) => selectPacks(packs, { kind: 'part', part, of: 3 }));
    expect(parts.flat().sort((a, b) => a.idByte - b.idByte)).toEqual(packs);
    expect(parts[1]?.every(({ idByte }) => idByte % 3 === 1)).toBe(true);
  });

  it('draws as many different packs as are asked for, and at least one', () => {
    const quarter = selectPacks(packs, { kind: 'percent', percent: 25 });
    expect(new Set(quarter).size).toBe(64);
    expect(selectPacks(packs, { kind: 'percent', percent: 0.01 })).toHaveLength(1);
    expect(selectPacks(packs, { kind: 'percent', percent: 100 })).toEqual(packs);
    expect(selectPacks(packs, { kind: 'bytes', sizeBytes: 1280 })).toHaveLength(128);
    expect(selectPacks(packs, { kind: 'bytes', sizeBytes: 1e9 })).toEqual(packs);
    expect(selectPacks([], { kind: 'bytes', sizeBytes: 5 })).toEqual([]);
    expect(selectPacks(packs, { kind: 'all' })).toEqual(packs);
  });
});

describe('the limits of prune', () => {
  it('counts a percentage of what stays in all', () => {
    expect(maxUnusedBytes(undefined, 950)).toBe(50);
    expect(maxUnusedBytes('50%', 1000)).toBe(1000);
    expect(maxUnusedBytes('0%', 1000)).toBe(0);
    expect(maxUnusedBytes('100%', 1000)).toBe(Infinity);
    expect(maxUnusedBytes('unlimited', 1000)).toBe(Infinity);
    expect(maxUnusedBytes('2M', 1000)).toBe(2 * MIB);
    expect(() => maxUnusedBytes('100.5%', 1)).toThrow(expect.objectContaining({ code: 'invalid_argument' }));
  });

  it('calls a pack small by the target size', () => {
    expect(smallPackBytes({})).toBe((16 * MIB) / 25);
    expect(smallPackBytes({ packBytes: 25 * MIB })).toBe(MIB);
    expect(smallPackBytes({ repackSmall: true, packBytes: 10 * MIB })).toBe(8 * MIB);
    expect(smallPackBytes({ repackSmall: true, repackSmallerThanBytes: 7 })).toBe(7);
  });
});

it('fetches ranges together when the gap is small', () => {
  const ranges = [
    { offset: 0, length: 10 },
    { offset: 10, length: 5 },
    { offset: 20, length: 5 },
    { offset: 100, length: 1 },
  ];
  expect(joinRanges(ranges, 0)).toEqual([{ offset: 0, length: 15 }, ...ranges.slice(2)]);
  expect(joinRanges(ranges, 5)).toEqual([{ offset: 0, length: 25 }, ...ranges.slice(3)]);
  expect(joinRanges(ranges)).toEqual([{ offset: 0, length: 101 }]);
  expect(joinRanges([])).toEqual([]);
});
