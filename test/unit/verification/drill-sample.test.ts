import { describe, expect, test } from 'vitest';
import type { WalkedEntry } from '../../../main/app/engine-jobs/ports/job-facts.ts';
import { DrillSample } from '../../../main/app/verification/drill-sample.ts';

const files = (count: number): WalkedEntry[] =>
  Array.from({ length: count }, (_, at) => {
    return { path: `/f${at}`, type: 'file', sizeBytes: at, modifiedAtMs: at, contentDigest: null };
  });

/** Repeatable: a linear congruential generator. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
}

describe('the sample of a drill', () => {
  test('is about the share that was asked for, and another one each time', () => {
    const choose = (seed: number) => {
      const sample = new DrillSample(10, randomOf(seed));
      sample.take(files(10_000));
      return sample;
    };
    const [one, other] = [choose(1), choose(2)];
    expect(one.files.length).toBeGreaterThan(800);
    expect(one.files.length).toBeLessThan(1200);
    expect(one.files).not.toEqual(other.files);
    expect([one.totalFiles, one.isWhole]).toEqual([10_000, false]);
  });

  test('is never empty while there is a file, and no folder is in it', () => {
    const sample = new DrillSample(0.0001, randomOf(3));
    sample.take([{ path: '/d', type: 'dir', sizeBytes: 0, modifiedAtMs: 0, contentDigest: null }, ...files(5)]);
    expect(sample.files).toHaveLength(1);
    expect(sample.totalBytes).toBe(10);
    expect(new DrillSample(50, randomOf(1)).files).toEqual([]);
  });

  test('leaves names out that nobody can ask for, and takes all with 100 %', () => {
    const sample = new DrillSample(100, randomOf(4));
    sample.take([...files(3), { path: '/\ufffd', type: 'file', sizeBytes: 1, modifiedAtMs: 0, contentDigest: null }]);
    expect([sample.files.length, sample.totalFiles, sample.isWhole]).toEqual([3, 4, true]);
  });
});
