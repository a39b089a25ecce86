import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import type { Repository } from '../../../main/engine/repository/repository.ts';
import { restore } from '../../../main/engine/restorer/restore.ts';
import type { RestoreOptions } from '../../../main/engine/restorer/restore-options.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { canMountTmpfs, mountTmpfs, type Tmpfs } from '../../support/tmpfs.ts';

const MIB = 1024 * 1024;
/** A chunk of zeros of this size is a hole in a new file. */
const ZERO_CHUNK = Buffer.alloc(512 * 1024);

describe.skipIf(!canMountTmpfs)('a target of 4 MiB', () => {
  let disk: Tmpfs;
  let repository: Repository;
  let snapshot: SnapshotId;

  beforeAll(async () => {
    disk = mountTmpfs('size=4m');
    const builder = await RepositoryBuilder.create();
    const large = builder.file('large', [seededBytes('a', 3 * MIB), seededBytes('b', 3 * MIB)]);
    const holes = builder.file(
      'holes',
      Array.from({ length: 40 }, () => ZERO_CHUNK),
    );
    const small = builder.file('small', [seededBytes('c', MIB)]);
    snapshot = await builder.snapshot([holes, large, small]);
    ({ repository } = builder);
  });
  afterAll(async () => {
    await repository.close();
    disk.unmount();
  });

  const into = (target: string, more: Partial<RestoreOptions> = {}) =>
    restore({ repository, snapshot, target: join(disk.path, target), requireSpace: true, workers: 1, ...more });

  test('is refused with both sizes before anything is written', async () => {
    await expect(into('all')).rejects.toMatchObject({
      code: 'no_space',
      message: expect.stringMatching(/needs 7\.000 MiB.* and [34]\.\d+ MiB are free.*Nothing was written/),
    });
    expect(readdirSync(disk.path)).toEqual([]);
  });

  test('is told of in a dry run, which goes on', async () => {
    const result = await into('all', { dryRun: true });
    expect(result.warnings).toMatchObject([{ message: expect.stringContaining('too small') }]);
    expect(result.totalFiles).toBe(3);
  });

  test('takes what is selected, and holes, which take nothing', async () => {
    const result = await into('part', { exclude: ['/large'] });
    expect(result).toMatchObject({ warningCount: 0, totalBytes: 40 * ZERO_CHUNK.length + MIB });
    expect(readdirSync(join(disk.path, 'part')).sort()).toEqual(['holes', 'small']);
  });

  test('counts what is there already', async () => {
    const target = join(disk.path, 'again');
    mkdirSync(target);
    writeFileSync(join(target, 'small'), seededBytes('other', MIB));
    writeFileSync(join(disk.path, 'filling'), seededBytes('filling', (3 * MIB) / 2));
    const result = await into('again', { include: ['/small'] });
    expect(result).toMatchObject({ filesRestored: 1, warningCount: 0 });
  });
});
