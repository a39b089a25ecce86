import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { relinkChain } from '../../../main/app/retention/relink-chain.ts';

function member(id: string, type: 'full' | 'incremental' | 'differential', parentId: string | null, minute: number) {
  return { id, type, parentId, createdAt: new Date(Date.UTC(2026, 0, 1, 0, minute)) };
}

const CHAIN = [
  member('full', 'full', null, 0),
  member('i1', 'incremental', 'full', 1),
  member('d1', 'differential', 'full', 2),
  member('i2', 'incremental', 'd1', 3),
];

describe('a chain that loses members', () => {
  it('stays as it is when none goes', () => {
    expect(relinkChain(CHAIN, new Set())).toEqual([]);
  });

  it('passes a parent on', () => {
    expect(relinkChain(CHAIN, new Set(['d1']))).toEqual([{ id: 'i2', type: 'incremental', parentId: 'full' }]);
  });

  it('gets a new full, which differentials are then based on', () => {
    expect(relinkChain(CHAIN, new Set(['full']))).toEqual([
      { id: 'i1', type: 'full', parentId: null },
      { id: 'd1', type: 'differential', parentId: 'i1' },
    ]);
  });

  it('can be down to one', () => {
    const removed = new Set(['full', 'i1', 'd1']);
    expect(relinkChain(CHAIN, removed)).toEqual([{ id: 'i2', type: 'full', parentId: null }]);
  });

  it('never refers to what is gone, and has exactly one full where it had one', () => {
    const chains = fc
      .array(fc.record({ isDifferential: fc.boolean(), parent: fc.nat(), isRemoved: fc.boolean() }), { maxLength: 12 })
      .map((steps) => {
        const members = [member('0', 'full', null, 0)];
        for (const { isDifferential, parent } of steps) {
          const id = String(members.length);
          const parentId = isDifferential ? '0' : String(parent % members.length);
          members.push(member(id, isDifferential ? 'differential' : 'incremental', parentId, members.length));
        }
        const removed = new Set(steps.flatMap(({ isRemoved }, index) => (isRemoved ? [String(index)] : [])));
        return { members, removed };
      });
    fc.assert(
      fc.property(chains, ({ members, removed }) => {
        const changes = new Map(relinkChain(members, removed).map((change) => [change.id, change]));
        const left = members.filter(({ id }) => !removed.has(id)).map((old) => ({ ...old, ...changes.get(old.id) }));
        expect(left.filter(({ type }) => type === 'full')).toHaveLength(left.length === 0 ? 0 : 1);
        const ids = new Set(left.map(({ id }) => id));
        for (const { type, parentId } of left) {
          if (type === 'full') expect(parentId).toBeNull();
          else expect(ids.has(parentId ?? 'none')).toBe(true);
        }
      }),
    );
  });
});
