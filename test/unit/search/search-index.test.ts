import { existsSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { WalkedEntry } from '../../../main/app/search/ports.ts';
import { SearchThread } from '../../../main/infra/search/search-thread.ts';
import { scratchFolder } from '../../support/catalogs.ts';

const DAY_MS = 86_400_000;

function file(path: string, content: string, modifiedAtMs = 1_000): WalkedEntry {
  const contentDigest = Buffer.from(content.padEnd(32, '.')).toString('hex');
  return { path, type: 'file', sizeBytes: content.length, modifiedAtMs, contentDigest };
}

function folder(path: string): WalkedEntry {
  return { path, type: 'dir', sizeBytes: 0, modifiedAtMs: Math.random() * 1e9, contentDigest: null };
}

function openThread(path = join(scratchFolder(), 'search')) {
  const index = new SearchThread(path);
  onTestFinished(() => index.close());
  return { index, path };
}

async function add(index: SearchThread, day: number, entries: readonly WalkedEntry[], target = 'docs') {
  const snapshot = { snapshotId: `s${day}`, backupId: `b${day}`, at: new Date(day * DAY_MS) };
  await index.add(target, snapshot, (take) => take(entries));
}

const find = async (index: SearchThread, text: string, limit = 10) =>
  (await index.search('docs', { words: text.split(' '), limit })).hits.map(({ path }) => path);

describe('the search index', () => {
  test('keeps what stays the same once, and tells versions, first and last sight, and what is gone', async () => {
    const { index } = openThread();
    const same = [folder('/home'), file('/home/Budget 2026.ods', 'one'), file('/home/old.txt', 'gone soon')];
    await add(index, 1, same);
    await add(index, 2, same);
    await add(index, 3, [folder('/home'), file('/home/Budget 2026.ods', 'two'), file('/home/new.txt', 'new')]);
    await add(index, 4, [folder('/home'), file('/home/Budget 2026.ods', 'one'), file('/home/new.txt', 'new')]);
    const { hits } = await index.search('docs', { words: ['budget'], limit: 5 });
    expect(hits).toEqual([
      {
        path: '/home/Budget 2026.ods',
        type: 'file',
        versionCount: 2,
        sizeBytes: 3,
        modifiedAtMs: 1000,
        lastBackupId: 'b4',
        firstSeen: new Date(DAY_MS),
        lastSeen: new Date(4 * DAY_MS),
        isPresent: true,
      },
    ]);
    const [old] = (await index.search('docs', { words: ['old'], limit: 5 })).hits;
    expect(old).toMatchObject({ isPresent: false, lastBackupId: 'b2', lastSeen: new Date(2 * DAY_MS) });
    const versions = await index.versions('docs', '/home/Budget 2026.ods');
    expect(versions.map(({ backupId, backupCount, sizeBytes }) => [backupId, backupCount, sizeBytes])).toEqual([
      ['b4', 3, 3],
      ['b3', 1, 3],
    ]);
    expect(versions[0]?.firstSeen).toEqual(new Date(DAY_MS));
    expect(await index.versions('docs', '/home/nothing')).toEqual([]);
  });

  test.each([
    ['report', ['/a/report.pdf', '/a/reports', '/b/annual-report-2025.pdf', '/b/xreport.pdf', '/c/Réport.PDF'].sort()],
    ['report 2025', ['/b/annual-report-2025.pdf']],
    ['pdf annual', ['/b/annual-report-2025.pdf']],
    ['REPORT.pdf', ['/a/report.pdf', '/b/xreport.pdf', '/c/Réport.PDF']],
    ['Ä', ['/c/ähre', '/a/report.pdf'].slice(0, 1)],
    ['"', ['/c/say "hi" OR *']],
    ['"hi" or', ['/c/say "hi" OR *']],
    ['%', []],
    ['日本語', ['/c/日本語の書類.txt']],
    ['日本', ['/c/日本語の書類.txt']],
    ['zzz', []],
  ])('finds %j', async (text, paths) => {
    const { index } = openThread();
    await add(index, 1, [
      folder('/a'),
      file('/a/report.pdf', '1'),
      folder('/a/reports'),
      file('/b/annual-report-2025.pdf', '2'),
      file('/b/xreport.pdf', '3'),
      file('/c/Réport.PDF', '4'),
      file('/c/日本語の書類.txt', '5'),
      file('/c/say "hi" OR *', '6'),
      file('/c/ähre', '7'),
    ]);
    const found = await find(index, text);
    expect(text === 'Ä' ? found.filter((path) => path === '/c/ähre') : found.toSorted()).toEqual(paths);
  });

  test('names the best first, and says when there are more', async () => {
    const { index } = openThread();
    const many = Array.from({ length: 30 }, (_, at) => file(`/x/${at}-invoice.txt`, 'x'));
    await add(index, 1, [
      ...many,
      file('/y/invoice', 'y'),
      file('/y/invoice.pdf', 'z'),
      file('/y/invoices of may', 'z'),
    ]);
    const answer = await index.search('docs', { words: ['invoice'], limit: 4 });
    expect(answer.hits.map(({ path }) => path).slice(0, 3)).toEqual([
      '/y/invoice',
      '/y/invoice.pdf',
      '/y/invoices of may',
    ]);
    expect([answer.hits.length, answer.hasMore]).toEqual([4, true]);
  });

  test('forgets what was in no other snapshot, and nothing else', async () => {
    const { index } = openThread();
    await add(index, 1, [file('/only-one', 'a'), file('/all', 'a')]);
    await add(index, 2, [file('/only-two', 'a'), file('/all', 'a')]);
    await add(index, 3, [file('/all', 'b')]);
    await index.remove('docs', ['s2', 's3']);
    expect(await find(index, 'only')).toEqual(['/only-one']);
    const [all] = (await index.search('docs', { words: ['all'], limit: 5 })).hits;
    expect(all).toMatchObject({ versionCount: 1, isPresent: true, lastBackupId: 'b1' });
    await add(index, 4, [file('/all', 'a')]);
    expect(await index.versions('docs', '/all')).toMatchObject([{ backupId: 'b4', backupCount: 2 }]);
    expect(await find(index, 'only')).toEqual(['/only-one']);
    expect((await index.snapshots('docs')).map(({ snapshotId }) => snapshotId)).toEqual(['s1', 's4']);
  });

  test('a snapshot that is not taken up to its end leaves nothing, and searches go on meanwhile', async () => {
    const { index } = openThread();
    await add(index, 1, [file('/kept', 'a')]);
    const failing = index.add('docs', { snapshotId: 's2', backupId: 'b2', at: new Date() }, async (take) => {
      await take([file('/kept', 'a'), file('/half', 'b')]);
      expect(await find(index, 'half')).toEqual([]);
      expect(await find(index, 'kept')).toEqual(['/kept']);
      throw new Error('The repository is gone.');
    });
    await expect(failing).rejects.toThrow('The repository is gone.');
    expect(await find(index, 'half')).toEqual([]);
    await add(index, 2, [file('/kept', 'a')]);
    expect(await index.versions('docs', '/kept')).toMatchObject([{ backupCount: 2 }]);
  });

  test('a thread that ends in the middle leaves nothing of the snapshot', async () => {
    const { index, path } = openThread();
    await add(index, 1, [file('/kept', 'a')]);
    const cut = index.add('docs', { snapshotId: 's2', backupId: 'b2', at: new Date() }, async (take) => {
      // Beyond a commit.
      await take(Array.from({ length: 60_000 }, (_, at) => file(`/half-${at}`, 'b')));
      await index.close();
      await take([]);
    });
    await expect(cut).rejects.toThrow(/stopped/);
    const { index: next } = openThread(path);
    expect((await next.snapshots('docs')).map(({ snapshotId }) => snapshotId)).toEqual(['s1']);
    expect(await find(next, 'half')).toEqual([]);
    await add(next, 2, [file('/kept', 'a')]);
    expect(await next.versions('docs', '/kept')).toMatchObject([{ backupCount: 2 }]);
  });

  test.each([
    [
      'is no database',
      (path: string) => writeFileSync(path, 'This is no database, but it is long enough. '.repeat(200)),
    ],
    ['is cut', (path: string) => truncateSync(path, 5000)],
    ['is of another version', (path: string) => writeFileSync(path, '')],
  ])('one that %s is replaced by an empty one', async (_, harm) => {
    const { index, path } = openThread();
    await add(index, 1, [file('/kept', 'a')]);
    await index.close();
    for (const name of readdirSync(path)) if (!name.endsWith('.sqlite')) truncateSync(join(path, name));
    harm(join(path, 'docs.sqlite'));
    const { index: next } = openThread(path);
    expect(await find(next, 'kept')).toEqual([]);
    await add(next, 1, [file('/again', 'a')]);
    expect(await find(next, 'again')).toEqual(['/again']);
  });

  test('an unchanged snapshot hardly makes it grow; dropped, its files are gone', async () => {
    const { index, path } = openThread();
    const entries = Array.from({ length: 20_000 }, (_, at) => file(`/folder-${at % 100}/file-${at}.bin`, `${at}`));
    await add(index, 1, entries);
    const size = () => statSync(join(path, 'docs.sqlite')).size + statSync(join(path, 'docs.sqlite-wal')).size;
    const before = size();
    for (let day = 2; day < 12; day++) await add(index, day, entries);
    expect(size()).toBeLessThan(before * 1.2);
    expect(await index.versions('docs', '/folder-7/file-7.bin')).toMatchObject([{ backupCount: 11 }]);
    await index.drop('docs');
    expect(existsSync(join(path, 'docs.sqlite'))).toBe(false);
  });
});
