import type { ActionType } from '../../contracts/actions.ts';
import type { Operation } from '../api/operation.ts';
import { retentionOperations } from '../api/routes/retention.ts';
import type { AfterBackup } from '../app/backup/ports.ts';
import { CleanupExecutor } from '../app/retention/cleanup-executor.ts';
import { PruneExecutor } from '../app/retention/prune-executor.ts';
import { RetentionAfterBackup } from '../app/retention/retention-after-backup.ts';
import type { RetentionDeps } from '../app/retention/retention-deps.ts';
import { ensurePruneTasks } from '../app/retention/start-prune.ts';
import type { Executor } from '../app/runs/ports.ts';
import type { RunDispatcher } from '../app/runs/run-dispatcher.ts';
import type { Foundation } from './foundation.ts';

export interface RetentionArea {
  readonly executors: Partial<Record<ActionType, Executor>>;
  readonly after: AfterBackup;
  /** Needs what executes runs, which needs the executors first. */
  operations(runs: { readonly dispatcher: RunDispatcher }): readonly Operation[];
  start(): Promise<void>;
}

/** What is kept of backups and what goes: policies, cleanups, prunes. */
export function buildRetention(
  foundation: Foundation,
  parts: Pick<RetentionDeps, 'engine' | 'openAccess' | 'removals' | 'immutability'>,
): RetentionArea {
  const { catalog, clock, events, audit, timeZone, log } = foundation;
  const deps: RetentionDeps = { ...parts, catalog, clock, events, audit, timeZone };
  const ensure = () => ensurePruneTasks({ catalog, clock, events, timeZone });
  events.subscribe(({ type }) => {
    if (type !== 'repository.created' && type !== 'repository.connected') return;
    ensure().catch((error: unknown) => log.warn({ err: error }, 'The weekly prune of a repository could not be made.'));
  });
  return {
    executors: { prune: new PruneExecutor(deps), cleanup: new CleanupExecutor(deps) },
    after: new RetentionAfterBackup(deps),
    operations: ({ dispatcher }) => retentionOperations({ ...deps, dispatcher }),
    start: ensure,
  };
}
