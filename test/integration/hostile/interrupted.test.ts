import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { listSnapshots } from '../../../main/engine/snapshot/snapshot-store.ts';
import { openDescriptors } from '../../support/open-descriptors.ts';
import { initFolder, objectsIn, unfinishedFiles } from '../../support/repositories.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const MIB = 1024 * 1024;
const FILES = 12;

describe('a backup that is cancelled half-way', () => {
  const scratch = scratchFolder();
  const source = join(scratch.path, 'source');
  const location = join(scratch.path, 'repository');

  beforeAll(() => {
    mkdirSync(source);
    for (let i = 0; i < FILES; i++) writeFileSync(join(source, `file-${i}`), seededBytes(`file-${i}`, 8 * MIB));
  });
  afterAll(() => scratch.remove());

  it('leaves no lock, no open or unfinished file, and work that the next run need not do again', async () => {
    const repository = await initFolder(location);
    const controller = new AbortController();
    let done = 0;
    const cancelled = archive({
      repository,
      targets: [source],
      signal: controller.signal,
      onItem: ({ type }) => {
        if (type === 'file' && ++done === FILES / 2) controller.abort();
      },
    });
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
    expect(await listSnapshots(repository)).toEqual([]);
    expect(objectsIn(location, 'locks')).toEqual([]);
    expect(unfinishedFiles(location)).toEqual([]);
    expect(openDescriptors(scratch.path)).toEqual([]);
    const { errors, hints } = await check({ repository, readData: true });
    expect(errors).toEqual([]);
    // What was stored is in the index already: the next run finds it there.
    expect(hints.filter(({ kind }) => kind === 'pack_orphan')).toEqual([]);

    const { dataAdded, totalBytesProcessed } = await archive({ repository, targets: [source] });
    expect(totalBytesProcessed).toBe(FILES * 8 * MIB);
    expect(dataAdded).toBeLessThan(FILES * 8 * MIB);
    expect((await check({ repository, readData: true })).errors).toEqual([]);
    await repository.close();
  });
});
