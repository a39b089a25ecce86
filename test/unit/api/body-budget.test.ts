import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BodyBudget } from '../../../main/api/http/body-budget.ts';

const MIB = 1024 * 1024;
const never = new AbortController().signal;

test('a body waits for room, and has it as soon as another one is done', async () => {
  const budget = new BodyBudget({ totalBytes: 3 * MIB });
  const first = await budget.admit(2 * MIB, never);
  let admitted = false;
  const second = budget.admit(2 * MIB, never).then((release) => {
    admitted = true;
    return release;
  });
  await Promise.resolve();
  expect(admitted).toBe(false);
  first();
  first();
  (await second)();
  expect(budget.usedBytes).toBe(0);
});

test('small bodies never wait, and a body larger than everything waits until it is alone', async () => {
  const budget = new BodyBudget({ totalBytes: MIB });
  const release = await budget.admit(50 * MIB, never);
  const small = await budget.admit(1_000, never);
  small();
  const next = budget.admit(MIB, never);
  release();
  (await next)();
  expect(budget.usedBytes).toBe(0);
});

test('who waits too long, or comes when too many wait, is told to come again', async () => {
  const budget = new BodyBudget({ totalBytes: MIB, maxWaitMs: 1, maxWaiting: 1 });
  const release = await budget.admit(MIB, never);
  const late = budget.admit(MIB, never);
  await expect(budget.admit(MIB, never)).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
  await expect(late).rejects.toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 });
  release();
  (await budget.admit(MIB, never))();
});

test('a client that goes away while it waits leaves its place to the next', async () => {
  const budget = new BodyBudget({ totalBytes: 4 * MIB });
  const release = await budget.admit(3 * MIB, never);
  const gone = new AbortController();
  const large = budget.admit(4 * MIB, gone.signal);
  const small = budget.admit(MIB, never);
  gone.abort();
  await expect(large).rejects.toMatchObject({ code: 'unavailable' });
  (await small)();
  release();
  expect(budget.usedBytes).toBe(0);
});

test('whatever comes and goes: never more than the total, everybody served in order, nothing left over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 65_537, max: 5 * MIB }), { maxLength: 30 }), async (sizes) => {
      const totalBytes = 4 * MIB;
      const budget = new BodyBudget({ totalBytes });
      const served: number[] = [];
      await Promise.all(
        sizes.map(async (bytes, index) => {
          const release = await budget.admit(bytes, never);
          served.push(index);
          expect(budget.usedBytes).toBeLessThanOrEqual(totalBytes);
          await new Promise(setImmediate);
          release();
        }),
      );
      expect(served).toEqual(sizes.map((_, index) => index));
      expect(budget.usedBytes).toBe(0);
    }),
    { numRuns: 50 },
  );
});
