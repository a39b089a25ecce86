import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ThreadSnapshotBrowser } from '../../../main/infra/engine-jobs/thread-snapshot-browser.ts';
import { damageFile } from '../../support/damage.ts';
import { accessOf, backupWork, listening, makeSource, threadJobs } from '../../support/engine-jobs.ts';
import { initFolder, objectsIn } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

// Each job starts a thread from the sources.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const LARGE_BYTES = 12 * 1024 * 1024;
const scratch = scratchFolder();
const repository = join(scratch.path, 'repository');
const source = join(scratch.path, 'source');
const access = accessOf(repository);
const jobs = threadJobs();
const browser = new ThreadSnapshotBrowser();
const large = seededBytes('large', LARGE_BYTES);
let first: string;
const never = new AbortController().signal;

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

beforeAll(async () => {
  await (await initFolder(repository)).close();
  makeSource(source, { files: 5, fileBytes: 1000 });
  writeFileSync(join(source, 'large'), large);
  symlinkSync('file-0', join(source, 'link'));
  first = (await jobs.backup(access, backupWork([source]), listening())).snapshotId;
});

afterAll(async () => {
  await Promise.all([browser.close(), jobs.close()]);
  scratch.remove();
});

test('an entry says what it is', async () => {
  expect(await browser.stat(access, first, join(source, 'file-0'), never)).toMatchObject({
    ...{ name: 'file-0', path: join(source, 'file-0'), type: 'file', sizeBytes: 1000, linkTarget: null },
    mode: expect.stringMatching(/^0[0-7]{3}$/),
  });
  expect(await browser.stat(access, first, join(source, 'link'), never)).toMatchObject({
    ...{ type: 'symlink', linkTarget: 'file-0' },
  });
  expect(await browser.stat(access, first, '/', never)).toMatchObject({ path: '/', type: 'dir' });
  const nothing = browser.stat(access, first, '/no such thing', never);
  await expect(nothing).rejects.toMatchObject({ name: 'EngineError', code: 'path_not_found' });
});

test('a folder comes page by page', async () => {
  const names: string[] = [];
  let cursor: string | null = null;
  do {
    const page = await browser.list(access, first, source, { cursor, limit: 2 }, never);
    expect(page.total).toBe(6);
    names.push(...page.entries.map(({ name }) => name));
    cursor = page.nextCursor;
  } while (cursor !== null);
  expect(names).toEqual(['file-0', 'file-2', 'file-4', 'large', 'link', 'sub']);
});

