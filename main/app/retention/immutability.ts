import type { BackupRecord } from '../backup/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import type { TrustedClock } from './trusted-clock.ts';

const DAY_MS = 86_400_000;

type Protected = Pick<BackupRecord, 'id' | 'immutableUntil' | 'completedAt'>;
type Rule = Pick<RepositoryRecord, 'immutableDays'>;

/**
 * Until when a backup can't be removed, by nobody (api.md, 423). It is over when both the trusted clock and the wall clock
 * say so: the one can't be set ahead, the other not by waiting.
 */
export class Immutability {
  readonly #trusted: Pick<TrustedClock, 'now'>;
  readonly #clock: Clock;

  constructor(trusted: Pick<TrustedClock, 'now'>, clock: Clock) {
    this.#trusted = trusted;
    this.#clock = clock;
  }

  /** What protection is measured by: never later than either clock. */
  now(): Date {
    return new Date(Math.min(this.#trusted.now().getTime(), this.#clock.now().getTime()));
  }

  /**
   * For a backup that ends at `completedAt`: what was asked for, or what the repository's rule gives, whichever is later. A wall
   * clock that is behind must not make it shorter.
   */
  untilFor(asked: Date | null, completedAt: Date, { immutableDays }: Rule): Date | null {
    const fromMs = Math.max(completedAt.getTime(), this.#trusted.now().getTime());
    const byRule = immutableDays === null ? null : new Date(fromMs + immutableDays * DAY_MS);
    return latest(asked, byRule);
  }

  /** Of a stored backup, by what was decided then and by the repository's rule as it is now. Null: not protected at all. */
  until({ immutableUntil, completedAt }: Protected, { immutableDays }: Rule): Date | null {
    const hasRule = immutableDays !== null && completedAt !== null;
    return latest(immutableUntil, hasRule ? new Date(completedAt.getTime() + immutableDays * DAY_MS) : null);
  }

  isProtected(backup: Protected, repository: Rule): boolean {
    const until = this.until(backup, repository);
    return until !== null && until > this.now();
  }

  /** Throws `immutable` (423), with `details.immutable_until`. */
  assertRemovable(backup: Protected, repository: Rule): void {
    const until = this.until(backup, repository);
    if (until === null || until <= this.now()) return;
    const at = until.toISOString();
    const message = `The backup ${backup.id} is immutable until ${at}. Nobody can remove it before that.`;
    throw new AppError('immutable', message, { code: 'immutable', immutable_until: at });
  }
}

function latest(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}
