import { expect, test } from 'vitest';
import type { Measurement } from '../../../bench/measure.ts';
import { median } from '../../../bench/statistics.ts';
import { judge } from '../../../bench/verdicts.ts';
import type { Row } from '../../../bench/works/work.ts';

const took = (wallSeconds: number, peakBytes = 100): Measurement => ({
  wallSeconds,
  cpuSeconds: wallSeconds,
  peakBytes,
});

test('the median is the middle one, or the mean of the two in the middle', () => {
  expect(median([30, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([7])).toBe(7);
});

test('medians are compared with restic, and held against must and goal', () => {
  const row: Row = {
    work: 'first backup',
    dataSet: 'D1',
    samples: { guardit: [took(5, 130), took(90, 10), took(4, 130)], restic: [took(10), took(10), took(10)] },
    repositoryBytes: { guardit: 98, restic: 100 },
  };
  expect(judge([row], undefined)).toEqual([
    { subject: 'time, first backup D1', value: 0.5, must: 0.55, goal: 0.42, meetsMust: true, meetsGoal: false },
    { subject: 'peak memory, first backup D1', value: 1.3, must: 1.25, goal: 1, meetsMust: false, meetsGoal: false },
    { subject: 'repository size, D1', value: 0.98, must: 1.01, goal: 0.99, meetsMust: true, meetsGoal: true },
  ]);
});

test('other commands may use more memory, and the exact limit is good enough', () => {
  const row: Row = { work: 'restore', dataSet: 'D2', samples: { guardit: [took(6.6, 170)], restic: [took(10)] } };
  expect(judge([row], undefined)).toMatchObject([
    { subject: 'time, restore D2', value: 0.66, meetsMust: true },
    { subject: 'peak memory, restore D2', value: 1.7, meetsMust: true },
  ]);
});

test('the index is judged by itself', () => {
  expect(judge([], 64.5)).toMatchObject([{ subject: 'index, bytes a blob', meetsMust: false, meetsGoal: false }]);
  expect(judge([], 35)).toMatchObject([{ meetsMust: true, meetsGoal: true }]);
});
