import { describe, expect, it } from 'vitest';
import { axisTicks, byteStep, secondStep } from '../../../renderer/ui/chart/axis-ticks.ts';

const MIB = 1024 ** 2;

describe('ticks of an axis', () => {
  it.each([
    [3, [0, 1, 2, 3]],
    [17 * MIB, [0, 8 * MIB, 16 * MIB, 24 * MIB]],
    [1000 * MIB, [0, 256 * MIB, 512 * MIB, 768 * MIB, 1024 * MIB]],
    [1200 * MIB, [0, 512 * MIB, 1024 * MIB, 1536 * MIB]],
  ])('of %d bytes', (largest, ticks) => {
    expect(axisTicks(largest, byteStep)).toEqual(ticks);
  });

  it.each([
    [50, [0, 15, 30, 45, 60]],
    [400, [0, 120, 240, 360, 480]],
    [5_000, [0, 1_800, 3_600, 5_400]],
    [100_000, [0, 43_200, 86_400, 129_600]],
  ])('of %d seconds', (largest, ticks) => {
    expect(axisTicks(largest, secondStep)).toEqual(ticks);
  });

  it.each([
    ['bytes', byteStep],
    ['seconds', secondStep],
  ])('reach every number of %s, in no more than four lines', (_name, stepOf) => {
    for (let largest = 1; largest < 1e15; largest *= 1.37) {
      const ticks = axisTicks(largest, stepOf);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(largest);
      expect(ticks.length).toBeLessThanOrEqual(5);
    }
  });

  it('have a line of their own where there is nothing', () => {
    expect(axisTicks(0, byteStep)).toEqual([0, 1]);
  });
});
