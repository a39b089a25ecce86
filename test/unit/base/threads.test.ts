import { expect, it, onTestFinished } from 'vitest';
import { startThreadAhead, takeThreadAhead } from '../../../main/engine/base/threads.ts';
import { WorkerPool } from '../../../main/engine/base/worker-pool.ts';
import type { EchoReply, EchoRequest } from './echo.worker.ts';

/** Each test has an address of its own: what is started ahead is kept for the whole process. */
let number = 0;
const entryPoint = () => new URL(`./echo.worker.ts?${++number}`, import.meta.url);

function makePool(url: URL, count: number, workerData: (index: number) => number | undefined) {
  const replies: EchoReply[] = [];
  const pool = new WorkerPool<EchoRequest, EchoReply>(
    { url, count, workerData },
    { onMessage: (_, reply) => void replies.push(reply), onFailure: () => undefined },
  );
  onTestFinished(() => pool.terminate());
  return { pool, replies };
}

it('gives the first pool that asks the thread that was started ahead', async () => {
  const url = entryPoint();
  startThreadAhead(url);
  const { pool, replies } = makePool(url, 2, () => undefined);
  expect(takeThreadAhead(url)).toBeUndefined();
  pool.broadcast({ say: 'hello' });
  await expect.poll(() => replies).toHaveLength(2);
});

it('leaves it to a pool whose threads need no data', async () => {
  const url = entryPoint();
  startThreadAhead(url);
  const { pool, replies } = makePool(url, 1, (index) => index);
  pool.broadcast({ say: 'hello' });
  await expect.poll(() => replies).toEqual([{ worker: 0, said: 'hello' }]);
  const left = takeThreadAhead(url);
  expect(left).toBeDefined();
  await left?.terminate();
});

it('forgets a thread that died before it was asked for', async () => {
  const url = new URL('data:text/javascript,throw new Error("cannot start")');
  startThreadAhead(url);
  const gone = Promise.withResolvers<void>();
  const thread = takeThreadAhead(url);
  thread?.on('error', () => gone.resolve());
  await gone.promise;
  startThreadAhead(url);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(takeThreadAhead(url)).toBeUndefined();
});
