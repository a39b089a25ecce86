import { afterEach, describe, expect, it } from 'vitest';
import type { EngineError } from '../../../main/engine/base/errors.ts';
import { WorkerPool, type WorkerPoolOptions } from '../../../main/engine/base/worker-pool.ts';
import type { EchoReply, EchoRequest } from './echo.worker.ts';

const url = new URL('./echo.worker.ts', import.meta.url);
const pools: WorkerPool<EchoRequest, EchoReply>[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.terminate();
});

function startPool(options: Partial<WorkerPoolOptions<number>> = {}) {
  const replies: EchoReply[] = [];
  const failures: EngineError[] = [];
  const pool = new WorkerPool<EchoRequest, EchoReply>(
    { url, count: 2, workerData: (index) => index, ...options },
    { onMessage: (_index, reply) => void replies.push(reply), onFailure: (error) => void failures.push(error) },
  );
  pools.push(pool);
  return { pool, replies, failures };
}

const saidBy = (replies: readonly EchoReply[], worker: number) =>
  replies.filter((reply) => reply.worker === worker).map((reply) => reply.said);

describe('WorkerPool', () => {
  it('delivers messages in order, those posted before the threads are up too', async () => {
    const { pool, replies } = startPool();
    pool.post(1, { say: 'one' });
    pool.broadcast({ say: 'two' });
    pool.post(1, { say: 'three' });
    await expect.poll(() => replies.length).toBe(4);
    expect(saidBy(replies, 0)).toEqual(['two']);
    expect(saidBy(replies, 1)).toEqual(['one', 'two', 'three']);
  });

  it.each(['settles', 'fails'])(
    'starts the others when what they wait for %s, and keeps their messages',
    async (how) => {
      const gate = Promise.withResolvers<void>();
      const { pool, replies } = startPool({ othersAfter: gate.promise });
      expect(pool.size).toBe(2);
      pool.broadcast({ say: 'one' });
      pool.post(1, { say: 'two' });
      await expect.poll(() => replies.length).toBe(1);
      expect(replies).toEqual([{ worker: 0, said: 'one' }]);
      if (how === 'fails') gate.reject(new Error('wrong password'));
      else gate.resolve();
      await expect.poll(() => replies.length).toBe(3);
      expect(saidBy(replies, 1)).toEqual(['one', 'two']);
    },
  );

  it('starts nothing after it was terminated', async () => {
    const gate = Promise.withResolvers<void>();
    const { pool, replies, failures } = startPool({ othersAfter: gate.promise });
    pool.post(1, { say: 'late' });
    await pool.terminate();
    gate.resolve();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(replies).toEqual([]);
    expect(failures).toEqual([]);
  });

  it.each([
    ['fail', { code: 'no_space', context: { say: 'x' } }],
    ['throw', { code: 'internal' }],
    ['exit', { code: 'internal' }],
  ] as const)('reports a worker that ends by %s once', async (then, expected) => {
    const { pool, failures } = startPool();
    pool.post(0, { say: 'x', then });
    pool.post(1, { say: 'x', then });
    await expect.poll(() => failures.length).toBe(1);
    expect(failures[0]).toMatchObject(expected);
    await pool.terminate();
    expect(failures).toHaveLength(1);
  });
});
