import type { AuditLog } from '../audit/audit-log.ts';
import type { Caller } from '../access/caller.ts';
import { requireInstallation } from '../access/installation.ts';
import type { Catalog, Stores } from '../catalog/ports.ts';
import type { Clock } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RepositoryRecord } from '../repositories/ports.ts';
import type { NextStart } from '../tasks/task-view.ts';
import type { OwnFolder } from './path-rules.ts';
import type { SourcePaths, TargetRecord } from './ports.ts';

export interface TargetDeps {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly events: Pick<EventBus, 'publish'>;
  readonly audit: Pick<AuditLog, 'record'>;
  readonly files: SourcePaths;
  /** The data folder. */
  readonly dataFolder: string;
  /** Of schedules that name none. */
  readonly timeZone: string;
  readonly maxRetries: number;
  readonly nextStart: NextStart;
}

export function targetNotFound(idOrName: string): AppError {
  const details = { field: 'target', code: 'not_found', target: idOrName };
  return new AppError('not_found', `There is no target ${JSON.stringify(idOrName)}.`, details);
}

/** The target that a path names, by id or name; `withRemoved` by its id also one that was removed. */
export async function requireTarget(
  stores: Pick<Stores, 'targets'>,
  caller: Caller,
  idOrName: string,
  { withRemoved = false }: { readonly withRemoved?: boolean } = {},
): Promise<TargetRecord> {
  requireInstallation(caller);
  const target = await stores.targets.resolve(idOrName);
  const found = target ?? (withRemoved ? await stores.targets.find(idOrName) : null);
  if (!found) throw targetNotFound(idOrName);
  return found;
}

/** A repository that a body names (seed 4: 400). */
export async function requireRepository(
  stores: Pick<Stores, 'repositories'>,
  repositoryId: string,
): Promise<RepositoryRecord> {
  const repository = await stores.repositories.find(repositoryId);
  if (repository) return repository;
  const details = { field: 'repository_id', code: 'not_available', repository_id: repositoryId };
  throw new AppError('invalid_request', 'Repository not available', details);
}

/** Folders that a target must not lie in, or back up. */
export function ownFolders(dataFolder: string, repositories: readonly RepositoryRecord[]): OwnFolder[] {
  const data = { path: dataFolder, what: 'the data folder of GuardIT' };
  const local = repositories.flatMap(({ kind, location, name }) => {
    const path = kind === 'local' ? location['path'] : undefined;
    return typeof path === 'string' ? [{ path, what: `the repository ${name}` }] : [];
  });
  return [data, ...local];
}
