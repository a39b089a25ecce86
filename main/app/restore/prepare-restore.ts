import type { CreateRestore } from '../../../contracts/restores.ts';
import { requireInstallation } from '../access/installation.ts';
import type { Caller } from '../access/caller.ts';
import { AppError } from '../errors/app-error.ts';
import { ownFolders } from '../targets/target-deps.ts';
import type { OwnFolder } from '../targets/path-rules.ts';
import { chooseBackups, type ChosenBackup } from './choose-backups.ts';
import { checkDestination, destinationsOf, protectingExcludes, type Destination } from './destination.ts';
import type { RestoreDeps } from './restore-deps.ts';
import { checkRequest, overwriteRule, type RestoreParams } from './restore-request.ts';

/** One restore, as far as it is decided before anything is written or stored. */
export interface PreparedRestore extends ChosenBackup {
  readonly destination: Destination;
  readonly params: RestoreParams;
}

/** What a request comes to: which backups go where, and how. Throws for what is not there or is refused. */
export async function prepareRestores(
  deps: RestoreDeps,
  caller: Caller,
  request: CreateRestore,
  suffix: string,
): Promise<readonly PreparedRestore[]> {
  requireInstallation(caller);
  checkRequest(request);
  const { chosen, own } = await deps.catalog.read(async (stores) => ({
    chosen: await chooseBackups(stores, request),
    own: ownFolders(deps.dataFolder, await stores.repositories.list()),
  }));
  const destinations = destinationsOf(request, chosen, deps, suffix);
  const { folders, restoresFolder } = deps;
  for (const destination of destinations) await checkDestination(destination, { folders, own, restoresFolder });
  return chosen.map((each, at) => {
    const destination = destinations[at];
    if (!destination) throw new Error('A restore has no destination.');
    return { ...each, destination, params: paramsOf(request, each, destination, own) };
  });
}

function paramsOf(
  request: CreateRestore,
  { backup, target }: ChosenBackup,
  destination: Destination,
  own: readonly OwnFolder[],
): RestoreParams {
  const stated = overwriteRule(request.overwrite);
  return {
    backup_id: backup.id,
    target_path: destination.path,
    original: destination.isOriginal,
    subfolder: request.subfolder ?? null,
    include: request.include ?? [],
    exclude: [...(request.exclude ?? []), ...(destination.isOriginal ? kept(request, target.config, own) : [])],
    // A file that is there then is one of this restore, from before a crash: what it has is kept, what it lacks is added.
    overwrite: stated ?? 'always',
    overwrite_stated: stated !== undefined,
    verify_before: request.verify_before_restore ?? false,
    verify: request.verify ?? false,
  };
}

/** A restore in place leaves the catalog and the repositories alone, whatever the backup has of them. */
function kept(request: CreateRestore, config: Readonly<Record<string, unknown>>, own: readonly OwnFolder[]): string[] {
  const paths = [config['paths'], config['path'], config['folder']].flat().filter((path) => typeof path === 'string');
  // Paths that nobody knows here could be anywhere.
  const excludes = protectingExcludes(paths.length > 0 ? paths : ['/'], own);
  if (excludes.length === 0 || !request.include?.length) return excludes;
  const message =
    'What is backed up contains folders of GuardIT itself, which a restore in place must not touch. ' +
    'Restore with exclude instead of include, or to another folder.';
  throw new AppError('destination_refused', message, { field: 'include', code: 'own_folder' });
}
