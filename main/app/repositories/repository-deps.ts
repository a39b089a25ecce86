import type { Repository } from '../../../contracts/repositories.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import type { JobContext } from '../engine-jobs/ports/job-context.ts';
import type { EngineJobs } from '../engine-jobs/ports/jobs.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Immutability } from '../retention/immutability.ts';
import type { SecretStore } from '../secrets/ports.ts';
import { announce } from '../tasks/task-deps.ts';
import type { TaskNews } from './managed-tasks.ts';
import type { RepositoryPlaces, RepositoryRecord, SnapshotAdoption } from './ports.ts';
import { repositoryNotFound, type RepositoryAccesses } from './repository-access.ts';
import { repositoryView } from './repository-view.ts';
import type { SerialWork } from './serial-work.ts';

/** What writes the service's own log. */
export interface RepositoryJournal {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What the use cases of repositories are made from. */
export interface RepositoryDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly jobs: EngineJobs;
  readonly secrets: SecretStore;
  readonly accesses: RepositoryAccesses;
  readonly places: RepositoryPlaces;
  readonly adoption: SnapshotAdoption;
  readonly immutability: Pick<Immutability, 'now'>;
  readonly journal: RepositoryJournal;
  /** The installation's. */
  readonly timeZone: string;
  /** What changes the keys of a repository, one after the other: by its id; `new` for those that are made. */
  readonly keyWork: SerialWork;
}

/** Longer than any network file system takes to answer a question. A request must not hang for ever. */
const PATIENCE_MS = 120_000;

/** For work that a request waits for. It is not aborted with the request: half of it would be left in the repository. */
export function patiently(): JobContext {
  return { signal: AbortSignal.timeout(PATIENCE_MS) };
}

/** Throws `not_found`. */
export async function requireRepository(stores: Pick<Stores, 'repositories'>, id: string): Promise<RepositoryRecord> {
  const record = await stores.repositories.find(id);
  if (!record) throw repositoryNotFound(id);
  return record;
}

export function findRepository({ catalog }: Pick<RepositoryDeps, 'catalog'>, id: string): Promise<RepositoryRecord> {
  return catalog.read((stores) => requireRepository(stores, id));
}

export type RepositoryChange = 'created' | 'connected' | 'updated' | 'disconnected' | 'unreachable' | 'reachable';

/** Tells whoever listens. After the write that made it so. */
export function announceRepository(
  { events, clock }: Pick<RepositoryDeps, 'events' | 'clock'>,
  change: RepositoryChange,
  record: RepositoryRecord,
  tasks: readonly TaskNews[] = [],
): void {
  const at = clock.now();
  const shown: Repository = repositoryView(record);
  events.publish(`repository.${change}`, at, shown);
  for (const { what, task } of tasks) announce({ events }, what, task, at);
}