describe('bytes', () => {
  test('of a file, whole and in part', async () => {
    const whole = await browser.readFile(access, first, join(source, 'large'), null, never);
    expect(whole.sizeBytes).toBe(LARGE_BYTES);
    expect((await bytesOf(whole.chunks)).equals(large)).toBe(true);
    const range = { start: 5_000_000, end: 5_000_010 };
    const part = await browser.readFile(access, first, join(source, 'large'), range, never);
    expect(part.sizeBytes).toBe(LARGE_BYTES);
    expect((await bytesOf(part.chunks)).equals(large.subarray(5_000_000, 5_000_010))).toBe(true);
  });

  test('of several files at once', async () => {
    const read = async (name: string) =>
      bytesOf((await browser.readFile(access, first, join(source, name), null, never)).chunks);
    const all = await Promise.all(['large', 'file-0', 'large', 'sub/file-1'].map(read));
    expect(all.map(({ length }) => length)).toEqual([LARGE_BYTES, 1000, LARGE_BYTES, 1000]);
    expect(all[2]?.equals(large)).toBe(true);
  });

  test('of a folder as an archive that tar can read', async () => {
    const archive = await browser.readFolder(access, first, source, 'tar', never);
    expect(archive.sizeBytes).toBeNull();
    const folder = join(scratch.path, 'untar');
    mkdirSync(folder);
    execFileSync('tar', ['-x', '-C', folder], { input: await bytesOf(archive.chunks) });
    const { stdout } = { stdout: execFileSync('find', [folder, '-name', 'large']).toString().trim() };
    expect(readFileSync(stdout).equals(large)).toBe(true);
  });

  test('a folder is no file, and a file no folder', async () => {
    const noFile = browser.readFile(access, first, source, null, never);
    await expect(noFile).rejects.toMatchObject({ code: 'invalid_argument' });
    const noFolder = browser.readFolder(access, first, join(source, 'large'), 'zip', never);
    await expect(noFolder).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  test('a reader that stops early is forgotten, one that is cancelled hears of it', async () => {
    const left = await browser.readFile(access, first, join(source, 'large'), null, never);
    for await (const chunk of left.chunks) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    const stop = new AbortController();
    const cancelled = await browser.readFile(access, first, join(source, 'large'), null, stop.signal);
    stop.abort();
    await expect(bytesOf(cancelled.chunks)).rejects.toMatchObject({ code: 'cancelled' });
    expect(await browser.stat(access, first, '/', never)).toMatchObject({ type: 'dir' });
  });
});

test('a snapshot that came later is found, without a lock', async () => {
  writeFileSync(join(source, 'file-0'), 'other content');
  const { snapshotId } = await jobs.backup(access, backupWork([source]), listening());
  const { chunks } = await browser.readFile(access, snapshotId, join(source, 'file-0'), null, never);
  expect((await bytesOf(chunks)).toString()).toBe('other content');
  expect(objectsIn(repository, 'locks')).toEqual([]);
});

describeWithRestic('a prune by restic', () => {
  test('takes what was forgotten away and moves the rest: it is found again, or clearly gone', async () => {
    const [newest] = await jobs.listSnapshots(access, listening());
    const kept = newest?.id ?? '';
    await browser.list(access, first, source, { cursor: null, limit: 10 }, never);
    await restic(repository, ['forget', first]);
    await restic(repository, ['prune', '--max-unused', '0', '--repack-small']);
    const { chunks } = await browser.readFile(access, kept, join(source, 'large'), null, never);
    expect((await bytesOf(chunks)).equals(large)).toBe(true);
    await browser.forget(repository);
    await expect(browser.stat(access, first, '/', never)).rejects.toMatchObject({ code: 'snapshot_not_found' });
  });
});

describe('trouble', () => {
  test('a wrong password and a folder that is gone have their codes', async () => {
    const wrong = browser.stat(accessOf(repository, 'wrong'), first, '/', never);
    await expect(wrong).rejects.toMatchObject({ code: 'wrong_password' });
    const gone = browser.stat(accessOf(join(scratch.path, 'nowhere')), first, '/', never);
    await expect(gone).rejects.toMatchObject({ code: 'repository_not_found' });
  });

  test('damage ends the stream with an error', async () => {
    const copy = join(scratch.path, 'damaged');
    await (await initFolder(copy)).close();
    const folder = join(scratch.path, 'odd');
    mkdirSync(folder);
    writeFileSync(join(folder, 'large'), large);
    const { snapshotId } = await jobs.backup(accessOf(copy), backupWork([folder]), listening());
    for (const pack of objectsIn(copy, 'data')) damageFile(join(copy, 'data', pack), 'a flipped bit');
    const attempt = browser
      .readFile(accessOf(copy), snapshotId, join(folder, 'large'), null, never)
      .then(({ chunks }) => bytesOf(chunks));
    await expect(attempt).rejects.toMatchObject({ code: 'corrupt' });
    rmSync(copy, { recursive: true });
  });

  test('an idle repository is closed, and opened again when somebody looks', async () => {
    const hasty = new ThreadSnapshotBrowser({ idleMs: 1 });
    const [newest] = await jobs.listSnapshots(access, listening());
    await hasty.stat(access, newest?.id ?? '', '/', never);
    await vi.waitFor(() => expect(hasty.openCount).toBe(0));
    await hasty.stat(access, newest?.id ?? '', '/', never);
    await hasty.close();
    await expect(hasty.stat(access, newest?.id ?? '', '/', never)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
