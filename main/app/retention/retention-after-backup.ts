import type { RetentionPolicy } from '../../../contracts/retention.ts';
import type { AfterBackup, AfterBackupContext, BackupRecord } from '../backup/ports.ts';
import type { Stores } from '../catalog/ports.ts';
import { removeUnwanted } from './remove-unwanted.ts';
import { situationOf, type RetentionDeps } from './retention-deps.ts';
import { planRetention, type RetentionPlan } from './retention-plan.ts';

/** Backups that one policy rules: those of a schedule that has its own, or all others of the target. */
export interface RuledBackups {
  readonly policy: RetentionPolicy;
  readonly backups: readonly BackupRecord[];
  /** In words: `schedule nightly`, `target documents`. */
  readonly ruler: string;
}

/**
 * Which policy rules a backup, and what else it rules. A schedule's policy is for what that schedule makes: a daily one must not
 * remove what a monthly one wants to keep for years. Null: nothing rules it.
 */
export async function rulingOf(stores: Stores, backup: BackupRecord): Promise<RuledBackups | null> {
  const target = await stores.targets.find(backup.targetId);
  const schedules = await stores.backupSchedules.ofTarget(backup.targetId);
  const ruling = new Map(
    schedules.flatMap(({ id, name, retention }) => (retention ? [[id, { name, retention }]] : [])),
  );
  const completed = await stores.backups.completed(backup.targetId);
  const own = backup.scheduleId === null ? undefined : ruling.get(backup.scheduleId);
  if (own) {
    const backups = completed.filter(({ scheduleId }) => scheduleId === backup.scheduleId);
    return { policy: own.retention, backups, ruler: `schedule ${own.name}` };
  }
  if (!target?.retention) return null;
  const backups = completed.filter(({ scheduleId }) => scheduleId === null || !ruling.has(scheduleId));
  return { policy: target.retention, backups, ruler: `target ${target.name}` };
}

/** Retention, as a backup's last step: what its policy does not want any more goes. Freed is it by the next prune. */
export class RetentionAfterBackup implements AfterBackup {
  readonly name = 'retention';
  readonly #deps: RetentionDeps;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  async follow(backup: BackupRecord, { signal, say, warn }: AfterBackupContext): Promise<void> {
    const ruled = await this.#deps.catalog.read((stores) => rulingOf(stores, backup));
    if (!ruled) return;
    const { remove } = await this.#plan(ruled);
    if (remove.length === 0) return say(`Retention of the ${ruled.ruler}: nothing is to be removed.`);
    const removed = await removeUnwanted(this.#deps, remove, `retention of the ${ruled.ruler}`, {
      signal,
      onWarning: ({ message }) => warn(message),
    });
    say(`Retention of the ${ruled.ruler}: removed ${removed.map(({ id }) => id).join(', ') || 'nothing'}.`);
  }

  async #plan({ backups, policy }: RuledBackups): Promise<RetentionPlan> {
    const situation = await this.#deps.catalog.read((stores) => situationOf(this.#deps, stores));
    return planRetention(backups, policy, situation);
  }
}
