import { describe, expect, it } from 'vitest';
import type { RetentionPolicy } from '../../../contracts/retention.ts';
import type { BackupRecord } from '../../../main/app/backup/ports.ts';
import { planRetention, type RetentionSituation } from '../../../main/app/retention/retention-plan.ts';
import { backupRecord } from '../../support/backup-records.ts';

const SITUATION: RetentionSituation = {
  now: new Date('2026-03-01T00:00:00Z'),
  immutableUntil: ({ immutableUntil }) => immutableUntil,
  timeZone: 'UTC',
  inUse: new Set(),
};

function daily(days: readonly string[], more: Record<string, Partial<BackupRecord>> = {}): BackupRecord[] {
  return days.map((day) => backupRecord({ id: day, createdAt: new Date(`${day}T12:00:00Z`), ...more[day] }));
}

async function plan(backups: readonly BackupRecord[], policy: RetentionPolicy, more: Partial<RetentionSituation> = {}) {
  const { keep, remove } = await planRetention(backups, policy, { ...SITUATION, ...more });
  return { kept: keep.map(({ backup }) => backup.id), removed: remove.map(({ id }) => id), keep };
}

const WEEK = ['2026-02-01', '2026-02-02', '2026-02-03', '2026-02-04', '2026-02-05', '2026-02-06', '2026-02-07'];

describe('what a policy keeps', () => {
  it('counts the newest ones, whatever order they come in', async () => {
    const { kept, removed } = await plan(daily(WEEK), { last: 2 });
    expect(kept).toEqual(['2026-02-07', '2026-02-06']);
    expect(removed).toEqual(['2026-02-05', '2026-02-04', '2026-02-03', '2026-02-02', '2026-02-01']);
  });

  it('adds up what its rules want', async () => {
    const { keep } = await plan(daily(WEEK), { last: 1, weekly: 2 });
    expect(keep.map(({ backup, reasons }) => [backup.id, ...reasons])).toEqual([
      ['2026-02-07', 'last snapshot', 'weekly snapshot', 'last good backup'],
      ['2026-02-01', 'weekly snapshot'],
    ]);
  });

  it('counts days back from the newest backup, so that nothing expires when backups stop', async () => {
    const { kept } = await plan(daily(WEEK), { days: 3 }, { now: new Date('2036-01-01T00:00:00Z') });
    expect(kept).toEqual(['2026-02-07', '2026-02-06', '2026-02-05']);
  });

  it("takes days from the installation's zone", async () => {
    const backups = [
      backupRecord({ id: 'late', createdAt: new Date('2026-02-01T23:30:00Z') }),
      backupRecord({ id: 'early', createdAt: new Date('2026-02-01T22:30:00Z') }),
    ];
    expect((await plan(backups, { daily: 5 })).kept).toEqual(['late']);
    expect((await plan(backups, { daily: 5 }, { timeZone: 'Europe/Berlin' })).kept).toEqual(['late', 'early']);
  });
});

describe('what stays, whatever the policy says', () => {
  it('the newest good one: failures push nothing out', async () => {
    const failed = daily(['2026-02-08', '2026-02-09'], {
      '2026-02-08': { state: 'failed', snapshotId: null },
      '2026-02-09': { state: 'failed', snapshotId: null },
    });
    const { kept, removed } = await plan([...daily(['2026-02-06', '2026-02-07']), ...failed], { last: 1 });
    expect(kept).toEqual(['2026-02-07']);
    expect(removed).toEqual(['2026-02-06']);
  });

  it('the newest that is not damaged', async () => {
    const backups = daily(WEEK, { '2026-02-07': { verifyState: 'damaged' }, '2026-02-06': { verifyState: 'damaged' } });
    expect((await plan(backups, { last: 1 })).kept).toEqual(['2026-02-07', '2026-02-05']);
  });

  it('what is immutable, pinned or in use', async () => {
    const backups = daily(WEEK, {
      '2026-02-01': { immutableUntil: new Date('2026-03-02T00:00:00Z') },
      '2026-02-02': { immutableUntil: new Date('2026-02-20T00:00:00Z') },
      '2026-02-03': { pinnedReason: 'last clean one' },
    });
    const { kept } = await plan(backups, { last: 1 }, { inUse: new Set(['2026-02-04']) });
    expect(kept).toEqual(['2026-02-07', '2026-02-04', '2026-02-03', '2026-02-01']);
  });

  it('what is removed already is no candidate', async () => {
    const backups = daily(['2026-02-06', '2026-02-07'], { '2026-02-07': { removedAt: new Date() } });
    expect(await plan(backups, { last: 1 })).toMatchObject({ kept: ['2026-02-06'], removed: [] });
  });
});
