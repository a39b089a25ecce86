/**
 * Writes into a catalog as fast as it can until it is killed: `catalog-writer.process.ts FOLDER CLIENTS`. Each acknowledged write is
 * a line on standard output, which the kernel keeps when the process dies. Each write sets two rows, so that a
 * commit that is half there shows. Every so often one write throws and one is big, so that logs start over and savepoints roll back.
 */
import { writeSync } from 'node:fs';
import { openCatalog } from '../../main/infra/store/open-catalog.ts';

const [folder = '', clients = '20'] = process.argv.slice(2);
const catalog = await openCatalog({ folder, clock: { now: () => new Date() } });
const began = Date.now();

async function write(client: number): Promise<void> {
  for (let number = 0; ; number += 1) {
    const key = `${began}.${client}.${number}`;
    const padding = 'x'.repeat(number % 50 === 0 ? 100_000 : 50);
    await catalog.write(async ({ settings }) => {
      await settings.put(`left.${key}`, padding);
      await settings.put(`right.${key}`, padding);
    });
    // In one call: a line is there or it is not.
    writeSync(1, `${key}\n`);
    if (number % 10 === 0) await change(`undone.${key}`);
  }
}

/** A write that changes its mind. */
async function change(key: string): Promise<void> {
  const undone = catalog.write(async ({ settings }) => {
    await settings.put(key, 1);
    throw new Error('undo');
  });
  await undone.catch(() => undefined);
}

await Promise.all(Array.from({ length: Number(clients) }, (_, client) => write(client)));
