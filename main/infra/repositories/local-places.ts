import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import type { RepositoryKind } from '../../../contracts/repositories.ts';
import { LocalLocation } from '../../../contracts/repositories.ts';
import type { PlaceFinding, RepositoryPlaces } from '../../app/repositories/ports.ts';
import { systemErrorCode } from '../files/durable-file.ts';

/** A repository has these and others beside them (repository-format, section 2). */
const MARKS = ['config', 'keys', 'data'] as const;
/** What systems put into a new volume or folder by themselves. */
const NOT_COUNTED = new Set(['lost+found', '.DS_Store', 'desktop.ini', 'System Volume Information', '$RECYCLE.BIN']);

/** Looks at folders of this machine, links resolved: what GuardIT keeps there must not be its own data folder. */
export class LocalPlaces implements RepositoryPlaces {
  readonly #dataFolder: string;

  constructor(dataFolder: string) {
    this.#dataFolder = dataFolder;
  }

  async look(kind: RepositoryKind, location: Readonly<Record<string, unknown>>): Promise<PlaceFinding> {
    if (kind !== 'local') return { state: 'unusable', problem: `Folders are of the kind local, not ${kind}.` };
    const { path } = LocalLocation.parse(location);
    try {
      return await this.#lookAt(path);
    } catch (error) {
      const code = systemErrorCode(error) ?? 'unknown error';
      return { state: 'unusable', problem: `${path} can't be used: ${code}.` };
    }
  }

  async #lookAt(path: string): Promise<PlaceFinding> {
    if (!isAbsolute(path)) return { state: 'unusable', problem: `${path} is no absolute path on this machine.` };
    const real = await realOf(path);
    if (isInside(real, await realOf(this.#dataFolder))) {
      const problem = `${path} lies in GuardIT's own data folder: what destroys that would destroy the backups.`;
      return { state: 'unusable', problem };
    }
    const outer = await repositoryAround(dirname(real));
    if (outer !== null) return { state: 'unusable', problem: `${path} lies inside of another repository, ${outer}.` };
    return contentOf(path);
  }
}

async function contentOf(path: string): Promise<PlaceFinding> {
  const found = await stat(path).catch(unlessMissing);
  if (!found) return { state: 'free' };
  if (!found.isDirectory()) return { state: 'occupied', problem: `${path} is a file. Name a folder.` };
  const names = await readdir(path);
  if (MARKS.every((mark) => names.includes(mark))) return { state: 'repository' };
  const [first] = names.filter((name) => !NOT_COUNTED.has(name));
  if (first === undefined) return { state: 'free' };
  const problem = `${path} has something else in it (${first}). Name a new or an empty folder.`;
  return { state: 'occupied', problem };
}

/** With the links of all that exists resolved. */
async function realOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    unlessMissing(error);
    const parent = dirname(path);
    return parent === path ? path : join(await realOf(parent), basename(path));
  }
}

async function repositoryAround(folder: string): Promise<string | null> {
  const names: string[] = await readdir(folder).catch(() => []);
  if (MARKS.every((mark) => names.includes(mark))) return folder;
  const parent = dirname(folder);
  return parent === folder ? null : repositoryAround(parent);
}

function isInside(path: string, folder: string): boolean {
  const between = relative(folder, path);
  return between === '' || (between !== '..' && !between.startsWith(`..${sep}`) && !isAbsolute(between));
}

function unlessMissing(error: unknown): null {
  if (systemErrorCode(error) === 'ENOENT') return null;
  throw error;
}
