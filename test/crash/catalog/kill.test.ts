import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openCatalog } from '../../../main/infra/store/open-catalog.ts';
import { bundled } from '../../support/bundle/bundle-folder.ts';
import { scratchFolder, StoppedClock } from '../../support/catalogs.ts';
import { NODE, start } from '../../support/processes.ts';

const WRITER = bundled('catalog-writer.process.js');
const ROUNDS = 8;

test('kill -9 under load: every acknowledged write is there, and every write is whole or not there', async () => {
  const folder = scratchFolder();
  const acknowledged = new Set<string>();
  for (let round = 0; round < ROUNDS; round += 1) {
    const writer = start(NODE, [WRITER, folder, '20']);
    // From the first one on: the start itself is killed in the other test.
    await writer.saying('\n');
    await pause(Math.random() * 300);
    writer.child.kill('SIGKILL');
    const { signal, stdout, stderr } = await writer.result;
    expect(signal, stderr).toBe('SIGKILL');
    for (const line of stdout.split('\n').filter((line) => line !== '')) acknowledged.add(line);

    const catalog = await openCatalog({ folder, clock: new StoppedClock() });
    expect(catalog.recovered).toBeNull();
    const keys = new Set((await catalog.read(({ settings }) => settings.list())).keys());
    for (const key of acknowledged) expect(keys.has(`left.${key}`) && keys.has(`right.${key}`), key).toBe(true);
    for (const key of keys) {
      expect(key.startsWith('undone.'), key).toBe(false);
      const other = key.startsWith('left.') ? key.replace('left.', 'right.') : key.replace('right.', 'left.');
      expect(keys.has(other), `${key} without ${other}`).toBe(true);
    }
    expect(await catalog.checkIntegrity('full')).toEqual([]);
    await catalog.close();
  }
  // Each round has the one that it waited for, and those that came until the kill, however slow the machine is.
  expect(acknowledged.size).toBeGreaterThan(ROUNDS);
});

test('kill -9 during the start: the catalog is made whole or not at all, and the next start opens it', async () => {
  for (let round = 0; round < 6; round += 1) {
    const folder = scratchFolder();
    const writer = start(NODE, [WRITER, folder, '1']);
    await pause(80 + round * 30);
    writer.child.kill('SIGKILL');
    await writer.result;
    const catalog = await openCatalog({ folder, clock: new StoppedClock() });
    expect(catalog.recovered).toBeNull();
    await catalog.write(({ settings }) => settings.put('a', 1));
    expect(await catalog.checkIntegrity('full')).toEqual([]);
    await catalog.close();
  }
});
