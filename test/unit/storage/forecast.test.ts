import { describe, expect, it } from 'vitest';
import { forecast, storageState } from '../../../main/app/storage/forecast.ts';
import type { StorageSample } from '../../../main/app/storage/ports.ts';

const GIB = 2 ** 30;

function samples(stored: readonly number[], free: (index: number) => number | null): StorageSample[] {
  return stored.map((gib, index) => {
    const at = new Date(Date.UTC(2026, 0, 1 + index, 12));
    const freeGib = free(index);
    return {
      ...{ repositoryId: 'r', day: at.toISOString().slice(0, 10), at, snapshots: 1, unusedBytes: null },
      storedBytes: gib * GIB,
      freeBytes: freeGib === null ? null : freeGib * GIB,
      capacityBytes: freeGib === null ? null : 1000 * GIB,
    };
  });
}

describe('the forecast of a storage', () => {
  it('knows nothing before the third day', () => {
    expect(forecast(samples([1, 2], () => 10))).toEqual({ growthPerDay: null, fullInDays: null });
  });

  it('follows the trend, by what is free', () => {
    const { growthPerDay, fullInDays } = forecast(samples([10, 20, 30, 40], (index) => 500 - 20 * index));
    expect(growthPerDay).toBeCloseTo(10 * GIB, -3);
    expect(fullInDays).toBeCloseTo((500 - 60) / 20, 6);
  });

  it('is never full where nothing grows, or where nobody knows how much there is', () => {
    expect(forecast(samples([10, 10, 10], () => 500)).fullInDays).toBeNull();
    expect(forecast(samples([10, 20, 30], () => null)).fullInDays).toBeNull();
  });
});

describe('the state of a storage', () => {
  const quiet = { growthPerDay: 0, fullInDays: null };
  it.each([
    [500, quiet, 'ok'],
    [140, quiet, 'warning'],
    [40, quiet, 'critical'],
    [500, { growthPerDay: 1, fullInDays: 20 }, 'warning'],
    [500, { growthPerDay: 1, fullInDays: 5 }, 'critical'],
  ] as const)('with %d of 1000 GiB free and %j is %s', (freeGib, trend, state) => {
    expect(storageState(samples([1], () => freeGib)[0] ?? null, trend)).toBe(state);
  });

  it('is unknown before it was measured', () => {
    expect(storageState(null, quiet)).toBe('unknown');
  });
});
