import { describe, expect, it } from 'vitest';
import { RunQueue } from '../../../main/app/runs/run-queue.ts';

const always = () => true;

describe('the queue', () => {
  it('gives by priority, then by age', () => {
    const queue = new RunQueue();
    const priorities = ['low', 'normal', 'high', 'normal', 'high', 'low'] as const;
    for (const [index, priority] of priorities.entries()) queue.add({ runId: String(index), priority, keys: [] });
    const order = queue.list().map(({ runId }) => runId);
    expect(order).toEqual(['2', '4', '1', '3', '0', '5']);
    expect(order.map(() => queue.take(always)?.runId)).toEqual(order);
    expect(queue.take(always)).toBeNull();
  });

  it('passes over what waits for a key, and keeps its place', () => {
    const queue = new RunQueue();
    queue.add({ runId: 'a', priority: 'high', keys: ['repo-1'] });
    queue.add({ runId: 'b', priority: 'high', keys: ['repo-2', 'repo-1'] });
    queue.add({ runId: 'c', priority: 'low', keys: ['repo-2'] });
    expect(queue.take((key) => key !== 'repo-1')?.runId).toBe('c');
    expect(queue.take((key) => key !== 'repo-1')).toBeNull();
    expect(queue.take(always)?.runId).toBe('a');
  });

  it('forgets what is removed', () => {
    const queue = new RunQueue();
    queue.add({ runId: 'a', priority: 'low', keys: [] });
    expect(queue.remove('a')).toBe(true);
    expect(queue.remove('a')).toBe(false);
    expect(queue.list()).toEqual([]);
  });
});
