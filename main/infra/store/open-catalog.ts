import { mkdir } from 'node:fs/promises';
import type { Catalog } from '../../app/catalog/ports.ts';
import type { Clock } from '../../app/clock/ports.ts';
import type { CatalogCopies } from './catalog-copies.ts';
import { SILENT, type CatalogLog } from './catalog-log.ts';
import { catalogPaths } from './catalog-paths.ts';
import { durabilityIn, type Durability } from './durability.ts';
import type { CatalogHealth } from './catalog-health.ts';
import type { CheckDepth } from './integrity.ts';
import { MIGRATIONS } from './migrations/index.ts';
import type { Migration } from './migrations/migration.ts';
import { prepareCatalog } from './prepare-catalog.ts';
import type { Recovery } from './recovery.ts';
import { inAppWords } from './sqlite-failure.ts';
import { SqliteCatalog } from './sqlite-catalog.ts';

export interface OpenCatalogOptions {
  /** The data folder. Made, readable by its owner only, when it is missing. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log?: CatalogLog;
  /** `--new-catalog`: keeps the catalog that is there, damaged or not, under another name and begins with an empty one. */
  readonly startNew?: boolean;
  /** By default what the file system of `folder` allows. */
  readonly durability?: Durability;
  /** Stands in for the flush of the write-ahead log. */
  readonly flush?: () => Promise<void>;
  /** Other migrations than GuardIT's own. */
  readonly migrations?: readonly Migration[];
}

export interface OpenCatalog extends Catalog {
  /** What had to be done before it could be opened; null when it was sound. To be shown to whoever runs GuardIT. */
  readonly recovered: Recovery | null;
  readonly copies: CatalogCopies;
  /** Copies the catalog, as it is now, while it is in use. The copy is checked before it replaces a file of that name. */
  backupTo(path: string): Promise<void>;
  /** What is wrong with the file, empty when nothing is. Findings make `health` failing, and the next start restore a good copy. */
  checkIntegrity(depth?: CheckDepth): Promise<readonly string[]>;
  /** Lets SQLite renew its statistics where they are out of date. Quick; once a day is enough. */
  optimize(): Promise<void>;
  health(): CatalogHealth;
  /** Finishes what was asked for, then closes the files. Works that are asked for from now on are refused. */
  close(): Promise<void>;
}

/**
 * Opens the catalog of a data folder, or makes it. Only the process that owns the folder may.
 * Throws `catalog_damaged` (no good copy to fall back to), `storage_full`, `unavailable` (a newer schema; a disk that fails).
 */
export async function openCatalog(options: OpenCatalogOptions): Promise<OpenCatalog> {
  const { folder, clock, log = SILENT, migrations = MIGRATIONS, startNew = false } = options;
  const paths = catalogPaths(folder);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const { recovered, checkLater } = await prepareCatalog({ paths, clock, log, migrations, startNew });
    const durability = options.durability ?? (await durabilityIn(folder));
    const catalog = await SqliteCatalog.open({ paths, clock, log, durability, recovered, flush: options.flush });
    if (checkLater) catalog.checkInBackground();
    return catalog;
  } catch (error) {
    throw inAppWords(error, paths.catalog);
  }
}
