import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RunDispatcher } from '../runs/run-dispatcher.ts';
import type { NextStart } from '../tasks/task-view.ts';
import type { RestoreFolders } from './ports.ts';

/** What the use cases of restores are made from. */
export interface RestoreDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly dispatcher: RunDispatcher;
  readonly engine: EngineJobs;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
  readonly folders: RestoreFolders;
  readonly dataFolder: string;
  /** Where restores go that name no destination. */
  readonly restoresFolder: string;
  readonly timeZone: string;
  readonly nextStart: NextStart;
}
