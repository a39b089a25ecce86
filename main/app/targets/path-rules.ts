import { isAbsolute, relative, sep } from 'node:path';
import { AppError } from '../errors/app-error.ts';
import type { SourcePaths } from './ports.ts';

/** A folder of GuardIT's own, which no target may back up by itself. */
export interface OwnFolder {
  readonly path: string;
  /** `the data folder of GuardIT`, `the repository office NAS`. */
  readonly what: string;
}

/** A path of a target's configuration. */
export interface NamedPath {
  /** Where it stands: `config.paths.0`. */
  readonly field: string;
  readonly path: string;
}

/**
 * Refuses with `unprocessable` what can't be a target's path. Gives a sentence for each that is not there now: it may be
 * a drive that comes later.
 */
export async function checkPaths(
  paths: readonly NamedPath[],
  own: readonly OwnFolder[],
  files: SourcePaths,
): Promise<readonly string[]> {
  const warnings: string[] = [];
  const folders = await Promise.all(own.map(async ({ path, what }) => ({ what, path: await files.resolve(path) })));
  for (const { field, path } of paths) {
    if (!isAbsolute(path)) {
      const message = `${field}: ${JSON.stringify(path)} is not absolute; a path like /srv/data is needed.`;
      throw new AppError('unprocessable', message, { field, code: 'not_absolute' });
    }
    const real = await files.resolve(path);
    const inside = folders.find((folder) => isInside(real, folder.path));
    if (inside) {
      const message = `${field}: ${JSON.stringify(path)} lies in ${inside.what}, which can't be backed up by a target.`;
      throw new AppError('unprocessable', message, { field, code: 'own_folder' });
    }
    const state = await files.look(path);
    if (state === 'missing') warnings.push(`${path} is not there now; backups fail or lack it until it is.`);
    if (state === 'unreadable') warnings.push(`${path} can't be read by the account that runs GuardIT.`);
  }
  return warnings;
}

/** Whether a path is the folder or lies in it; both with their links resolved. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
