import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { openCatalog } from '../../../main/infra/store/open-catalog.ts';
import { openTestCatalog, scratchFolder, StoppedClock } from '../../support/catalogs.ts';

const MIB = 2 ** 20;

test('under steady load the log starts over, and ends with the catalog', async () => {
  const folder = scratchFolder();
  const wal = join(folder, 'catalog.sqlite-wal');
  const catalog = await openTestCatalog({ folder });
  let writtenBytes = 0;
  let longest = 0;
  const clients = Array.from({ length: 100 }, async (_, client) => {
    for (let at = 0; writtenBytes < 150 * MIB; at += 1) {
      await catalog.write(({ settings }) => settings.put(`${client}.${at % 8}`, 'x'.repeat(8_000)));
      writtenBytes += 8_000;
      longest = Math.max(longest, statSync(wal).size);
      if (at % 10 === 0) await catalog.read(({ settings }) => settings.get(`${client}.1`));
    }
  });
  await Promise.all(clients);
  // 150 MiB went through it. It starts over at 64 MiB; what comes meanwhile is on top.
  expect(longest).toBeLessThan(120 * MIB);
  expect(catalog.health().state).toBe('ok');
  await catalog.close();
  expect(readdirSync(folder).filter((name) => name.startsWith('catalog.sqlite'))).toEqual(['catalog.sqlite']);
});

/**
 * What a power failure leaves is what has been flushed. So a copy of the files that is taken when a flush begins
 * must hold every write that is acknowledged when it has ended.
 */
test('what is acknowledged is in the files as they were when its flush began', async () => {
  const folder = scratchFolder();
  const images = scratchFolder();
  let image = 0;
  let durable = 0;
  const flush = async () => {
    const mine = (image += 1);
    // By another process: closing the database in this one would drop the locks that SQLite holds on it.
    execFileSync('cp', ['-r', folder, join(images, String(mine))]);
    // The disk takes its time.
    await pause(5);
    durable = mine;
  };
  const catalog = await openTestCatalog({ folder, flush });
  const acknowledged = new Map<number, string[]>();
  const clients = Array.from({ length: 20 }, async (_, client) => {
    for (let at = 0; at < 5; at += 1) {
      await catalog.write(({ settings }) => settings.put(`${client}.${at}`, 1));
      acknowledged.set(durable, [...(acknowledged.get(durable) ?? []), `${client}.${at}`]);
    }
  });
  await Promise.all(clients);
  const all: string[] = [];
  for (let at = 1; at <= image; at += 1) {
    const after = await openCatalog({ folder: join(images, String(at)), clock: new StoppedClock() });
    all.push(...(acknowledged.get(at) ?? []));
    const found = await after.read(({ settings }) => settings.list());
    for (const key of all) expect(found.has(key), `${key} after flush ${at}`).toBe(true);
    await after.close();
  }
  expect(all).toHaveLength(100);
  // And they did share flushes.
  expect(image).toBeLessThan(50);
});

test('every way to be durable stores what it acknowledges', async () => {
  for (const durability of ['grouped', 'full'] as const) {
    const folder = scratchFolder();
    const catalog = await openTestCatalog({ folder, durability });
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => catalog.write(({ settings }) => settings.put(`${at}`, at))),
    );
    const image = join(scratchFolder(), 'image');
    mkdirSync(image);
    execFileSync('cp', ['-r', `${folder}/.`, image]);
    const after = await openTestCatalog({ folder: image });
    expect((await after.read(({ settings }) => settings.list())).size).toBe(50);
  }
});

test('a process that did not close it leaves a log, which is read and checked', async () => {
  const folder = scratchFolder();
  const catalog = await openTestCatalog({ folder });
  await catalog.write(({ settings }) => settings.put('a', 1));
  const image = join(scratchFolder(), 'image');
  execFileSync('cp', ['-r', folder, image]);
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const after = await openTestCatalog({ folder: image, log });
  expect(await after.read(({ settings }) => settings.get('a'))).toBe(1);
  expect(after.recovered).toBeNull();
  // Closing waits for the check that runs in the background.
  await after.close();
  expect(log.warn).not.toHaveBeenCalled();
  expect(log.error).not.toHaveBeenCalled();
});

test('statistics are renewed without anybody being in the way', async () => {
  const catalog = await openTestCatalog();
  await catalog.write(({ settings }) => settings.put('a', 1));
  await Promise.all([catalog.optimize(), catalog.write(({ settings }) => settings.put('b', 1))]);
  expect((await catalog.read(({ settings }) => settings.list())).size).toBe(2);
});
