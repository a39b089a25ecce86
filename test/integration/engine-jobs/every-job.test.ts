import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { WalkedEntry } from '../../../main/app/engine-jobs/ports/job-facts.ts';
import {
  accessOf,
  backupWork,
  listening,
  makeSource,
  PROGRAM_VERSION,
  restoreWork,
  threadJobs,
} from '../../support/engine-jobs.ts';
import { initFolder, objectsIn } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';

// Each job starts a thread from the sources.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const scratch = scratchFolder();
const repository = join(scratch.path, 'repository');
const source = join(scratch.path, 'source');
const access = accessOf(repository);
const jobs = threadJobs();
let first: string;
let second: string;

beforeAll(async () => {
  await (await initFolder(repository)).close();
  makeSource(source);
  const facts = await jobs.backup(access, backupWork([source], { tags: ['one'], hostName: 'box' }), listening());
  first = facts.snapshotId;
  writeFileSync(join(source, 'file-0'), 'changed');
  writeFileSync(join(source, 'new'), 'new');
  rmSync(join(source, 'file-2'));
  second = (await jobs.backup(access, backupWork([source], { parentSnapshotId: first }), listening())).snapshotId;
});

afterAll(async () => {
  await jobs.close();
  scratch.remove();
});

test('while a job runs, and no longer, this process survives the question whether it lives', async () => {
  const before = process.listenerCount('SIGHUP');
  const running = jobs.openRepository(access, listening());
  expect(process.listenerCount('SIGHUP')).toBe(before + 1);
  await running;
  expect(process.listenerCount('SIGHUP')).toBe(before);
});

describe('repositories', () => {
  test('a new one is made once, and opened', async () => {
    const fresh = accessOf(join(scratch.path, 'fresh'), 'secret');
    const made = await jobs.initRepository(fresh, listening());
    expect(made).toMatchObject({ engineId: expect.stringMatching(/^[0-9a-f]{64}$/), version: 2 });
    await expect(jobs.openRepository(fresh, listening())).resolves.toEqual(made);
    await expect(jobs.initRepository(fresh, listening())).rejects.toMatchObject({ code: 'repository_exists' });
  });

  test('a test writes, reads and deletes, and leaves nothing', async () => {
    const before = objectsIn(repository, 'data');
    const found = await jobs.testRepository(access, listening());
    expect(found).toMatchObject({ canWrite: true, canReadBack: true, canDelete: true, problem: null });
    expect(Math.abs(found.clockSkewMs ?? Infinity)).toBeLessThan(5000);
    expect(found.freeBytes).toBeGreaterThan(0);
    expect(found.totalBytes).toBeGreaterThanOrEqual(found.freeBytes ?? Infinity);
    expect(objectsIn(repository, 'data')).toEqual(before);
  });

  test('keys are added, used and removed, but never the one in use', async () => {
    const added = await jobs.addKey(access, 'another', listening());
    const other = accessOf(repository, 'another');
    const keys = await jobs.listKeys(other, listening());
    expect(keys.find(({ id }) => id === added)?.isCurrent).toBe(true);
    expect(keys).toHaveLength(2);
    await expect(jobs.removeKey(other, added, listening())).rejects.toMatchObject({ code: 'refused' });
    await jobs.removeKey(access, added, listening());
    await expect(jobs.openRepository(other, listening())).rejects.toMatchObject({ code: 'wrong_password' });
  });
});

