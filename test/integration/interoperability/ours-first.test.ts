import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFixtureTree } from '../../support/fixture-tree.ts';
import { jsonLines, summaryOf } from '../../support/json-lines.ts';
import { guardit } from '../../support/processes.ts';
import { initFolder, objectsIn } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { compareTrees } from '../../support/tree-compare.ts';

/**
 * Times in trees are printed in the local zone (repository-format, section 11): whole hours, half hours, none. In 1906, where
 * the oldest file comes from, each of them had no seconds in its offset: such times restic stores as other ones.
 */
const CASES = [
  { version: 2, zone: 'Europe/Berlin', small: false },
  { version: 2, zone: 'Australia/Adelaide', small: true },
  { version: 1, zone: 'UTC', small: true },
] as const;

describeWithRestic.each(CASES)('a repository of format $version that we fill in $zone', ({ version, zone, small }) => {
  const scratch = scratchFolder();
  const source = join(scratch.path, 'source');
  const repository = join(scratch.path, 'repository');
  // From inside the scratch folder, with a relative path: the folders above it would be in the snapshots too, and change.
  const zoned = { cwd: scratch.path, env: { TZ: zone } };

  beforeAll(async () => {
    makeFixtureTree(source, { small });
    await initFolder(repository, version);
    const { stdout } = await guardit('backup', repository, ['source', '--tag', 'ours', '--json'], zoned);
    expect(summaryOf(stdout)).toMatchObject({ files_changed: 0, files_unmodified: 0 });
  });
  afterAll(() => scratch.remove());

  it('passes restic check --read-data', async () => {
    const { stdout } = await restic(repository, ['check', '--read-data'], zoned);
    expect(stdout).toContain('no errors were found');
  });

  it('is restored by restic as it was', async () => {
    const target = join(scratch.path, 'by-restic');
    await restic(repository, ['restore', 'latest', '--verify', '--target', target], zoned);
    expect(compareTrees(source, join(target, 'source'))).toEqual([]);
    rmSync(target, { recursive: true });
  });

  it('is restored by us as it was', async () => {
    const target = join(scratch.path, 'by-us');
    await guardit('restore', repository, ['latest', '--verify', '--target', target], zoned);
    expect(compareTrees(source, join(target, 'source'))).toEqual([]);
    rmSync(target, { recursive: true });
  });

  it('gains no data and no tree from a backup by restic', async () => {
    const { stdout } = await restic(repository, ['backup', 'source', '--json'], zoned);
    const summary = summaryOf(stdout);
    expect(summary).toMatchObject({ files_new: 0, files_changed: 0, dirs_new: 0, dirs_changed: 0 });
    expect(summary).toMatchObject({ data_blobs: 0, tree_blobs: 0, data_added: 0 });
    expect(new Set(await treesOf(repository)).size).toBe(1);
  });

  it('gains none from another one by us, nor when every file is read again', async () => {
    for (const extra of [[], ['--force']]) {
      const { stdout } = await guardit('backup', repository, ['source', '--json', ...extra], zoned);
      expect(summaryOf(stdout)).toMatchObject({ data_blobs: 0, tree_blobs: 0, data_added: 0 });
    }
    expect(new Set(await treesOf(repository)).size).toBe(1);
  });

  it('is rebuilt by restic from our pack headers alone', async () => {
    for (const index of objectsIn(repository, 'index')) rmSync(join(repository, 'index', index));
    await restic(repository, ['rebuild-index']);
    await restic(repository, ['check', '--read-data']);
    await guardit('check', repository, ['--read-data']);
  });
});

async function treesOf(repository: string): Promise<unknown[]> {
  const { stdout } = await restic(repository, ['snapshots', '--json']);
  return jsonLines(stdout)
    .flatMap((list) => (Array.isArray(list) ? list : []))
    .map(({ tree }: { tree: unknown }) => tree);
}
