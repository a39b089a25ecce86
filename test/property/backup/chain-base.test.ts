import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BACKUP_TYPES } from '../../../contracts/backups.ts';
import { chainBase } from '../../../main/app/backup/chain-base.ts';
import { relinkChain } from '../../../main/app/retention/relink-chain.ts';
import type { BackupRecord } from '../../../main/app/backup/ports.ts';
import { backupRecord } from '../../support/backup-records.ts';

const step = fc.oneof(
  fc.record({ what: fc.constant('back up' as const), type: fc.constantFrom(...BACKUP_TYPES) }),
  fc.record({ what: fc.constant('remove' as const), which: fc.nat() }),
  fc.record({ what: fc.constant('damage' as const), which: fc.nat() }),
);

test('whatever is backed up, removed and found damaged: chains stay chains', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let listed: BackupRecord[] = [];
      for (const [number, one] of steps.entries()) {
        const chosen = one.what === 'back up' ? undefined : listed[one.which % Math.max(1, listed.length)];
        if (one.what === 'back up') {
          const id = `backup-${number}`;
          const { type, parent, chainId } = chainBase(one.type, id, listed.toReversed());
          expect(parent === null).toBe(type === 'full');
          expect(parent?.verifyState).not.toBe('damaged');
          const createdAt = new Date(number * 1000);
          listed.push(backupRecord({ id, type, parentId: parent?.id ?? null, chainId, createdAt }));
        } else if (chosen && one.what === 'damage') {
          listed = listed.map((backup) => (backup === chosen ? { ...backup, verifyState: 'damaged' } : backup));
        } else if (chosen) {
          const members = listed.filter(({ chainId }) => chainId === chosen.chainId);
          const changed = new Map(relinkChain(members, new Set([chosen.id])).map((news) => [news.id, news]));
          listed = listed
            .filter((backup) => backup !== chosen)
            .map((backup) => ({ ...backup, ...changed.get(backup.id) }));
        }
        for (const { id, type, parentId, chainId } of listed) {
          const parent = listed.find((other) => other.id === parentId);
          // A parent is there, older, and of the same chain; a full has none, everything else has one.
          expect(type === 'full').toBe(parentId === null);
          if (parentId !== null) expect([parent?.chainId, parent?.id !== id]).toEqual([chainId, true]);
        }
      }
    }),
    { numRuns: 300 },
  );
});
