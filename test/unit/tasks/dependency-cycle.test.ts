import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TaskId } from '../../../contracts/task-id.ts';
import { findCycle } from '../../../main/app/tasks/dependency-cycle.ts';

const edges = (...pairs: string[]) =>
  pairs.map((pair) => {
    const [task = '', dependsOn = ''] = pair.split('>');
    return { task: task as TaskId, dependsOn: dependsOn as TaskId };
  });
const ids = (...texts: string[]) => texts as TaskId[];

describe('findCycle', () => {
  it('finds none where nothing leads back', () => {
    expect(findCycle('a' as TaskId, ids('b', 'c'), edges('b>d', 'c>d', 'd>e'))).toBeNull();
    expect(findCycle('a' as TaskId, [], edges('b>a', 'c>b'))).toBeNull();
  });

  it('names the way back', () => {
    expect(findCycle('a' as TaskId, ids('c'), edges('b>a', 'c>b'))).toEqual(['a', 'c', 'b', 'a']);
    expect(findCycle('a' as TaskId, ids('b'), edges('b>a'))).toEqual(['a', 'b', 'a']);
  });

  it('leaves out what the task depended on before', () => {
    expect(findCycle('a' as TaskId, ids('c'), edges('a>b', 'c>d'))).toBeNull();
  });

  it('comes to an end in the widest and the longest of graphs', () => {
    const chain = Array.from({ length: 20_000 }, (_, at) => `t${at + 1}>t${at}`);
    expect(findCycle('t0' as TaskId, ids('t20000'), edges(...chain))).toHaveLength(20_002);
    const ladder = Array.from({ length: 60 }, (_, at) => [
      `l${at}>l${at + 1}`,
      `l${at}>r${at + 1}`,
      `r${at}>l${at + 1}`,
      `r${at}>r${at + 1}`,
    ]);
    expect(findCycle('top' as TaskId, ids('l0', 'r0'), edges(...ladder.flat()))).toBeNull();
  });

  it('finds one exactly where the task can be reached, and every step of it is a dependency', () => {
    const number = fc.integer({ min: 0, max: 9 });
    // Only from higher to lower numbers: what is stored has no cycle.
    const stored = fc.array(
      fc.tuple(number, number).filter(([from, to]) => from > to),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(stored, number, fc.uniqueArray(number, { maxLength: 4 }), (pairs, start, targets) => {
        const graph = edges(...pairs.map(([from, to]) => `${from}>${to}`)).filter(({ task }) => task !== String(start));
        const wanted = ids(...targets.map(String));
        const all = [...graph, ...wanted.map((dependsOn) => ({ task: String(start) as TaskId, dependsOn }))];
        const cycle = findCycle(String(start) as TaskId, wanted, graph);
        expect(cycle !== null).toBe(reaches(wanted, String(start), all));
        for (const [at, from] of (cycle ?? []).slice(0, -1).entries()) {
          expect(all).toContainEqual({ task: from, dependsOn: cycle?.[at + 1] });
        }
      }),
    );
  });
});

/** By following every edge as often as there are nodes. */
function reaches(
  from: readonly string[],
  target: string,
  all: readonly { task: string; dependsOn: string }[],
): boolean {
  let reached = new Set(from);
  for (let step = 0; step < 12; step++) {
    const next = all.filter(({ task }) => reached.has(task)).map(({ dependsOn }) => dependsOn);
    reached = new Set([...reached, ...next]);
  }
  return reached.has(target);
}
