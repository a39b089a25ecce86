import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeFixtureTree } from '../../support/fixture-tree.ts';
import { summaryOf } from '../../support/json-lines.ts';
import { guardit } from '../../support/processes.ts';
import { objectsIn } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { compareEntries } from '../../support/tree-compare.ts';
import { readTree, type TreeEntries } from '../../support/tree-entries.ts';

interface ListedSnapshot {
  readonly id: string;
  readonly tree: string;
  readonly tags?: readonly string[];
}

const CASES = [
  { version: '2', zone: 'Europe/Berlin', small: false },
  { version: '1', zone: 'America/New_York', small: true },
];

describeWithRestic.each(CASES)('a repository of format $version by restic in $zone', ({ version, zone, small }) => {
  const scratch = scratchFolder();
  const source = join(scratch.path, 'source');
  const repository = join(scratch.path, 'repository');
  // From inside the scratch folder, with a relative path: the folders above it would be in the snapshots too, and change.
  const zoned = { cwd: scratch.path, env: { TZ: zone } };
  let states: TreeEntries[];

  beforeAll(async () => {
    makeFixtureTree(source, { small });
    await restic(repository, ['init', '--repository-version', version]);
    await restic(repository, ['backup', 'source', '--tag', 'gone'], zoned);
    rmSync(join(source, 'contents', '512k'));
    appendFileSync(join(source, 'contents', 'text'), 'changed');
    await restic(repository, ['backup', 'source', '--tag', 'first'], zoned);
    states = [readTree(source)];
    writeFileSync(join(source, 'contents', 'new'), 'new');
    rmSync(join(source, 'names'), { recursive: true });
    await restic(repository, ['backup', 'source'], zoned);
    states.push(readTree(source));
    await restic(repository, ['tag', 'latest', '--add', 'second']);
    await restic(repository, ['forget', '--tag', 'gone', '--keep-last', '0', '--keep-tag', 'nothing'], zoned);
    await restic(repository, ['prune', '--max-unused', '0'], zoned);
  });
  afterAll(() => scratch.remove());

  async function snapshots(): Promise<ListedSnapshot[]> {
    const { stdout } = await guardit('snapshots', repository, ['--json']);
    return JSON.parse(stdout) as ListedSnapshot[];
  }

  it('is listed by us as by restic', async () => {
    const ours = await snapshots();
    expect(ours.map(({ tags }) => tags)).toEqual([['first'], ['second']]);
    const { stdout } = await restic(repository, ['snapshots', '--json']);
    const theirs = JSON.parse(stdout) as ListedSnapshot[];
    expect(ours).toEqual(theirs);
  });

  it('passes our check', async () => {
    await guardit('check', repository, ['--read-data']);
  });

  it('is restored by us, every snapshot as it was', async () => {
    for (const [i, { id }] of (await snapshots()).entries()) {
      const target = join(scratch.path, `restored-${i}`);
      await guardit('restore', repository, [id, '--verify', '--target', target]);
      expect(compareEntries(states[i] ?? new Map(), readTree(join(target, 'source')))).toEqual([]);
      rmSync(target, { recursive: true });
    }
  });

  it('gains no data and no tree from a backup by us', async () => {
    for (const extra of [[], ['--force']]) {
      const { stdout } = await guardit('backup', repository, ['source', '--json', ...extra], zoned);
      expect(summaryOf(stdout)).toMatchObject({ data_blobs: 0, tree_blobs: 0, data_added: 0 });
    }
    const [, second, ...ours] = await snapshots();
    expect(new Set([second?.tree, ...ours.map(({ tree }) => tree)]).size).toBe(1);
  });

  it('is forgotten and pruned by us, and stays whole for restic', async () => {
    await guardit('forget', repository, ['--keep-tag', 'first', '--group-by', '']);
    await guardit('prune', repository, ['--max-unused', '0']);
    await restic(repository, ['check', '--read-data']);
    expect(objectsIn(repository, 'locks')).toEqual([]);
    const target = join(scratch.path, 'restored-by-restic');
    await restic(repository, ['restore', 'latest', '--target', target], zoned);
    expect(compareEntries(states[0] ?? new Map(), readTree(join(target, 'source')))).toEqual([]);
    const unused = await restic(repository, ['prune', '--max-unused', '0', '--dry-run']);
    expect(unused.stdout).toMatch(/to delete:\s+0 blobs/);
  });
});