describe('snapshots', () => {
  test('are listed newest first with what made them', async () => {
    const snapshots = await jobs.listSnapshots(access, listening());
    expect(snapshots.map(({ id }) => id)).toEqual([second, first]);
    expect(snapshots[0]).toMatchObject({ parentId: first, paths: [source], programVersion: PROGRAM_VERSION });
    expect(snapshots[1]).toMatchObject({ hostName: 'box', tags: ['one'], totalFiles: 3, totalBytes: 150_000 });
  });

  test('come back as they were', async () => {
    const target = join(scratch.path, 'restored');
    const work = restoreWork(second, target, { subfolder: source, verify: true });
    const facts = await jobs.restore(access, work, listening());
    expect(facts).toMatchObject({ targetPath: target, filesVerified: 3, conflictCount: 0, warningCount: 0 });
    expect(readFileSync(join(target, 'file-0'), 'utf8')).toBe('changed');
    expect(readFileSync(join(target, 'sub/file-1'))).toEqual(readFileSync(join(source, 'sub/file-1')));
  });

  test('a dry run names what would be overwritten, and writes nothing', async () => {
    const target = join(scratch.path, 'preview');
    makeSource(target);
    writeFileSync(join(target, 'file-0'), 'precious');
    const work = restoreWork(first, target, { subfolder: source, dryRun: true });
    const facts = await jobs.restore(access, work, listening());
    expect(facts).toMatchObject({ conflictCount: 1, conflicts: ['/file-0'] });
    expect(readFileSync(join(target, 'file-0'), 'utf8')).toBe('precious');
    const cautious = await jobs.restore(access, { ...work, overwrite: 'never' }, listening());
    expect(cautious).toMatchObject({ conflictCount: 0, conflicts: [] });
  });

  test('are walked in portions, one at a time', async () => {
    const entries: WalkedEntry[] = [];
    await jobs.walkSnapshot(access, second, (portion) => void entries.push(...portion), listening());
    const paths = entries.map(({ path }) => path).filter((path) => path.startsWith(source));
    expect(paths).toEqual(['', '/file-0', '/new', '/sub', '/sub/file-1'].map((path) => source + path));
    expect(entries.find(({ path }) => path.endsWith('file-0'))).toMatchObject({ type: 'file', sizeBytes: 7 });
    const folder = entries.find(({ path }) => path.endsWith('/sub'));
    expect(folder).toMatchObject({ type: 'dir', contentDigest: null });
  });

  test('equal content has equal digests', async () => {
    const digests = async (id: string) => {
      const found = new Map<string, string | null>();
      const take = (portion: readonly WalkedEntry[]) => {
        for (const { path, contentDigest } of portion) found.set(path, contentDigest);
      };
      await jobs.walkSnapshot(access, id, take, listening());
      return found;
    };
    const [before, after] = [await digests(first), await digests(second)];
    expect(after.get(`${source}/sub/file-1`)).toBe(before.get(`${source}/sub/file-1`));
    expect(after.get(`${source}/file-0`)).not.toBe(before.get(`${source}/file-0`));
  });

  test('are compared', async () => {
    const facts = await jobs.diff(access, first, second, listening());
    expect(facts).toMatchObject({ addedFiles: 1, removedFiles: 1, changedFiles: 1, isCut: false });
    const changes = facts.entries.filter(({ change }) => change !== 'metadata');
    expect(changes).toEqual([
      { path: `${source}/file-0`, change: 'changed' },
      { path: `${source}/file-2`, change: 'removed' },
      { path: `${source}/new`, change: 'added' },
    ]);
  });

  test('are verified, each alone', async () => {
    const facts = await jobs.verifySnapshot(access, first, listening());
    expect(facts).toMatchObject({ isSound: true, snapshots: 1, files: 3, errorCount: 0, damagedSnapshotIds: [] });
    expect(facts.readBytes).toBeGreaterThan(150_000);
    await expect(jobs.verifySnapshot(access, 'f'.repeat(64), listening())).rejects.toMatchObject({
      code: 'snapshot_not_found',
    });
  });
});

describe('the whole repository', () => {
  test('is checked', async () => {
    const facts = await jobs.check(access, { readData: 'all', lockPatienceMs: 0 }, listening());
    expect(facts).toMatchObject({ isSound: true, snapshots: 2, errorCount: 0 });
    expect(facts.readBytes).toBeGreaterThan(150_000);
  });

  test('is measured', async () => {
    const quick = await jobs.storage(access, listening());
    expect(quick).toMatchObject({ snapshots: 2, unusedBytes: null, packs: objectsIn(repository, 'data').length });
    expect(quick.storedBytes).toBeGreaterThan(150_000);
    const counted = await jobs.storage(access, listening(), { countUnused: true });
    expect(counted.unusedBytes).toBe(0);
  });
});

describeWithRestic('forget and prune, judged by restic', () => {
  test('a snapshot gets other tags, another one goes, and its space comes back', async () => {
    const tagged = await jobs.tagSnapshot(access, second, { add: ['two'], remove: [] }, listening());
    const preview = await jobs.prune(access, { dryRun: true, ignoring: [first] }, listening());
    expect(preview.freedBytes).toBeGreaterThan(90_000);
    const forgotten = await jobs.forget(access, [first], listening());
    expect(forgotten).toEqual({ removedIds: [first], failedIds: [] });
    const pruned = await jobs.prune(access, { dryRun: false }, listening());
    expect(pruned.freedBytes).toBeGreaterThan(90_000);
    const { stdout } = await restic(repository, ['snapshots', '--json']);
    expect(JSON.parse(stdout)).toMatchObject([{ id: tagged, tags: ['two'] }]);
    await restic(repository, ['check', '--read-data']);
    expect(objectsIn(repository, 'locks')).toEqual([]);
    expect(existsSync(join(repository, 'config'))).toBe(true);
  });
});
