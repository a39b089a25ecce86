import { isAbsolute, join, resolve } from 'node:path';
import type { CreateRestore } from '../../../contracts/restores.ts';
import { AppError } from '../errors/app-error.ts';
import { isInside, type OwnFolder } from '../targets/path-rules.ts';
import type { ChosenBackup } from './choose-backups.ts';
import type { RestoreFolders } from './ports.ts';
import { overwriteRule } from './restore-request.ts';

/** Where one backup is restored to. */
export interface Destination {
  /** Absolute; `/` for where it came from. */
  readonly path: string;
  readonly isOriginal: boolean;
}

export interface DestinationRules {
  readonly folders: Pick<RestoreFolders, 'resolve' | 'look'>;
  /** The data folder and the repositories. */
  readonly own: readonly OwnFolder[];
  readonly restoresFolder: string;
}

/** Restored files there would change the machine itself, or are no files at all. */
const OF_THE_SYSTEM = ['/proc', '/sys', '/dev', '/run', '/bin', '/sbin', '/lib', '/lib64', '/usr', '/boot', '/etc'];

/** A folder for each of the backups. `suffix` keeps the new folders of two restores apart. */
export function destinationsOf(
  request: CreateRestore,
  chosen: readonly ChosenBackup[],
  { restoresFolder }: Pick<DestinationRules, 'restoresFolder'>,
  suffix: string,
): readonly Destination[] {
  const { destination } = request;
  if (destination && 'original' in destination) {
    if (overwriteRule(request.overwrite) === undefined) throw overwriteRequired();
    return chosen.map(() => ({ path: '/', isOriginal: true }));
  }
  if (!destination) {
    return chosen.map(({ target }) => ({ path: join(restoresFolder, `${target.id}-${suffix}`), isOriginal: false }));
  }
  if (!isAbsolute(destination.path)) {
    const message = `destination.path: ${JSON.stringify(destination.path)} is not absolute; a path like /srv/restored is needed.`;
    throw new AppError('unprocessable', message, { field: 'destination.path', code: 'not_absolute' });
  }
  const path = resolve(destination.path);
  const [only] = chosen;
  if (only && chosen.length === 1) return [{ path, isOriginal: false }];
  return chosen.map(({ target }) => ({ path: join(path, target.id), isOriginal: false }));
}

/** Refuses with `destination_refused` where nothing may be restored to, and with `unprocessable` what is no folder. */
export async function checkDestination({ path, isOriginal }: Destination, rules: DestinationRules): Promise<void> {
  if (isOriginal) return;
  const { folders, own, restoresFolder } = rules;
  const real = await folders.resolve(path);
  if (real === '/') {
    throw refused(
      path,
      'it is the root of the file system. To put files back to where they came from, send original: true',
    );
  }
  const ofSystem = OF_THE_SYSTEM.find((folder) => isInside(real, folder));
  if (ofSystem !== undefined) throw refused(path, `it lies in ${ofSystem}, which belongs to the operating system`);
  const allowed = await folders.resolve(restoresFolder);
  for (const { path: folder, what } of own) {
    if (!isInside(real, await folders.resolve(folder))) continue;
    if (isInside(real, allowed) && real !== allowed) continue;
    throw refused(path, `it lies in ${what}`);
  }
  const state = await folders.look(path);
  if (state === 'other' || state === 'unreadable') {
    const why = state === 'other' ? 'is there and is no folder' : "can't be read by the account that runs GuardIT";
    throw new AppError('unprocessable', `The destination ${path} ${why}.`, { field: 'destination.path', code: state });
  }
}

/** Patterns that keep a restore to the original places away from GuardIT's own folders; none where they are not in the way. */
export function protectingExcludes(paths: readonly string[], own: readonly OwnFolder[]): string[] {
  const inTheWay = own.filter(({ path: folder }) =>
    paths.some((path) => isInside(folder, path) || isInside(path, folder)),
  );
  return inTheWay.map(({ path }) => escapedPattern(path));
}

/** A pattern that means just this path. */
export function escapedPattern(path: string): string {
  return path.replaceAll(/[\\*?[\]]/g, (character) => `\\${character}`);
}

function overwriteRequired(): AppError {
  const message =
    'To restore to where it came from, say what happens to files that are there: overwrite must be always, if-changed, if-newer or never.';
  return new AppError('overwrite_required', message, { field: 'overwrite', code: 'overwrite_required' });
}

function refused(path: string, why: string): AppError {
  const message = `Nothing can be restored to ${path}: ${why}.`;
  return new AppError('destination_refused', message, { field: 'destination.path', code: 'destination_refused' });
}
