import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { engineFace } from '../../../main/app/errors/engine-face.ts';
import { damageFile } from '../../support/damage.ts';
import {
  accessOf,
  backupWork,
  listening,
  makeSource,
  restoreWork,
  threadJobs,
  type Told,
} from '../../support/engine-jobs.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { initFolder, objectsIn, openFolder, unfinishedFiles } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';

// Each job starts a thread from the sources.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const scratch = scratchFolder();
const repository = join(scratch.path, 'repository');
const source = join(scratch.path, 'source');
const access = accessOf(repository);
const jobs = threadJobs();
let snapshotId: string;

beforeAll(async () => {
  await (await initFolder(repository)).close();
  makeSource(source, { files: 40, fileBytes: 2_000_000 });
  ({ snapshotId } = await jobs.backup(access, backupWork([source]), listening()));
});

afterAll(async () => {
  await jobs.close();
  scratch.remove();
});

/** Cancels as soon as the job tells that it is at work. */
function cancelling(phase: string): Told {
  return listening((progress, stop) => {
    if (progress.phase === phase) stop.abort();
  });
}

function cancellingAtOnce(): Told {
  return listening((_progress, stop) => stop.abort());
}

describe('a job that is cancelled', () => {
  test('before it starts', async () => {
    const told = listening();
    told.stop.abort();
    await expect(jobs.openRepository(access, told)).rejects.toMatchObject({ name: 'EngineError', code: 'cancelled' });
  });

  test('backup: no snapshot, no lock, nothing unfinished', async () => {
    const more = makeSource(join(scratch.path, 'more'), { files: 60, fileBytes: 2_000_000, seed: 2 });
    const told = cancelling('backup');
    await expect(jobs.backup(access, backupWork([more]), told)).rejects.toMatchObject({ code: 'cancelled' });
    expect(told.progress.length).toBeGreaterThan(0);
    expect(objectsIn(repository, 'snapshots')).toEqual([snapshotId]);
    expectNothingLeft();
  });

  test('restore', async () => {
    const target = join(scratch.path, 'cancelled restore');
    const attempt = jobs.restore(access, restoreWork(snapshotId, target), cancelling('restore'));
    await expect(attempt).rejects.toMatchObject({ code: 'cancelled' });
    expectNothingLeft();
  });

  test('check and verification', async () => {
    const check = jobs.check(access, { readData: 'all', lockPatienceMs: 0 }, cancellingAtOnce());
    await expect(check).rejects.toMatchObject({ code: 'cancelled' });
    const verification = jobs.verifySnapshot(access, snapshotId, cancellingAtOnce());
    await expect(verification).rejects.toMatchObject({ code: 'cancelled' });
    expectNothingLeft();
  });

  test('prune: what stays is whole', async () => {
    const own = join(scratch.path, 'to prune');
    await (await initFolder(own)).close();
    const at = accessOf(own);
    const kept = makeSource(join(scratch.path, 'kept'), { files: 10, fileBytes: 1_000_000, seed: 3 });
    const gone = makeSource(join(scratch.path, 'gone'), { files: 10, fileBytes: 1_000_000, seed: 4 });
    const both = await jobs.backup(at, backupWork([kept, gone]), listening());
    await jobs.backup(at, backupWork([kept]), listening());
    await jobs.forget(at, [both.snapshotId], listening());
    await expect(jobs.prune(at, { dryRun: false }, cancellingAtOnce())).rejects.toMatchObject({ code: 'cancelled' });
    expect(objectsIn(own, 'locks')).toEqual([]);
    expect(await jobs.check(at, { readData: 'all', lockPatienceMs: 0 }, listening())).toMatchObject({ isSound: true });
  });

  test('by a listener that throws: its error comes out', async () => {
    const told = listening(() => {
      throw new Error('nobody can listen');
    });
    await expect(jobs.verifySnapshot(access, snapshotId, told)).rejects.toThrow('nobody can listen');
    const take = () => Promise.reject(new Error('no room'));
    await expect(jobs.walkSnapshot(access, snapshotId, take, listening())).rejects.toThrow('no room');
    expectNothingLeft();
  });

  test('by closing: everybody hears of it, and later jobs are refused', async () => {
    const closing = threadJobs();
    const running = closing.check(access, { readData: 'all', lockPatienceMs: 0 }, listening());
    const settled = expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await closing.close();
    await settled;
    await expect(closing.openRepository(access, listening())).rejects.toMatchObject({ code: 'cancelled' });
    expectNothingLeft();
  });
});

function expectNothingLeft(): void {
  expect(objectsIn(repository, 'locks')).toEqual([]);
  expect(unfinishedFiles(repository)).toEqual([]);
}

describe('a thread that is stopped where it stands', () => {
  test('because it does not end in time: the job is cancelled, its lock removed', async () => {
    const impatient = threadJobs({ cancelGraceMs: 0 });
    const more = makeSource(join(scratch.path, 'much more'), { files: 60, fileBytes: 2_000_000, seed: 5 });
    const attempt = impatient.backup(access, backupWork([more]), cancelling('backup'));
    await expect(attempt).rejects.toMatchObject({ code: 'cancelled' });
    expect(objectsIn(repository, 'locks')).toEqual([]);
    expect(objectsIn(repository, 'snapshots')).toEqual([snapshotId]);
  });

  test('because its heap is full: an error that says what to do, and no lock', async () => {
    const own = join(scratch.path, 'wide');
    const builder = await RepositoryBuilder.over(await initFolder(own));
    // Every entry of a folder becomes an object of the heap.
    const nodes = Array.from({ length: 200_000 }, (_, i) => builder.file(`a file with the number ${i}`, []));
    const wide = await builder.snapshot(nodes);
    await builder.repository.close();
    const small = threadJobs({ heapLimitMb: 64 });
    const attempt = small.walkSnapshot(accessOf(own), wide, () => undefined, listening());
    const error: unknown = await attempt.then(
      () => 'it was enough',
      (failure: unknown) => failure,
    );
    expect(engineFace(error)).toMatchObject({ api: 'internal_error', message: expect.stringMatching(/more memory/) });
    expect(objectsIn(own, 'locks')).toEqual([]);
  });
});

