import { join } from 'node:path';

/** Where a catalog lies in its data folder. */
export interface CatalogPaths {
  readonly folder: string;
  readonly catalog: string;
  readonly copies: string;
  /** Says that a check found damage while the catalog was open: the next start looks at every page of it. */
  readonly suspect: string;
  /** What is being made, and takes the catalog's name when it is whole. */
  readonly staged: string;
}

export function catalogPaths(folder: string): CatalogPaths {
  return {
    folder,
    catalog: join(folder, 'catalog.sqlite'),
    copies: join(folder, 'catalog-copies'),
    suspect: join(folder, 'catalog.suspect'),
    staged: join(folder, 'catalog.sqlite.new'),
  };
}

/** What SQLite keeps beside a database. */
export const SIDE_FILES = ['-wal', '-shm', '-journal'] as const;

/** `20260115T120000.000Z`: sorts by time, and has no colon, which Windows has no names with. */
export function timeInName(instant: Date): string {
  return instant.toISOString().replaceAll('-', '').replaceAll(':', '');
}
