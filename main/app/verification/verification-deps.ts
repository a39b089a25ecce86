import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { RepositoryAccess } from '../engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RunDispatcher } from '../runs/run-dispatcher.ts';
import type { NextStart } from '../tasks/task-view.ts';

/** What verifies, also without anybody who asked. */
export interface VerifyingParts {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly engine: EngineJobs;
  readonly openAccess: (repositoryId: string) => Promise<RepositoryAccess>;
}

/** What the use cases of verifications are made from. */
export interface VerificationDeps extends Pick<VerifyingParts, 'catalog' | 'clock' | 'events'> {
  readonly audit: Pick<AuditLog, 'record'>;
  readonly dispatcher: RunDispatcher;
  readonly timeZone: string;
  readonly nextStart: NextStart;
}
