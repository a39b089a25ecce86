import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { fillCatalog } from '../../support/catalog-damage.ts';
import { openTestCatalog, scratchFolder, StoppedClock } from '../../support/catalogs.ts';

function rowsIn(path: string): string[] {
  const connection = new Database(path, { readonly: true });
  try {
    return connection.prepare<[], string>('SELECT key FROM settings ORDER BY key').pluck().all();
  } finally {
    connection.close();
  }
}

test('a copy is of one instant, one sound file for the owner only, made while others write', async () => {
  const catalog = await openTestCatalog();
  await fillCatalog(catalog);
  const destination = join(scratchFolder(), 'copy.sqlite');
  let copying = true;
  let pairs = 0;
  // Each commit writes two rows: a copy has both or none.
  const writing = (async () => {
    for (; copying || pairs < 5; pairs += 1) {
      const pair = pairs;
      await catalog.write(async ({ settings }) => {
        await settings.put(`left.${pair}`, 1);
        await settings.put(`right.${pair}`, 1);
      });
    }
  })();
  await catalog.backupTo(destination).finally(() => (copying = false));
  await writing;
  const rows = rowsIn(destination);
  const left = rows.filter((key) => key.startsWith('left.')).map((key) => key.slice('left.'.length));
  const right = rows.filter((key) => key.startsWith('right.')).map((key) => key.slice('right.'.length));
  expect(left).toEqual(right);
  expect(rows.length - left.length - right.length).toBe(1_000);
  expect(readdirSync(join(destination, '..'))).toEqual(['copy.sqlite']);
  if (process.platform !== 'win32') expect(statSync(destination).mode & 0o777).toBe(0o600);
});

test('a copy takes the place of an older one only when it is whole', async () => {
  const catalog = await openTestCatalog();
  const destination = join(scratchFolder(), 'copy.sqlite');
  writeFileSync(destination, 'an older copy');
  await catalog.backupTo(destination);
  expect(rowsIn(destination)).toEqual([]);
  await expect(catalog.backupTo(join(destination, 'no-folder', 'copy.sqlite'))).rejects.toThrow();
});

test('a week of daily copies is kept', async () => {
  const folder = scratchFolder();
  const clock = new StoppedClock('2026-02-20T02:00:00.000Z');
  const catalog = await openTestCatalog({ folder, clock });
  for (let day = 0; day < 10; day += 1) {
    const { path, takenAt, sizeBytes } = await catalog.copies.takeCopy();
    expect(takenAt).toEqual(clock.now());
    expect(statSync(path).size).toBe(sizeBytes);
    clock.advanceMs(24 * 3_600_000);
  }
  const kept = await catalog.copies.list();
  expect(kept.map(({ takenAt }) => takenAt.toISOString().slice(5, 10))).toEqual([
    '03-01',
    '02-28',
    '02-27',
    '02-26',
    '02-25',
    '02-24',
    '02-23',
  ]);
  expect(readdirSync(join(folder, 'catalog-copies'))).toHaveLength(7);
});

test('a clock that was set back does not make the new copy go', async () => {
  const clock = new StoppedClock('2026-02-20T02:00:00.000Z');
  const catalog = await openTestCatalog({ clock });
  for (let day = 0; day < 7; day += 1) {
    await catalog.copies.takeCopy();
    clock.advanceMs(24 * 3_600_000);
  }
  clock.set('2020-01-01T00:00:00.000Z');
  const { path } = await catalog.copies.takeCopy();
  expect(existsSync(path)).toBe(true);
});

test('two calls at once get one copy', async () => {
  const catalog = await openTestCatalog();
  const [one, other] = await Promise.all([catalog.copies.takeCopy(), catalog.copies.takeCopy()]);
  expect(one).toBe(other);
});
