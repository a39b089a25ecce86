import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CatalogLog } from '../../../main/infra/store/catalog-log.ts';
import { openCatalog } from '../../../main/infra/store/open-catalog.ts';
import { DAMAGES, fillCatalog } from '../../support/catalog-damage.ts';
import { openTestCatalog, scratchFolder, StoppedClock } from '../../support/catalogs.ts';

const TAKEN_AT = '2026-01-14T02:00:00.000Z';
const FOUND_AT = '2026-01-15T08:30:00.000Z';

class RecordingLog implements CatalogLog {
  readonly errors: string[] = [];
  readonly warnings: string[] = [];
  info(): void {}
  warn(_: object, message: string): void {
    this.warnings.push(message);
  }
  error(_: object, message: string): void {
    this.errors.push(message);
  }
}

/** A closed catalog with some hundred settings, one of them from after its only copy. */
async function closedCatalog({ copied }: { copied: boolean }) {
  const folder = scratchFolder();
  const clock = new StoppedClock(TAKEN_AT);
  const catalog = await openCatalog({ folder, clock });
  await fillCatalog(catalog);
  if (copied) await catalog.copies.takeCopy();
  await catalog.write(({ settings }) => settings.put('later', true));
  await catalog.close();
  clock.set(FOUND_AT);
  return { folder, clock, path: join(folder, 'catalog.sqlite'), log: new RecordingLog() };
}

describe.each(Object.entries(DAMAGES))('a catalog that is %s', (_, damage) => {
  test('is replaced by the last good copy, kept aside, and said so', async () => {
    const { folder, clock, path, log } = await closedCatalog({ copied: true });
    damage(path);
    const bad = readFileSync(path);
    const catalog = await openTestCatalog({ folder, clock, log });
    expect(catalog.recovered).toMatchObject({ copy: { takenAt: new Date(TAKEN_AT) } });
    expect(catalog.recovered?.findings).not.toHaveLength(0);
    expect(catalog.health()).toMatchObject({ state: 'degraded' });
    expect(log.errors.join()).toContain('The catalog was damaged');
    const all = await catalog.read(({ settings }) => settings.list());
    expect(all.size).toBe(1_000);
    expect(all.has('later')).toBe(false);
    const keptAs = catalog.recovered?.keptAs ?? '';
    expect(keptAs).toBe(join(folder, 'catalog.damaged-20260115T083000.000Z.sqlite'));
    expect(readFileSync(keptAs)).toEqual(bad);
    // And it works on.
    await catalog.write(({ settings }) => settings.put('new', 1));
    expect(await catalog.checkIntegrity()).toEqual([]);
    await catalog.close();
    const again = await openTestCatalog({ folder, clock });
    expect(again.recovered).toBeNull();
    expect(await again.read(({ settings }) => settings.get('new'))).toBe(1);
  });

  test('without a copy it is refused, untouched, with what to do', async () => {
    const { folder, clock, path } = await closedCatalog({ copied: false });
    damage(path);
    const bad = readFileSync(path);
    const opening = openCatalog({ folder, clock });
    await expect(opening).rejects.toMatchObject({ code: 'catalog_damaged' });
    await expect(opening).rejects.toThrow('--new-catalog');
    expect(readFileSync(path)).toEqual(bad);
  });
});

test('a catalog that is gone is restored, never begun anew in silence', async () => {
  const { folder, clock, path } = await closedCatalog({ copied: true });
  rmSync(path);
  const catalog = await openTestCatalog({ folder, clock });
  expect(catalog.recovered).toMatchObject({ findings: ['the file is missing'], keptAs: null });
  expect((await catalog.read(({ settings }) => settings.list())).size).toBe(1_000);
});

test('a log that is left without its database is kept aside and never read into a copy', async () => {
  const { folder, clock, path } = await closedCatalog({ copied: true });
  const open = await openCatalog({ folder, clock });
  await open.write(({ settings }) => settings.put('setting.0', 'from a lost log'));
  copyFileSync(`${path}-wal`, join(folder, 'wal'));
  await open.close();
  rmSync(path);
  copyFileSync(join(folder, 'wal'), `${path}-wal`);
  const catalog = await openTestCatalog({ folder, clock });
  expect(catalog.recovered).not.toBeNull();
  expect(await catalog.read(({ settings }) => settings.get('setting.0'))).toMatch(/^0 text/);
  expect(readdirSync(folder)).toContain('catalog.damaged-20260115T083000.000Z.sqlite-wal');
});

test('a log alone, without any copy, is refused', async () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'catalog.sqlite-wal'), 'all that is left');
  await expect(openCatalog({ folder, clock: new StoppedClock() })).rejects.toMatchObject({ code: 'catalog_damaged' });
});

test('the newest copy that is whole is taken, damaged ones are passed over', async () => {
  const { folder, clock, path, log } = await closedCatalog({ copied: true });
  const open = await openCatalog({ folder, clock });
  const newer = await open.copies.takeCopy();
  await open.close();
  truncateSync(newer.path, 5_000);
  truncateSync(path, 0);
  const catalog = await openTestCatalog({ folder, clock, log });
  expect(catalog.recovered?.copy.takenAt).toEqual(new Date(TAKEN_AT));
  expect(log.warnings.join()).toContain('can not be used');
});

test('a new catalog, asked for, begins empty and keeps the old file', async () => {
  const { folder, clock, path } = await closedCatalog({ copied: false });
  truncateSync(path, 10_000);
  const catalog = await openTestCatalog({ folder, clock, startNew: true });
  expect((await catalog.read(({ settings }) => settings.list())).size).toBe(0);
  expect(existsSync(join(folder, 'catalog.replaced-20260115T083000.000Z.sqlite'))).toBe(true);
});

test('damage that is found while the catalog is in use is dealt with at the next start', async () => {
  const { folder, clock, path, log } = await closedCatalog({ copied: true });
  const open = await openCatalog({ folder, clock, log });
  // From a process of its own, as a failing disk would: opening and closing the file in this one would drop SQLite's locks.
  const dd = ['if=/dev/urandom', `of=${path}`, 'bs=4096', 'count=20', 'seek=20', 'conv=notrunc'];
  expect(spawnSync('dd', dd).status).toBe(0);
  expect(await open.checkIntegrity()).not.toEqual([]);
  expect(open.health().state).toBe('failing');
  await expect(open.copies.takeCopy()).rejects.toMatchObject({ code: 'catalog_damaged' });
  expect(await open.copies.list()).toHaveLength(1);
  await open.close();
  const catalog = await openTestCatalog({ folder, clock });
  expect(catalog.recovered).not.toBeNull();
  expect(catalog.health().state).toBe('degraded');
});
