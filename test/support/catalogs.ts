import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openCatalog, type OpenCatalog, type OpenCatalogOptions } from '../../main/infra/store/open-catalog.ts';

/** A clock that stands at `now` until a test sets it. */
export class StoppedClock {
  #now: Date;

  constructor(now: string | Date = '2026-01-15T12:00:00.000Z') {
    this.#now = new Date(now);
  }

  now(): Date {
    return new Date(this.#now);
  }

  set(now: string | Date): void {
    this.#now = new Date(now);
  }

  advanceMs(ms: number): void {
    this.#now = new Date(this.#now.getTime() + ms);
  }
}

/** A folder of its own, removed when the test has finished. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'guardit-catalog-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An empty catalog of its own, closed and removed when the test has finished. */
export async function openTestCatalog(options: Partial<OpenCatalogOptions> = {}): Promise<OpenCatalog> {
  const catalog = await openCatalog({ folder: scratchFolder(), clock: new StoppedClock(), ...options });
  // Hooks run in reverse order: closed first, then removed.
  onTestFinished(() => catalog.close());
  return catalog;
}