describe('two jobs on one repository', () => {
  test('two backups at once', async () => {
    const one = makeSource(join(scratch.path, 'one'), { seed: 6 });
    const two = makeSource(join(scratch.path, 'two'), { seed: 7 });
    const both = await Promise.all([
      jobs.backup(access, backupWork([one]), listening()),
      jobs.backup(access, backupWork([two]), listening()),
    ]);
    const ids = (await jobs.listSnapshots(access, listening())).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(both.map((facts) => facts.snapshotId)));
    expect(await jobs.check(access, { readData: 'none', lockPatienceMs: 0 }, listening())).toMatchObject({
      isSound: true,
    });
  });

  test('who needs it alone fails or waits, as it was told', async () => {
    const opened = await openFolder(repository);
    const lock = await opened.lock('shared');
    const impatient = jobs.check(access, { readData: 'none', lockPatienceMs: 0 }, listening());
    await expect(impatient).rejects.toMatchObject({ code: 'locked' });
    const patient = jobs.check(access, { readData: 'none', lockPatienceMs: 60_000 }, listening());
    await Promise.all([lock.release(), patient]);
    expect(await patient).toMatchObject({ isSound: true });
    await opened.close();
  });
});

describe('what is wrong has its code', () => {
  test('a wrong password, no repository, a folder that is gone', async () => {
    const wrong = jobs.backup(accessOf(repository, 'not the password'), backupWork([source]), listening());
    await expect(wrong).rejects.toMatchObject({ code: 'wrong_password' });
    const nowhere = accessOf(join(scratch.path, 'nowhere'));
    await expect(jobs.listSnapshots(nowhere, listening())).rejects.toMatchObject({ code: 'repository_not_found' });
    const noSource = jobs.backup(access, backupWork([join(scratch.path, 'no source')]), listening());
    await expect(noSource).rejects.toMatchObject({ code: 'path_not_found' });
    const remote = jobs.openRepository(accessOf('s3:https://key:secret@host/bucket'), listening());
    await expect(remote).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  test('no message has the password in it', async () => {
    const secret = 'a-very-secret-word';
    const at = accessOf(repository, secret);
    const told = listening();
    const failures = await Promise.all([
      jobs.openRepository(at, told).catch((error: unknown) => error),
      jobs.addKey(at, 'another-secret-word', told).catch((error: unknown) => error),
      jobs.initRepository(at, told).catch((error: unknown) => error),
    ]);
    const text = failures
      .map((error) => (error instanceof Error ? `${error.stack}${JSON.stringify(error)}` : 'no error'))
      .join('\n');
    expect(text).not.toContain('no error');
    expect(text).not.toMatch(/secret-word/);
    expect(JSON.stringify([told.progress, told.warnings])).not.toMatch(/secret-word/);
  });

  test('a storage that takes nothing is found out, without an error', async () => {
    const odd = join(scratch.path, 'without data');
    await (await initFolder(odd)).close();
    rmSync(join(odd, 'data'), { recursive: true });
    writeFileSync(join(odd, 'data'), 'a file where a folder should be');
    const found = await jobs.testRepository(accessOf(odd), listening());
    expect(found).toMatchObject({ canWrite: false, canReadBack: false, canDelete: false });
    expect(found.problem).toContain('data');
  });
});

describe('damage', () => {
  test('a verification names the pack, the blob and the files; a check names the snapshot', async () => {
    const own = join(scratch.path, 'damaged');
    await (await initFolder(own)).close();
    const at = accessOf(own);
    const folder = makeSource(join(scratch.path, 'precious'), { files: 4, fileBytes: 300_000, seed: 8 });
    const facts = await jobs.backup(at, backupWork([folder]), listening());
    const packs = objectsIn(own, 'data').map((pack) => join(own, 'data', pack));
    const largest = packs.sort((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
    damageFile(largest, 'a flipped bit');
    const found = await jobs.verifySnapshot(at, facts.snapshotId, listening());
    expect(found).toMatchObject({ isSound: false, errorCount: 1, damagedSnapshotIds: [facts.snapshotId] });
    expect(found.errors[0]).toMatch(/Pack [0-9a-f]{64}: the data blob [0-9a-f]{64} is damaged/);
    expect(found.errors[1]).toContain(`${folder}/`);
    const checked = await jobs.check(at, { readData: 'all', lockPatienceMs: 0 }, listening());
    expect(checked).toMatchObject({ isSound: false, damagedSnapshotIds: [facts.snapshotId] });
    damageFile(largest, 'missing');
    const gone = await jobs.verifySnapshot(at, facts.snapshotId, listening());
    expect(gone.isSound).toBe(false);
    expect(gone.errors[0]).toContain('Pack ');
    const attempt = await jobs.restore(at, restoreWork(facts.snapshotId, join(scratch.path, 'partly')), listening());
    expect(attempt.warningCount).toBeGreaterThan(0);
  });
});

describeWithRestic('after all of that', () => {
  test('restic finds the repository whole', async () => {
    await restic(repository, ['check', '--read-data']);
    expect(objectsIn(repository, 'locks')).toEqual([]);
  });
});
