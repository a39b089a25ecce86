import { chmod, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../app/errors/app-error.ts';
import type { Clock } from '../../app/clock/ports.ts';
import { syncFolder } from '../files/durable-file.ts';
import { timeInName, type CatalogPaths } from './catalog-paths.ts';
import { copiesToRemove, parseCopyName, type CatalogCopy } from './copy-rotation.ts';
import { inAppWords } from './sqlite-failure.ts';
import type { CopyResult } from './verified-copy.ts';

const DAYS_KEPT = 7;

export interface TakenCopy {
  readonly path: string;
  readonly takenAt: Date;
  readonly sizeBytes: number;
}

export interface CatalogCopiesOptions {
  readonly paths: CatalogPaths;
  readonly clock: Clock;
  /** Writes a copy of the catalog, checks it and flushes it. */
  readonly copyTo: (destination: string) => Promise<CopyResult>;
}

/** The copies that a damaged catalog is replaced from: one a day for a week. `takeCopy` is called daily by the host's scheduler. */
export class CatalogCopies {
  readonly #options: CatalogCopiesOptions;
  #taking: Promise<TakenCopy> | null = null;
  #hasFailed = false;

  constructor(options: CatalogCopiesOptions) {
    this.#options = options;
  }

  /**
   * Takes one, and removes those that are out of date. A call while one is being taken gets that one.
   * Throws `catalog_damaged` when the catalog's copy doesn't pass the check: older copies stay as they are.
   */
  takeCopy(options: { beforeUpdate?: boolean } = {}): Promise<TakenCopy> {
    this.#taking ??= this.#take(options.beforeUpdate ?? false)
      .then(
        (copy) => {
          this.#hasFailed = false;
          return copy;
        },
        (error: unknown) => {
          this.#hasFailed = true;
          throw error;
        },
      )
      .finally(() => (this.#taking = null));
    return this.#taking;
  }

  /** Whether the last one that was to be taken was not. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Null where there is none. Each was checked before it got its name. */
  async newestAt(): Promise<Date | null> {
    const [newest] = await this.list();
    return newest?.takenAt ?? null;
  }

  /** Newest first. */
  async list(): Promise<CatalogCopy[]> {
    return listCopies(this.#options.paths);
  }

  /** A copy anywhere, in place of a file of that name only when it is whole. */
  async copyTo(destination: string): Promise<void> {
    const staged = `${destination}.partial`;
    const { findings } = await this.#options.copyTo(staged).catch((error: unknown) => {
      throw inAppWords(error, destination);
    });
    if (findings.length > 0) {
      const message = `The catalog could not be copied, because it is damaged: ${findings.join('; ')}. Restart GuardIT: it falls back to the last good copy.`;
      throw new AppError('catalog_damaged', message, { findings });
    }
    // It holds what an administrator may see, and hashes of passwords.
    await chmod(staged, 0o600);
    await rename(staged, destination);
    await syncFolder(dirname(destination));
  }

  async #take(beforeUpdate: boolean): Promise<TakenCopy> {
    const { paths, clock } = this.#options;
    await mkdir(paths.copies, { recursive: true, mode: 0o700 });
    const takenAt = clock.now();
    const path = join(paths.copies, `catalog-${timeInName(takenAt)}${beforeUpdate ? '-before-update' : ''}.sqlite`);
    await this.copyTo(path);
    for (const { name } of copiesToRemove(await this.list(), DAYS_KEPT)) {
      // Should the clock have been set back, the copy just taken looks old. It is the best one all the same.
      if (join(paths.copies, name) !== path) await rm(join(paths.copies, name), { force: true });
    }
    return { path, takenAt, sizeBytes: (await stat(path)).size };
  }
}

/** Newest first; empty where the folder is missing. */
export async function listCopies(paths: CatalogPaths): Promise<CatalogCopy[]> {
  await mkdir(paths.copies, { recursive: true, mode: 0o700 });
  const copies = (await readdir(paths.copies)).map(parseCopyName).filter((copy) => copy !== null);
  return copies.sort((one, other) => other.takenAt.getTime() - one.takenAt.getTime());
}
