import { describe, expect, it } from 'vitest';
import { chainBase } from '../../../main/app/backup/chain-base.ts';
import { backupRecord } from '../../support/backup-records.ts';

const full = backupRecord({ id: 'full', chainId: 'full' });
const first = backupRecord({ id: 'first', type: 'incremental', parentId: 'full', chainId: 'full' });
const second = backupRecord({ id: 'second', type: 'incremental', parentId: 'first', chainId: 'full' });

describe('what a backup is based on', () => {
  it('is nothing for a full one, which begins a chain', () => {
    expect(chainBase('full', 'new', [second, first, full])).toEqual({
      type: 'full',
      parent: null,
      chainId: 'new',
      note: null,
    });
  });

  it('is the newest for an incremental one', () => {
    expect(chainBase('incremental', 'new', [second, first, full])).toMatchObject({
      parent: { id: 'second' },
      chainId: 'full',
    });
  });

  it("is the chain's full for a differential one", () => {
    expect(chainBase('differential', 'new', [second, first, full])).toMatchObject({
      parent: { id: 'full' },
      chainId: 'full',
    });
  });

  it.each(['incremental', 'differential'] as const)(
    'is nothing where there is nothing: %s becomes full, and says so',
    (type) => {
      const base = chainBase(type, 'new', []);
      expect(base).toMatchObject({ type: 'full', parent: null, chainId: 'new' });
      expect(base.note).toContain('becomes a full one');
    },
  );

  it('is never one that was found damaged', () => {
    const damaged = { ...second, verifyState: 'damaged' as const };
    expect(chainBase('incremental', 'new', [damaged, first, full]).parent?.id).toBe('first');
    expect(chainBase('incremental', 'new', [{ ...full, verifyState: 'damaged' as const }]).type).toBe('full');
  });

  it('makes a differential one full where the chain has lost its full', () => {
    expect(chainBase('differential', 'new', [second, first])).toMatchObject({ type: 'full', chainId: 'new' });
  });

  it('is the newest full after a chain was consolidated', () => {
    const merged = { ...second, type: 'full' as const, parentId: null };
    expect(chainBase('differential', 'new', [merged, full]).parent?.id).toBe('second');
  });
});
