import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeDiskImage } from './disk-image.ts';
import { writeMixedFiles } from './mixed-files.ts';
import { writeSmallFiles } from './small-files.ts';
import { undoChanges } from './changes.ts';

/** Goes up when a generator changes, so that nobody measures yesterday's data. */
const RECIPE = 1;

const GENERATORS = { D1: writeMixedFiles, D2: writeSmallFiles, D3: writeDiskImage };

export type DataSetName = keyof typeof GENERATORS;
export const DATA_SET_NAMES = Object.keys(GENERATORS) as DataSetName[];

export interface DataSet {
  readonly name: DataSetName;
  /** The folder that is backed up. */
  readonly path: string;
  readonly fileCount: number;
  readonly sizeBytes: number;
}

/** Finds the data set in the cache folder, or makes it. `scale` 1 is the full size. */
export function provideDataSet(name: DataSetName, cacheFolder: string, scale: number): DataSet {
  const path = join(cacheFolder, `${name}-scale-${scale}-recipe-${RECIPE}`);
  if (existsSync(path)) {
    // A run that was stopped may have left its changes behind.
    undoChanges(path);
  } else {
    const unfinished = `${path}.unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true });
    GENERATORS[name](unfinished, scale);
    renameSync(unfinished, path);
  }
  return { name, path, ...measureTree(path) };
}

/** Regular files only. */
export function measureTree(folder: string): { fileCount: number; sizeBytes: number } {
  let fileCount = 0;
  let sizeBytes = 0;
  for (const path of listFiles(folder)) {
    fileCount++;
    sizeBytes += lstatSync(path).size;
  }
  return { fileCount, sizeBytes };
}

/** The paths of all regular files, in an order that is the same everywhere. */
export function listFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
