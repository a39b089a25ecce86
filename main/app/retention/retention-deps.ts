import type { AuditLog } from '../audit/audit-log.ts';
import type { Removals } from '../backup/removals.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import type { RunDispatcher } from '../runs/run-dispatcher.ts';
import type { Immutability } from './immutability.ts';
import type { RetentionSituation } from './retention-plan.ts';

/** What the use cases of retention are made from. */
export interface RetentionDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly engine: Pick<EngineJobs, 'prune'>;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
  readonly removals: Removals;
  readonly immutability: Immutability;
  readonly timeZone: string;
}

/** With what makes runs, which needs the executors first. */
export interface RetentionRequestDeps extends RetentionDeps {
  readonly dispatcher: RunDispatcher;
}

/** What protects backups right now. */
export async function situationOf(
  { immutability, timeZone }: Pick<RetentionDeps, 'immutability' | 'timeZone'>,
  stores: Stores,
): Promise<RetentionSituation> {
  const rules = new Map((await stores.repositories.list()).map((repository) => [repository.id, repository]));
  const ruleOf = (id: string): Pick<RepositoryRecord, 'immutableDays'> => rules.get(id) ?? { immutableDays: null };
  return {
    now: immutability.now(),
    immutableUntil: (backup) => immutability.until(backup, ruleOf(backup.repositoryId)),
    timeZone,
    inUse: await backupsInUse(stores),
  };
}

/** What running backups are based on, and what runs say that they work on (`params.backup_id`). */
async function backupsInUse(stores: Stores): Promise<ReadonlySet<string>> {
  const parents = (await stores.backups.active()).flatMap(({ parentId }) => parentId ?? []);
  const worked = (await stores.runs.listActive()).flatMap(({ params }) => {
    if (typeof params !== 'object' || params === null || !('backup_id' in params)) return [];
    const { backup_id: id } = params;
    return typeof id === 'string' ? [id] : [];
  });
  return new Set([...parents, ...worked]);
}
