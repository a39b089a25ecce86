import type { RepositoryRecord } from './ports.ts';

const DAY_MS = 86_400_000;
/** The check is daily; a machine that is off at night gets some more. */
const ROTATION_PATIENCE_DAYS = 7;

export interface RepositoryConcern {
  readonly code: 'not_reachable' | 'kit_not_stored' | 'kit_due' | 'rotation_overdue';
  /** What is wrong and what to do about it. */
  readonly message: string;
  /** Since when it is known. */
  readonly since: Date;
}

/** What somebody has to see to, the worst first. */
export function repositoryConcerns(record: RepositoryRecord, now: Date): readonly RepositoryConcern[] {
  const { name, problem, checkedAt, kitCreatedAt, createdAt, accessRotatedAt } = record;
  const concerns: RepositoryConcern[] = [];
  if (problem !== null) {
    const message = `The repository ${name} is not reachable: ${problem}`;
    concerns.push({ code: 'not_reachable', message, since: checkedAt ?? createdAt });
  }
  const needs = kitNeeds(record);
  if (needs === 'store') {
    const message = `Nobody has confirmed that the recovery kit of ${name} is stored. Without it and this machine, the backups are lost.`;
    concerns.push({ code: 'kit_not_stored', message, since: kitCreatedAt ?? createdAt });
  } else if (needs === 'renew') {
    const message =
      kitCreatedAt === null
        ? `The repository ${name} has no recovery kit of this GuardIT. Make one and store it.`
        : `The recovery kit of ${name} is older than its keys. Make a new one and store it; the old one opens the repository until then.`;
    concerns.push({ code: 'kit_due', message, since: kitCreatedAt === null ? createdAt : accessRotatedAt });
  }
  const dueAt = rotationDueAt(record);
  if (dueAt !== null && now.getTime() > dueAt.getTime() + ROTATION_PATIENCE_DAYS * DAY_MS) {
    const message = `The key of ${name} should have been replaced on ${dueAt.toISOString().slice(0, 10)}. See the log of its key rotation.`;
    concerns.push({ code: 'rotation_overdue', message, since: dueAt });
  }
  return concerns;
}

/** `store`: somebody must store the newest kit and say so. `renew`: a new kit is due. */
export function kitNeeds(record: RepositoryRecord): 'store' | 'renew' | null {
  const { kitKeyId, nextKitKeyId, kitCreatedAt, kitConfirmedAt, accessRotatedAt } = record;
  if (nextKitKeyId !== null || (kitKeyId !== null && kitConfirmedAt === null)) return 'store';
  if (kitKeyId === null || kitCreatedAt === null || kitCreatedAt < accessRotatedAt) return 'renew';
  return null;
}

/** Null where it is never replaced by itself. */
export function rotationDueAt({ accessRotatedAt, rotationDays }: RepositoryRecord): Date | null {
  return rotationDays === 0 ? null : new Date(accessRotatedAt.getTime() + rotationDays * DAY_MS);
}
