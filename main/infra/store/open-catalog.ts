import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Catalog } from '../../app/catalog/ports.ts';
import type { Clock } from '../../app/clock/ports.ts';
import { SILENT, type CatalogLog } from './catalog-log.ts';
import { APPLICATION_ID, openMigrator, openReader, openWriter } from './connections.ts';
import { appliedMigrations, migrate, pendingMigrations } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';
import { SqliteCatalog } from './sqlite-catalog.ts';
import { fromSqlite } from './sqlite-failure.ts';
import { WalFlush } from './wal-flush.ts';

export interface OpenCatalogOptions {
  /** The data folder. Made, readable by its owner only, when it is missing. */
  readonly folder: string;
  readonly clock: Clock;
  readonly log?: CatalogLog;
}

export interface OpenCatalog extends Catalog {
  /** Finishes what was asked for, then closes the files. */
  close(): Promise<void>;
}

export async function openCatalog({ folder, clock, log = SILENT }: OpenCatalogOptions): Promise<OpenCatalog> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'catalog.sqlite');
  const migrator = openMigrator(path, { mayCreate: !existsSync(path) });
  try {
    migrator.pragma(`application_id = ${APPLICATION_ID}`);
    await migrate(migrator, pendingMigrations(appliedMigrations(migrator), MIGRATIONS, path), clock.now());
  } finally {
    migrator.close();
  }
  const writer = openWriter(path, 'grouped');
  writer.prepare('SELECT count(*) FROM sqlite_schema').get();
  const reader = openReader(path);
  const wal = await WalFlush.open(path);
  const catalog = new SqliteCatalog({
    writer,
    reader,
    flush: () => wal.flush(),
    translate: (error) => fromSqlite(error, path),
    onFailure: (error) => log.error({ err: error.cause }, error.message),
  });
  return {
    read: (work) => catalog.read(work),
    write: (work) => catalog.write(work),
    close: async () => {
      await catalog.stop();
      await wal.close();
      reader.close();
      writer.close();
    },
  };
}
