import { DateTime } from 'luxon';
import type { RetentionPolicy } from '../../../contracts/retention.ts';
import type { StoredSnapshot } from '../../engine/index.ts';
import type { BackupRecord } from '../backup/ports.ts';

/** A completed backup and why it stays: the rules that want it, in restic's words, or what protects it. */
export interface KeptBackup {
  readonly backup: BackupRecord;
  readonly reasons: readonly string[];
}

export interface RetentionPlan {
  /** Newest first, both. */
  readonly keep: readonly KeptBackup[];
  readonly remove: readonly BackupRecord[];
}

export interface RetentionSituation {
  /** By the clock that nobody can set ahead (trusted-clock.ts). */
  readonly now: Date;
  /** Until when it can't be removed, by its own date and its repository's rule; null: no such rule. */
  readonly immutableUntil: (backup: BackupRecord) => Date | null;
  /** Days and weeks are those of this zone; a name of the IANA database. */
  readonly timeZone: string;
  /** Ids of backups that are being used: restored, verified, what a running backup is based on. */
  readonly inUse: ReadonlySet<string>;
}

/**
 * What a policy keeps and removes of one target's backups; removes nothing itself. Spans count back from the newest backup, as in
 * restic: when backups stop, nothing expires. Whatever the policy says, these stay: the newest backup, the newest that is not
 * known to be damaged, what is immutable, pinned, to be kept until a day, or in use. Only completed backups count, so failures
 * push nothing out.
 */
export async function planRetention(
  backups: readonly BackupRecord[],
  policy: RetentionPolicy,
  situation: RetentionSituation,
): Promise<RetentionPlan> {
  const candidates = presentBackups(backups);
  const wanted = await wantedByPolicy(candidates, policy, situation.timeZone);
  return judge(candidates, ({ id }) => wanted.get(id) ?? [], situation);
}

/** What goes when everything older than `before` goes, but for what is protected (see planRetention). */
export function planCleanup(
  backups: readonly BackupRecord[],
  before: Date,
  situation: RetentionSituation,
): RetentionPlan {
  const wanted = (backup: BackupRecord) => (timeOf(backup) >= before.getTime() ? ['young enough'] : []);
  return judge(presentBackups(backups), wanted, situation);
}

function presentBackups(backups: readonly BackupRecord[]): BackupRecord[] {
  const present = backups.filter(({ state, removedAt }) => state === 'completed' && removedAt === null);
  return present.sort((a, b) => timeOf(b) - timeOf(a));
}

function judge(
  newestFirst: readonly BackupRecord[],
  wantedBy: (backup: BackupRecord) => readonly string[],
  situation: RetentionSituation,
): RetentionPlan {
  const lastGood = newestFirst.find(({ verifyState }) => verifyState !== 'damaged');
  const judged = newestFirst.map((backup, position) => {
    const last = position === 0 || backup === lastGood ? ['last good backup'] : [];
    return { backup, reasons: [...wantedBy(backup), ...last, ...protectionsOf(backup, situation)] };
  });
  return {
    keep: judged.filter(({ reasons }) => reasons.length > 0),
    remove: judged.filter(({ reasons }) => reasons.length === 0).map(({ backup }) => backup),
  };
}

/** When the data was looked at, which is what a period is about. */
function timeOf({ startedAt, createdAt }: BackupRecord): number {
  return (startedAt ?? createdAt).getTime();
}

function protectionsOf(backup: BackupRecord, { now, immutableUntil, inUse }: RetentionSituation): string[] {
  const { pinnedReason, keepUntil, id } = backup;
  const until = immutableUntil(backup);
  return [
    ...(until && until > now ? [`immutable until ${until.toISOString()}`] : []),
    ...(pinnedReason === null ? [] : [`pinned: ${pinnedReason}`]),
    ...(keepUntil && keepUntil > now ? [`to be kept until ${keepUntil.toISOString()}`] : []),
    ...(inUse.has(id) ? ['in use'] : []),
  ];
}

async function wantedByPolicy(
  backups: readonly BackupRecord[],
  policy: RetentionPolicy,
  timeZone: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  // The engine is large and only needed from here on.
  const { applyPolicy, parseCalendarDuration } = await import('../../engine/index.ts');
  const { days, within, ...counts } = policy;
  const keptBy = (more: object) =>
    applyPolicy(
      backups.map((backup) => snapshotOf(backup, timeZone)),
      more,
      { unsafeAllowRemoveAll: true, keepOldest: false },
    ).keep;
  const spans = [within, days === undefined ? undefined : `${days}d`].filter((span) => span !== undefined);
  const kept = [
    ...(Object.values(counts).some((count) => count !== undefined && count > 0) ? keptBy({ keep: counts }) : []),
    ...spans.flatMap((span) => keptBy({ within: parseCalendarDuration(span) })),
  ];
  const reasons = new Map<string, string[]>();
  for (const { snapshot, reasons: why } of kept) {
    reasons.set(snapshot.id, [...(reasons.get(snapshot.id) ?? []), ...why]);
  }
  return reasons;
}

/** What the engine's policy looks at: the time with the zone's offset, which decides the day. The rest has no part in it. */
function snapshotOf(backup: BackupRecord, timeZone: string): StoredSnapshot {
  const time = DateTime.fromMillis(timeOf(backup), { zone: timeZone }).toISO({ suppressMilliseconds: false });
  return {
    id: backup.id as StoredSnapshot['id'],
    time: time as StoredSnapshot['time'],
    tree: '' as StoredSnapshot['tree'],
    ...{ paths: [], hostname: '', username: '', uid: 0, gid: 0, excludes: [], tags: [] },
  };
}
