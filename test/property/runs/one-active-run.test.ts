import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Caller } from '../../../main/app/access/caller.ts';
import { AppError } from '../../../main/app/errors/app-error.ts';
import { cancelTask } from '../../../main/app/runs/cancel-run.ts';
import { executeTask } from '../../../main/app/runs/execute-task.ts';
import { isActive } from '../../../main/app/runs/run.ts';
import { testCaller } from '../../support/api-server.ts';
import { addTask, FAILURE, makeRunParts, SUCCESS, type RunParts } from '../../support/run-parts.ts';

const ADMIN: Caller = testCaller('admin', 'admin', { kind: 'user', id: 'a' });
const TASKS = ['a', 'b', 'c'];

const taskId = fc.constantFrom(...TASKS);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('execute' as const), taskId }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('cancel' as const), taskId }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('finish' as const), taskId, ok: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: 100, max: 120_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A life of the service. What an earlier one still does must change nothing: its catalog refuses, as a dead process would. */
interface Life {
  readonly parts: RunParts;
  readonly die: () => void;
}

async function live(before?: RunParts): Promise<Life> {
  let isDead = false;
  const base = before ?? (await makeRunParts());
  const parts = await makeRunParts({ catalog: guarded(base, () => isDead), clock: base.clock, maxConcurrent: 2 });
  return { parts, die: () => void (isDead = true) };
}

function guarded({ catalog }: RunParts, isDead: () => boolean): RunParts['catalog'] {
  const dead = () => Promise.reject(new Error('This life is over.'));
  return {
    read: (work) => (isDead() ? dead() : catalog.read(work)),
    write: (work) => (isDead() ? dead() : catalog.write(work)),
  };
}

/** Never two active runs of a task in the catalog, never two executions of it. */
async function check({ parts }: Life): Promise<void> {
  const active = (await parts.runs()).filter(isActive).map((run) => run.taskId);
  expect(new Set(active).size).toBe(active.length);
  const executed = parts.executor.running.map(({ job }) => job.taskId);
  expect(new Set(executed).size).toBe(executed.length);
  expect(executed.length).toBeLessThanOrEqual(2);
}

async function take({ parts, die }: Life, asked: Step): Promise<void> {
  switch (asked.kind) {
    case 'execute':
      void executeTask(parts.deps, ADMIN, asked.taskId).catch(expected);
      return;
    case 'cancel':
      void cancelTask(parts.deps, ADMIN, asked.taskId).catch(expected);
      return;
    case 'finish':
      parts.executor.running.find(({ job }) => job.taskId === asked.taskId)?.end(asked.ok ? SUCCESS : FAILURE);
      return;
    case 'time':
      parts.clock.advanceMs(asked.ms);
      parts.timers.advance(asked.ms);
      parts.wakeUp.ring();
      return;
    case 'settle':
      await parts.settle();
      return;
    case 'crash':
      die();
  }
}

/** What a request may be refused with; anything else is a defect. */
function expected(error: unknown): void {
  if (error instanceof AppError || (error instanceof Error && error.message === 'This life is over.')) return;
  throw error;
}

test(
  'a task never has two active runs, whatever is started, cancelled, finished and crashed',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const base = await makeRunParts();
        for (const name of TASKS) await addTask(base, name, { schedule: 'every 1 minute', maxRetries: 2 });
        let life = await live(base);
        await life.parts.start();
        for (const asked of steps) {
          await take(life, asked);
          if (asked.kind === 'crash') {
            // What had reached the disk is there: a dead process writes nothing later.
            await base.catalog.write(async () => undefined);
            life = await live(base);
            await life.parts.start();
          }
          await check(life);
        }
        // Nothing is stuck: left alone, every run comes to its end.
        await life.parts.scheduler.stop();
        for (let round = 0; round < 60 && (await life.parts.runs()).some(isActive); round++) {
          for (const held of [...life.parts.executor.running]) held.end(SUCCESS);
          life.parts.timers.advance(60_000);
          await life.parts.settle();
          await check(life);
        }
        expect((await life.parts.runs()).filter(isActive)).toEqual([]);
      }),
      { numRuns: 12 },
    );
  },
);
