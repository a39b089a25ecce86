import type { TargetStateView } from '../../../contracts/protection-status.ts';
import { toInstant } from '../../../contracts/common/instant.ts';
import type { BackupRecord, BackupSchedule } from '../backup/ports.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import type { Run } from '../runs/run.ts';
import type { TargetRecord } from '../targets/ports.ts';
import type { VerificationRecord } from '../verification/ports.ts';

/** All that is known of a target's protection. */
export interface TargetFacts {
  readonly target: TargetRecord;
  readonly repository: RepositoryRecord | null;
  readonly schedules: readonly BackupSchedule[];
  /** Newest first, of any state. */
  readonly recent: readonly BackupRecord[];
  readonly completedCount: number;
  readonly lastGood: BackupRecord | null;
  readonly repositories: number;
  readonly lastDrill: VerificationRecord | null;
  readonly lastVerified: VerificationRecord | null;
  readonly nextRun: Date | null;
  /** Since when a scheduled backup is due that has not begun. */
  readonly dueSince: Date | null;
  /** The run of the backup that is under way. */
  readonly run: Run | null;
}

/** A due backup may wait so long for others before it is called overdue. */
const GRACE_MS = 30 * 60_000;

export function targetState(facts: TargetFacts, now: Date): TargetStateView {
  const { target, lastGood, schedules, lastDrill, lastVerified, repository } = facts;
  const active = facts.recent.find(({ state }) => state === 'running' || state === 'pending') ?? null;
  const lastEnded = facts.recent.find(({ state }) => state === 'completed' || state === 'failed') ?? null;
  return {
    target_id: target.id,
    name: target.name,
    kind: target.kind,
    repository_id: target.repositoryId,
    ...verdict(facts, lastEnded, active, now),
    last_good_backup: lastGood && lastBackupView(lastGood),
    last_result: lastEnded && {
      backup_id: lastEnded.id,
      status: lastEnded.state,
      at: toInstant((lastEnded.completedAt ?? lastEnded.createdAt).getTime()),
      error: lastEnded.failure?.reason ?? null,
    },
    running: active && {
      backup_id: active.id,
      progress: facts.run?.progress ?? null,
      live: facts.run?.live ?? null,
    },
    next_run: instantOf(facts.nextRun),
    schedules: schedules.filter(({ isEnabled }) => isEnabled).map(({ id }) => id),
    backups: facts.completedCount,
    rpo_seconds: lastGood && secondsBetween(pointOf(lastGood), now),
    rto_seconds: rtoSeconds(lastDrill),
    last_drill_at: instantOf(lastDrill?.finishedAt ?? null),
    last_verified_at: instantOf(lastVerified?.finishedAt ?? null),
    immutable_until: instantOf(lastGood?.immutableUntil ?? null),
    off_site: facts.repositories > 1,
    kit_stored: (repository?.kitConfirmedAt ?? null) !== null,
  };
}

function verdict(
  { dueSince, lastGood }: TargetFacts,
  lastEnded: BackupRecord | null,
  active: BackupRecord | null,
  now: Date,
): Pick<TargetStateView, 'state' | 'cause'> {
  if (lastEnded?.state === 'failed') {
    return { state: 'failed', cause: lastEnded.failure?.reason ?? 'The last backup failed.' };
  }
  if (lastGood?.verifyState === 'damaged') return { state: 'failed', cause: 'The last backup is damaged.' };
  if (active) return { state: 'running', cause: null };
  if (dueSince && now.getTime() - dueSince.getTime() > GRACE_MS) {
    return { state: 'overdue', cause: `A backup was due at ${dueSince.toISOString()} and has not begun.` };
  }
  if (!lastGood) return { state: 'never', cause: 'There is no backup yet.' };
  if (lastGood.warningCount > 0) {
    return { state: 'warning', cause: `The last backup lacks what ${lastGood.warningCount} warnings name.` };
  }
  return { state: 'ok', cause: null };
}

function lastBackupView(backup: BackupRecord): NonNullable<TargetStateView['last_good_backup']> {
  return {
    backup_id: backup.id,
    type: backup.type,
    completed_at: toInstant((backup.completedAt ?? backup.createdAt).getTime()),
    total_bytes: backup.facts?.totalBytes ?? null,
    warnings: backup.warningCount,
  };
}

/** What is in a backup is as old as its beginning. */
export function pointOf({ startedAt, createdAt }: BackupRecord): Date {
  return startedAt ?? createdAt;
}

/** By the report of a drill; it says how long all of it would have taken. */
export function rtoSeconds(drill: VerificationRecord | null): number | null {
  const seconds = drill?.report['rto_seconds'];
  return typeof seconds === 'number' && Number.isFinite(seconds) ? seconds : null;
}

export function secondsBetween(from: Date, to: Date): number {
  return Math.max(0, to.getTime() - from.getTime()) / 1000;
}

function instantOf(date: Date | null): string | null {
  return date && toInstant(date.getTime());
}
