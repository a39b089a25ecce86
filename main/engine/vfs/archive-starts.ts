import { EngineError } from '../base/errors.ts';
import { rawText, type RawPath } from '../base/raw-path.ts';
import { pathNames } from '../snapshot/node-path.ts';
import type { SnapshotEntry, SnapshotFileSystem } from './snapshot-file-system.ts';

/** Entries that go into an archive with everything in them. */
export interface ArchiveStart {
  /** The folders that they lie in there. */
  readonly folders: readonly Buffer[];
  readonly entries: Iterator<SnapshotEntry> | AsyncIterator<SnapshotEntry>;
}

/** All of a folder. Names are those from the snapshot's root down, as restic has them. */
export function wholeFolder(files: SnapshotFileSystem, folder: RawPath, signal?: AbortSignal): ArchiveStart[] {
  return [{ folders: pathNames(folder), entries: files.entries(folder, signal) }];
}

/**
 * Some of what lies below a folder, with names from that folder down, in the order of their bytes; what lies in another
 * chosen one comes once. Errors: `path_not_found`, `invalid_argument` for what lies elsewhere.
 */
export async function chosenBelow(
  files: SnapshotFileSystem,
  folder: RawPath,
  paths: readonly RawPath[],
  signal?: AbortSignal,
): Promise<ArchiveStart[]> {
  const base = pathNames(folder);
  const chosen = new Map(paths.map((path) => [keyOf(namesBelow(base, path)), path]));
  const starts: ArchiveStart[] = [];
  for (const key of [...chosen.keys()].toSorted()) {
    const path = chosen.get(key);
    if (path === undefined || liesInAnother(key, chosen)) continue;
    const entry = await files.stat(path, signal);
    starts.push({ folders: pathNames(entry.path).slice(base.length, -1), entries: [entry].values() });
  }
  return starts;
}

function namesBelow(base: readonly Buffer[], path: RawPath): Buffer[] {
  const names = pathNames(path);
  if (names.length > base.length && base.every((name, at) => names[at]?.equals(name))) return names.slice(base.length);
  throw new EngineError('invalid_argument', `${rawText(path)} does not lie in the folder that the archive is made of.`);
}

/** One character for each byte, so that texts sort as their bytes do. No name has a slash. */
function keyOf(names: readonly Buffer[]): string {
  return names.map((name) => name.toString('latin1')).join('/');
}

function liesInAnother(key: string, chosen: ReadonlyMap<string, unknown>): boolean {
  for (let slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
    if (chosen.has(key.slice(0, slash))) return true;
  }
  return false;
}
