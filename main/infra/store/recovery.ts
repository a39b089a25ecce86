import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../app/clock/ports.ts';
import { AppError } from '../../app/errors/app-error.ts';
import { syncFolder } from '../files/durable-file.ts';
import type { CatalogLog } from './catalog-log.ts';
import { SIDE_FILES, timeInName, type CatalogPaths } from './catalog-paths.ts';
import { listCopies } from './catalog-copies.ts';
import type { CatalogCopy } from './copy-rotation.ts';
import { inspectCatalog } from './integrity.ts';
import { pendingMigrations } from './migrate.ts';
import type { Migration } from './migrations/migration.ts';

/** What happened to the catalog before it could be opened. */
export interface Recovery {
  /** What was wrong with it. */
  readonly findings: readonly string[];
  /** The copy in its place: everything that was written after `takenAt` is lost. */
  readonly copy: CatalogCopy;
  /** Where the bad file is kept; null when the file was missing. */
  readonly keptAs: string | null;
}

export interface RecoveryOptions {
  readonly paths: CatalogPaths;
  readonly clock: Clock;
  readonly log: CatalogLog;
  /** A copy that has others can't be used: a newer GuardIT has written it. */
  readonly migrations: readonly Migration[];
}

/**
 * Puts the newest good copy in the place of a catalog that is damaged or missing, and keeps the bad file.
 * Throws `catalog_damaged` when there is no good copy; everything is as it was then.
 */
export async function restoreNewestCopy(
  { paths, clock, log, migrations }: RecoveryOptions,
  findings: readonly string[],
): Promise<Recovery> {
  const copy = await newestGoodCopy(paths, migrations, log);
  if (!copy) {
    const message =
      `The catalog ${paths.catalog} is damaged (${findings.join('; ')}), and ${paths.copies} holds no good copy of it. ` +
      'Put a copy from a backup of the data folder in its place, or start with --new-catalog: that keeps the bad file aside and begins ' +
      'without tasks, runs and users. Snapshots in repositories are not affected.';
    throw new AppError('catalog_damaged', message, { findings });
  }
  // First, so that a full disk is found before anything is moved.
  await stage(join(paths.copies, copy.name), paths.staged);
  const keptAs = await setAside(paths, 'damaged', clock.now());
  await rename(paths.staged, paths.catalog);
  await syncFolder(paths.folder);
  return { findings, copy, keptAs };
}

/**
 * Gives the catalog and its side files another name. The database goes first: without it a crash leaves a log alone, which is
 * moved at the next start; the other way round it would leave a database that has lost what was in the log, and looks sound.
 * Returns the new path, or null when there was no catalog.
 */
export async function setAside(paths: CatalogPaths, why: 'damaged' | 'replaced', now: Date): Promise<string | null> {
  const aside = join(paths.folder, `catalog.${why}-${timeInName(now)}.sqlite`);
  const existed = existsSync(paths.catalog);
  for (const suffix of ['', ...SIDE_FILES]) {
    if (existsSync(paths.catalog + suffix)) await rename(paths.catalog + suffix, aside + suffix);
  }
  await syncFolder(paths.folder);
  return existed ? aside : null;
}

async function newestGoodCopy(
  paths: CatalogPaths,
  migrations: readonly Migration[],
  log: CatalogLog,
): Promise<CatalogCopy | null> {
  for (const copy of await listCopies(paths)) {
    const path = join(paths.copies, copy.name);
    try {
      const inspection = inspectCatalog(path, 'full');
      if (inspection.state === 'damaged') throw new Error(inspection.findings.join('; '));
      pendingMigrations(inspection.migrations, migrations, path);
      return copy;
    } catch (error) {
      log.warn({ err: error, copy: path }, 'A copy of the catalog can not be used.');
    }
  }
  return null;
}

async function stage(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_FICLONE);
  await chmod(to, 0o600);
  const handle = await open(to, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
