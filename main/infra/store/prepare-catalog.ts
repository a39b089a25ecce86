import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import type { Clock } from '../../app/clock/ports.ts';
import { syncFolder } from '../files/durable-file.ts';
import { CatalogCopies, listCopies } from './catalog-copies.ts';
import type { CatalogLog } from './catalog-log.ts';
import { SIDE_FILES, type CatalogPaths } from './catalog-paths.ts';
import { APPLICATION_ID, openMigrator } from './connections.ts';
import { inspectCatalog, type CheckDepth, type Inspection } from './integrity.ts';
import { migrate, pendingMigrations } from './migrate.ts';
import type { Migration } from './migrations/migration.ts';
import { restoreNewestCopy, setAside, type Recovery } from './recovery.ts';
import { makeVerifiedCopy } from './verified-copy.ts';

/** Up to here a look at every page takes less than about a tenth of a second. */
const CHECKED_AT_START_BYTES = 128 * 2 ** 20;

export interface PrepareOptions {
  readonly paths: CatalogPaths;
  readonly clock: Clock;
  readonly log: CatalogLog;
  readonly migrations: readonly Migration[];
  /** Keeps whatever is there aside and begins with an empty catalog. */
  readonly startNew: boolean;
}

export interface Prepared {
  readonly recovered: Recovery | null;
  /** The last process did not close it, or the file is too big to look at every page before the start: check it while it is open. */
  readonly checkLater: boolean;
}

/** Sees to it that a sound catalog with today's schema is in its place. Nobody may have it open. */
export async function prepareCatalog(options: PrepareOptions): Promise<Prepared> {
  const { paths, clock, log, migrations, startNew } = options;
  removeStaged(paths);
  if (startNew) await replaceByNew(paths, clock.now(), log);
  if (!existsSync(paths.catalog) && (startNew || !(await hadCatalog(paths)))) {
    await createCatalog(paths, migrations, clock.now());
    return { recovered: null, checkLater: false };
  }
  const wasClosed = !hasContent(`${paths.catalog}-wal`);
  const depth = depthAtStart(paths);
  let inspection = inspect(paths, depth);
  let recovered: Recovery | null = null;
  if (inspection.state === 'damaged') {
    recovered = await restoreNewestCopy(options, inspection.findings);
    log.error(
      { findings: recovered.findings, keptAs: recovered.keptAs, copyTakenAt: recovered.copy.takenAt },
      `The catalog was damaged. It was replaced by the copy ${recovered.copy.name}: what was changed since then is lost.`,
    );
    inspection = inspect(paths, 'schema');
  }
  rmSync(paths.suspect, { force: true });
  if (inspection.state === 'good') await update(options, inspection.migrations);
  return { recovered, checkLater: recovered === null && (!wasClosed || depth === 'schema') };
}

function inspect(paths: CatalogPaths, depth: CheckDepth): Inspection {
  if (!existsSync(paths.catalog)) return { state: 'damaged', findings: ['the file is missing'] };
  return inspectCatalog(paths.catalog, depth);
}

function depthAtStart(paths: CatalogPaths): CheckDepth {
  if (existsSync(paths.suspect)) return 'full';
  if (!existsSync(paths.catalog)) return 'schema';
  return statSync(paths.catalog).size <= CHECKED_AT_START_BYTES ? 'quick' : 'schema';
}

/** Traces of a catalog whose file is gone: that is no first start. */
async function hadCatalog(paths: CatalogPaths): Promise<boolean> {
  if ((await listCopies(paths)).length > 0 || hasContent(`${paths.catalog}-wal`)) return true;
  return readdirSync(paths.folder).some((name) => /^catalog[.](?:damaged|replaced)-.*[.]sqlite$/.test(name));
}

async function replaceByNew(paths: CatalogPaths, now: Date, log: CatalogLog): Promise<void> {
  const keptAs = await setAside(paths, 'replaced', now);
  rmSync(paths.suspect, { force: true });
  if (keptAs) log.warn({ keptAs }, 'A new catalog was asked for. The one that was there is kept.');
}

/** Made under another name: what is called catalog.sqlite has its tables, so an empty one is a damaged one. */
async function createCatalog(paths: CatalogPaths, migrations: readonly Migration[], now: Date): Promise<void> {
  const connection = openMigrator(paths.staged, { mayCreate: true });
  try {
    connection.pragma(`application_id = ${APPLICATION_ID}`);
    await migrate(connection, migrations, now);
  } finally {
    connection.close();
  }
  // A log without its database, of a few bytes or of another catalog: it must not be taken for the new one's.
  for (const suffix of SIDE_FILES) rmSync(paths.catalog + suffix, { force: true });
  await rename(paths.staged, paths.catalog);
  await syncFolder(paths.folder);
}

async function update(options: PrepareOptions, applied: readonly string[]): Promise<void> {
  const { paths, clock, log, migrations } = options;
  const pending = pendingMigrations(applied, migrations, paths.catalog);
  if (pending.length === 0) return;
  const copyTo = (destination: string) => makeVerifiedCopy(paths.catalog, destination);
  const copy = await new CatalogCopies({ paths, clock, copyTo }).takeCopy({ beforeUpdate: true });
  log.info({ migrations: pending.map(({ name }) => name), copy: copy.path }, 'The catalog is updated.');
  const connection = openMigrator(paths.catalog);
  try {
    await migrate(connection, pending, clock.now());
  } finally {
    connection.close();
  }
}

function removeStaged(paths: CatalogPaths): void {
  for (const suffix of ['', ...SIDE_FILES]) rmSync(paths.staged + suffix, { force: true });
}

function hasContent(path: string): boolean {
  return existsSync(path) && statSync(path).size > 0;
}
