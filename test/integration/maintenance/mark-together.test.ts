import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadIndex } from '../../../main/engine/repository/load-index.ts';
import type { RepositoryIndex } from '../../../main/engine/index/repository-index.ts';
import { markTogether, type MarkingThreads } from '../../../main/engine/maintenance/mark-together.ts';
import { RepackThreads } from '../../../main/engine/maintenance/repack-threads.ts';
import { markUsedBlobs } from '../../../main/engine/maintenance/used-blobs.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import type { Node } from '../../../main/engine/snapshot/node.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { flipBit } from '../../support/damage.ts';
import { initFolder } from '../../support/repositories.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

describe('blobs that snapshots need, marked by several threads', () => {
  const scratch = scratchFolder();
  let count = 0;
  let repository: Repository;
  let index: RepositoryIndex;
  let threads: RepackThreads;

  beforeEach(async () => {
    const builder = await RepositoryBuilder.over(await initFolder(join(scratch.path, `repository ${count++}`)));
    await fill(builder);
    repository = builder.repository;
    index = await loadIndex(repository);
    threads = new RepackThreads(3);
    threads.prepare(3);
  });

  afterEach(async () => {
    await threads.terminate();
  });

  afterAll(() => scratch.remove());

  const snapshots = () => listSnapshots(repository);
  const together = async (helpers: MarkingThreads = threads) =>
    markTogether(repository, index, await snapshots(), helpers, {});

  it('are those that one thread marks, each time', async () => {
    const alone = await markUsedBlobs(repository, index, await snapshots());
    expect(alone.filter((mark) => mark === 1).length).toBeGreaterThan(1_000);
    expect(alone).toContain(0);
    for (let time = 0; time < 10; time++) expect(await together()).toEqual(alone);
  });

  it('are none where there is no snapshot', async () => {
    const marks = await markTogether(repository, index, [], threads, {});
    expect(marks).toEqual(new Uint8Array(index.table.entryCount));
  });

  it('are not told when a tree is damaged: one thread finds out which', async () => {
    damageATree();
    expect(await together()).toBeUndefined();
    await expect(markUsedBlobs(repository, index, await snapshots())).rejects.toMatchObject({ code: 'corrupt' });
  });

  it('are not told when a thread dies', async () => {
    const dying: MarkingThreads = { size: 2, mark: () => Promise.reject(new Error('gone')) };
    expect(await together(dying)).toBeUndefined();
  });

  it('are found by the calling thread alone when the others come too late', async () => {
    const late: MarkingThreads = { size: 2, mark: () => new Promise((resolve) => setTimeout(resolve, 200)) };
    expect(await together(late)).toEqual(await markUsedBlobs(repository, index, await snapshots()));
  });

  it('can be given up', async () => {
    const stop = new AbortController();
    stop.abort();
    const marking = markTogether(repository, index, await snapshots(), threads, { signal: stop.signal });
    await expect(marking).rejects.toMatchObject({ code: 'cancelled' });
    // And the threads are free for the next one.
    expect(await together()).toBeDefined();
  });

  function damageATree(): void {
    const { table } = index;
    for (let entry = table.entryCount - 1; entry >= 0; entry--) {
      if (table.typeCode(entry) !== 1) continue;
      const path = repository.backend.localPath(repository.packRef(index.packId(table.pack(entry))));
      if (path === undefined) throw new Error('A local repository without paths.');
      flipBit(path, table.offset(entry) + 20);
      return;
    }
    throw new Error('No tree.');
  }
});

/** 60 folders in folders, one of them with a tree that is too large for blocks; a second snapshot shares half of them; garbage. */
async function fill(builder: RepositoryBuilder): Promise<void> {
  const file = (name: string) => builder.file(name, [seededBytes(name, 40)]);
  const branch = (name: string): Node =>
    builder.folder(name, [
      ...Array.from({ length: 8 }, (_, i) => file(`${name} ${i}`)),
      builder.folder('deeper', [file(`${name} deep`), builder.folder('deepest', [file(`${name} deepest`)])]),
    ]);
  const branches = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => branch(`${prefix}${i}`));
  const shared = branches('shared ', 30);
  const large = builder.folder(
    'large',
    // Names that do not compress.
    Array.from({ length: 12_000 }, (_, i) =>
      builder.file(seededBytes(`name ${i}`, 90).toString('hex'), [seededBytes(`content ${i % 300}`, 30)]),
    ),
  );
  await builder.snapshot([...shared, ...branches('first ', 30), large]);
  await builder.snapshot([...shared, ...branches('second ', 30)]);
  // Nobody's: a folder that no snapshot names.
  branch('garbage');
  await builder.snapshot([...shared]);
}
