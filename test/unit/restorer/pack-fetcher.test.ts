import { randomBytes } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';
import { PackFetcher } from '../../../main/engine/restorer/pack-fetcher.ts';
import type { RestoreTask } from '../../../main/engine/restorer/restore-messages.ts';
import { ITEM_WORDS } from '../../../main/engine/restorer/work-list.ts';
import { initFolder } from '../../support/repositories.ts';
import { scratchFolder } from '../../support/restic.ts';

const MIB = 1024 * 1024;
const scratch = scratchFolder();
afterAll(scratch.remove);

/** A pack of ten blobs of 1 MiB; four items want the fifth. */
async function prepare() {
  const repository = await initFolder(`${scratch.path}/repository-${randomBytes(4).toString('hex')}`);
  const table = BlobTable.create();
  const entries = Array.from({ length: 10 }, (_, i) => {
    const entry = ~table.claim(0, randomBytes(32));
    table.setLocation(entry, 0, i * MIB, MIB, 0);
    return entry;
  });
  const wanted = entries.flatMap((entry, i) => (i === 4 ? [entry, entry, entry, entry] : [entry]));
  const items = Uint32Array.from(wanted.flatMap((entry, i) => [entry, i, 0, 0]));
  const tasks: RestoreTask[] = [{ kind: 'pack', packId: 'cd'.repeat(32), items }];
  const fetcher = new PackFetcher(repository, table, () => undefined);
  const next = async (isEnding: boolean) => {
    const task = await fetcher.next(() => tasks.shift(), isEnding);
    if (task?.kind !== 'pack') return undefined;
    expect(task.path).toContain('cd'.repeat(32));
    return Array.from({ length: task.items.length / ITEM_WORDS }, (_, i) => task.items[i * ITEM_WORDS + 1]);
  };
  return { repository, next };
}

it('gives a whole pack while there are more', async () => {
  const { repository, next } = await prepare();
  expect(await next(false)).toHaveLength(13);
  expect(await next(false)).toBeUndefined();
  await repository.close();
});

it('shares the last packs out in portions, but never the items of one blob', async () => {
  const { repository, next } = await prepare();
  expect(await next(true)).toEqual([0, 1, 2, 3]);
  expect(await next(true)).toEqual([4, 5, 6, 7, 8, 9, 10]);
  expect(await next(true)).toEqual([11, 12]);
  expect(await next(true)).toBeUndefined();
  await repository.close();
});
