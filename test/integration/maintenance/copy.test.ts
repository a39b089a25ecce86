import { appendFileSync, cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { copySnapshots } from '../../../main/engine/maintenance/copy.ts';
import { recoverTrees } from '../../../main/engine/maintenance/recover.ts';
import { tagSnapshots } from '../../../main/engine/maintenance/tag.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { listSnapshots, removeSnapshot } from '../../../main/engine/snapshot/snapshot-store.ts';
import { makeFixtureTree } from '../../support/fixture-tree.ts';
import { initFolder, objectsIn, openFolder, PASSWORD } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { snapshotContents } from '../../support/snapshot-contents.ts';
import { readTree } from '../../support/tree-entries.ts';

const scratch = scratchFolder();
const at = (name: string) => join(scratch.path, name);
afterAll(() => scratch.remove());
let source: Repository;

async function initLike(path: string, version: 1 | 2): Promise<Repository> {
  const { chunkerPolynomial } = source.config;
  return Repository.init(new LocalBackend(path), {
    password: PASSWORD,
    scrypt: TEST_SCRYPT,
    version,
    chunkerPolynomial,
  });
}

/** The snapshots' own words, without what a copy changes. */
async function snapshotsOf(repository: Repository) {
  const snapshots = await listSnapshots(repository);
  return snapshots.map(({ id, parent: _parent, original, ...fields }) => ({ ...fields, original: original ?? id }));
}

const contentsOf = async (repository: Repository) => [...(await snapshotContents(repository)).values()].sort();

async function expectClean(location: string): Promise<void> {
  const { stdout } = await restic(location, ['check', '--read-data']);
  expect(stdout).toContain('no errors were found');
}

describeWithRestic('copies between repositories', () => {
  beforeAll(async () => {
    makeFixtureTree(at('tree'), { small: true });
    source = await initFolder(at('source'));
    await restic(at('source'), ['backup', '--quiet', 'tree'], { cwd: scratch.path });
    appendFileSync(join(at('tree'), 'contents/text'), 'more');
    await restic(at('source'), ['backup', '--quiet', '--tag', 'later', 'tree'], { cwd: scratch.path });
  });
  afterAll(() => source.close());

  it('are what restic makes of the same snapshots', async () => {
    const ours = await initLike(at('ours'), 2);
    const result = await copySnapshots(source, ours);
    await initLike(at('theirs'), 2);
    const env = { RESTIC_FROM_PASSWORD: PASSWORD };
    await restic(at('theirs'), ['copy', '--quiet', '--from-repo', at('source')], { env });
    const theirs = await openFolder(at('theirs'));
    expect(await snapshotsOf(ours)).toEqual(await snapshotsOf(theirs));
    expect(await contentsOf(ours)).toEqual(await contentsOf(source));
    const blobs = async (location: string) => (await restic(location, ['list', 'blobs'])).stdout.split('\n').sort();
    expect(await blobs(at('ours'))).toEqual(await blobs(at('theirs')));
    expect(result.copied).toHaveLength(2);
    await expectClean(at('ours'));
  });

  it('are known to both programs, in both directions', async () => {
    const env = { RESTIC_FROM_PASSWORD: PASSWORD };
    const before = objectsIn(at('ours'), 'snapshots');
    await restic(at('ours'), ['copy', '--quiet', '--from-repo', at('source')], { env });
    expect(objectsIn(at('ours'), 'snapshots')).toEqual(before);
    expect(await copySnapshots(source, await openFolder(at('theirs')))).toMatchObject({ copied: [], blobs: 0 });
    expect(await copySnapshots(await openFolder(at('ours')), source)).toMatchObject({ copied: [], blobs: 0 });
  });

  it('to version 1 restore with restic to the same files', async () => {
    const old = await initLike(at('old'), 1);
    await copySnapshots(source, old, { snapshots: ['latest'] });
    await expectClean(at('old'));
    await restic(at('old'), ['restore', '--quiet', 'latest', '--target', at('restored')]);
    expect(readTree(join(at('restored'), 'tree'))).toEqual(readTree(at('tree')));
    // And back, where everything is there already but the snapshot is known.
    expect(await copySnapshots(old, source)).toMatchObject({ copied: [], skipped: [{}] });
  });

  it('leave no locks', () => {
    for (const name of ['source', 'ours', 'theirs', 'old']) expect(objectsIn(at(name), 'locks')).toEqual([]);
  });
});

describeWithRestic('tags and recovery', () => {
  beforeAll(async () => {
    await initFolder(at('tagged'));
    cpSync(join(import.meta.dirname, '..'), at('small'), { recursive: true });
    for (const tag of ['a', 'b']) {
      // Relative: the folders above change all the time, and would make two trees of it.
      await restic(at('tagged'), ['backup', '--quiet', '--tag', tag, 'small'], { cwd: scratch.path });
    }
  });

  it('are as restic would have changed them', async () => {
    cpSync(at('tagged'), at('tagged-restic'), { recursive: true });
    const ours = await openFolder(at('tagged'));
    await tagSnapshots(ours, { add: ['new'], remove: ['a'] });
    await tagSnapshots(ours, { set: ['x', 'y'], snapshots: ['latest'] });
    await restic(at('tagged-restic'), ['tag', '--add', 'new', '--remove', 'a']);
    await restic(at('tagged-restic'), ['tag', '--set', 'x,y', 'latest']);
    expect(await snapshotsOf(ours)).toEqual(await snapshotsOf(await openFolder(at('tagged-restic'))));
    await expectClean(at('tagged'));
  });

  it('bring a forgotten snapshot back, which restic then restores', async () => {
    const repository = await openFolder(at('tagged'));
    const [first] = await listSnapshots(repository);
    for (const { id } of await listSnapshots(repository)) await removeSnapshot(repository, id);
    const { roots, snapshotId } = await recoverTrees(repository);
    expect(roots).toEqual([first?.tree]);
    await expectClean(at('tagged'));
    await restic(at('tagged'), ['restore', '--quiet', snapshotId!, '--target', at('recovered')]);
    expect(readTree(join(at('recovered'), roots[0]!.slice(0, 8), 'small'))).toEqual(readTree(at('small')));
    // Restic finds nothing more to recover.
    const { stdout } = await restic(at('tagged'), ['recover']);
    expect(stdout).toContain('no snapshot to write');
  });
});
