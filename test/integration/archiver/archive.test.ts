import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import type { ArchivedItem } from '../../../main/engine/archiver/archive-options.ts';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import type { Progress, Warning } from '../../../main/engine/base/progress.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { BlobReader } from '../../../main/engine/repository/blob-reader.ts';
import { loadIndex } from '../../../main/engine/repository/load-index.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { listSnapshots, loadSnapshot, removeSnapshot } from '../../../main/engine/snapshot/snapshot-store.ts';
import { decodeTree } from '../../../main/engine/snapshot/tree-decoder.ts';
import { initFolder, objectsIn, PASSWORD } from '../../support/repositories.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { snapshotContents } from '../../support/snapshot-contents.ts';

let scratch: ReturnType<typeof scratchFolder>;
let source: string;
let folder: string;
let repository: Repository;

beforeEach(async () => {
  scratch = scratchFolder();
  source = join(scratch.path, 'source');
  folder = join(scratch.path, 'repository');
  mkdirSync(join(source, 'sub'), { recursive: true });
  writeFileSync(join(source, 'a'), 'content of a');
  writeFileSync(join(source, 'sub', 'b'), seededBytes('b', 3_000_000));
  repository = await initFolder(folder);
  // Where trees must be equal, targets are relative: the folders above them change while other tests run.
  process.chdir(scratch.path);
});
afterEach(async () => {
  process.chdir('/');
  await repository.close();
  scratch.remove();
});

/** Nothing but the repository's own objects: no lock, no temporary file. */
function expectTidy(): void {
  expect(objectsIn(folder, 'locks')).toEqual([]);
  expect(readdirSync(join(folder, 'data')).filter((name) => name.length !== 2)).toEqual([]);
}

function packsIn(): string[] {
  return readdirSync(join(folder, 'data'), { recursive: true })
    .map(String)
    .filter((name) => name.length === 67);
}

describe('a backup', () => {
  it('says what it did, in its result and in the snapshot', async () => {
    const items: ArchivedItem[] = [];
    const time = new Date('2024-03-04T05:06:07.089Z');
    const result = await archive({
      repository,
      targets: [source],
      tags: ['x', 'y'],
      hostname: 'elsewhere',
      time,
      programVersion: 'guardit test',
      onItem: (item) => items.push(item),
    });
    expect(result).toMatchObject({ filesNew: 2, totalFilesProcessed: 2, totalBytesProcessed: 3_000_012, warnings: 0 });
    expect(result.dataAddedPacked).toBeGreaterThan(3_000_000);
    const snapshot = await loadSnapshot(repository, result.snapshotId!);
    expect(snapshot).toMatchObject({ tags: ['x', 'y'], hostname: 'elsewhere', paths: [source], tree: result.treeId });
    expect(snapshot).toMatchObject({ programVersion: 'guardit test', parent: undefined });
    expect(new Date(snapshot.time)).toEqual(time);
    expect(snapshot.summary).toMatchObject({ filesNew: 2, dataBlobs: result.dataBlobs, treeBlobs: result.treeBlobs });
    const own = items.filter(({ path }) => path.startsWith(source));
    expect(own.map(({ path, action, type }) => [path.slice(source.length), action, type]).sort()).toEqual([
      ['/', 'new', 'dir'],
      ['/a', 'new', 'file'],
      ['/sub/', 'new', 'dir'],
      ['/sub/b', 'new', 'file'],
    ]);
    expectTidy();
  });

  it('writes nothing in a dry run, and takes no lock', async () => {
    const result = await archive({ repository, targets: [source], dryRun: true });
    expect(result).toMatchObject({ filesNew: 2, snapshotId: undefined });
    expect(result.dataAddedPacked).toBeGreaterThan(3_000_000);
    expect(packsIn()).toEqual([]);
    expect(objectsIn(folder, 'index')).toEqual([]);
    expect(objectsIn(folder, 'snapshots')).toEqual([]);
    expectTidy();
  });

  it('saves no snapshot when nothing changed and that was asked for', async () => {
    await archive({ repository, targets: ['source'] });
    const unchanged = await archive({ repository, targets: ['source'], skipIfUnchanged: true });
    expect(unchanged).toMatchObject({ snapshotId: undefined, filesUnmodified: 2, treeBlobs: 0 });
    appendFileSync(join(source, 'a'), 'more');
    const changed = await archive({ repository, targets: ['source'], skipIfUnchanged: true });
    expect(changed).toMatchObject({ filesChanged: 1, filesUnmodified: 1 });
    expect(changed.snapshotId).toBeDefined();
    expect(objectsIn(folder, 'snapshots')).toHaveLength(2);
  });

  it('chooses its parent by host and paths, unless told otherwise', async () => {
    const first = await archive({ repository, targets: [source], hostname: 'one' });
    const other = await archive({ repository, targets: [source], hostname: 'two' });
    expect(other.parentId).toBeUndefined();
    expect((await archive({ repository, targets: [source], hostname: 'one' })).parentId).toBe(first.snapshotId);
    const given = await archive({
      repository,
      targets: [source],
      hostname: 'two',
      parent: first.snapshotId!.slice(0, 12),
    });
    expect(given.parentId).toBe(first.snapshotId);
    expect(
      (await archive({ repository, targets: [source], hostname: 'one', parent: 'none' })).parentId,
    ).toBeUndefined();
    expect((await archive({ repository, targets: [source], hostname: 'one', force: true })).filesNew).toBe(2);
    await expect(archive({ repository, targets: [source], parent: 'ffffffffffff' })).rejects.toMatchObject({
      code: 'snapshot_not_found',
    });
    expectTidy();
  });

  it('reads a file again whose blobs are missing, and says so', async () => {
    const damaged = await archive({ repository, targets: [source] });
    rmSync(join(folder, 'index', objectsIn(folder, 'index')[0]!));
    const warnings: Warning[] = [];
    const result = await archive({ repository, targets: [source], onWarning: (warning) => warnings.push(warning) });
    expect(result).toMatchObject({ filesNew: 2, warnings: warnings.length });
    expect(warnings.length).toBeGreaterThan(0);
    await removeSnapshot(repository, damaged.snapshotId!);
    expect(await snapshotContentsOf(result.snapshotId!)).toHaveLength(source.split('/').length - 1 + 3);
  });

  it('leaves out what cannot be read, and keeps the rest', async () => {
    const warnings: Warning[] = [];
    const targets = [source, join(scratch.path, 'missing'), '/proc/self/mem'];
    const result = await archive({ repository, targets, onWarning: (warning) => warnings.push(warning) });
    expect(warnings.map(({ item }) => item).sort()).toEqual(['/proc/self/mem', join(scratch.path, 'missing')]);
    expect(result).toMatchObject({ warnings: 2, filesNew: 2 });
    expect((await loadSnapshot(repository, result.snapshotId!)).paths).toEqual([source, '/proc/self/mem']);
  });

  it('refuses to make an empty snapshot', async () => {
    const everything = { patterns: ['*'] };
    await expect(
      archive({ repository, targets: [source + '/a'], excludes: { patterns: ['a'] } }),
    ).resolves.toBeDefined();
    await expect(archive({ repository, targets: [], excludes: everything })).rejects.toMatchObject({
      code: 'nothing_to_back_up',
    });
    process.chdir(source);
    await expect(archive({ repository, targets: ['.'], excludes: everything })).rejects.toMatchObject({
      code: 'nothing_to_back_up',
    });
    expectTidy();
  });

  it('takes a huge sparse file without reading it', async () => {
    writeFileSync(join(source, 'sparse'), '');
    truncateSync(join(source, 'sparse'), 20 * 2 ** 30 + 5);
    const result = await archive({ repository, targets: [source] });
    expect(result.totalBytesProcessed).toBe(20 * 2 ** 30 + 5 + 3_000_012);
    expect(result.dataBlobs).toBeLessThan(10);
  });

  it('counts ahead for its progress', async () => {
    const seen: Progress[] = [];
    await archive({ repository, targets: [source], scan: true, onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toMatchObject({
      phase: 'backup',
      filesDone: 2,
      bytesDone: 3_000_012,
      totalFiles: 2,
      totalBytes: 3_000_012,
    });
  });

  it('handles names that are not UTF-8 on every way between its threads', async () => {
    const odd = Buffer.from(`${source}/od\xffd`, 'latin1');
    const inside = (name: string) => Buffer.concat([odd, Buffer.from('/' + name, 'latin1')]);
    mkdirSync(odd);
    mkdirSync(inside('deeper\xfe'));
    writeFileSync(inside('keep.txt'), 'kept');
    writeFileSync(inside('skip.log'), 'skipped');
    writeFileSync(inside('deeper\xfe/skip.log'), 'skipped');
    writeFileSync(inside('deeper\xfe/keep'), 'kept');
    for (let i = 0; i < 1100; i++) writeFileSync(inside(`deeper\xfe/n${i}`), '');
    const excludes = { patterns: ['skip.log'] };
    const targets = ['source'];
    const first = await archive({ repository, targets, excludes });
    expect(first).toMatchObject({ filesNew: 2 + 2 + 1100, warnings: 0 });
    const lines = await snapshotContentsOf(first.snapshotId!);
    expect(lines.filter((line) => line.startsWith('/source/od\xffd/')).length).toBe(1 + 2 + 1100);
    const second = await archive({ repository, targets: ['source'], excludes });
    expect(second).toMatchObject({ filesNew: 0, filesUnmodified: 2 + 2 + 1100, dataAdded: 0, treeId: first.treeId });
  });

  it('works without files of its own', async () => {
    const memory = await Repository.init(new MemoryBackend(), { password: PASSWORD, scrypt: TEST_SCRYPT });
    const first = await archive({ repository: memory, targets: ['source'] });
    const second = await archive({ repository: memory, targets: ['source'] });
    expect(second).toMatchObject({
      filesUnmodified: 2,
      dirsUnmodified: first.dirsNew,
      treeId: first.treeId,
      dataAdded: 0,
    });
    await memory.close();
  });
});

describe('a stream', () => {
  it('becomes one file', async () => {
    const bytes = seededBytes('stream', 20_000_000);
    const pieces = Array.from({ length: 200 }, (_, i) => bytes.subarray(i * 100_000, (i + 1) * 100_000));
    const result = await archive({ repository, stdin: { stream: Readable.from(pieces), filename: 'dumps/db.sql' } });
    expect(result).toMatchObject({ filesNew: 1, totalBytesProcessed: bytes.length });
    const snapshot = await loadSnapshot(repository, result.snapshotId!);
    expect(snapshot.paths).toEqual(['/dumps/db.sql']);
    const blobs = new BlobReader(repository, await loadIndex(repository));
    const [dumps] = decodeTree(await blobs.read('tree', snapshot.tree), snapshot.tree);
    const [file] = decodeTree(await blobs.read('tree', dumps!.subtree!), '');
    expect(file).toMatchObject({ name: 'db.sql', type: 'file', mode: 0o644, size: bytes.length });
    const content = await Promise.all(file!.content!.map((id) => blobs.read('data', id)));
    expect(Buffer.concat(content).equals(bytes)).toBe(true);
  });

  it('may be empty', async () => {
    const result = await archive({ repository, stdin: { stream: Readable.from([]), filename: 'empty' } });
    expect(result).toMatchObject({ filesNew: 1, totalBytesProcessed: 0 });
  });

  it('that fails leaves no snapshot', async () => {
    const stream = Readable.from(
      (async function* () {
        yield Buffer.alloc(1000);
        await Promise.reject(new Error('the pipe broke'));
      })(),
    );
    await expect(archive({ repository, stdin: { stream, filename: 'x' } })).rejects.toMatchObject({
      code: 'source_failed',
    });
    expect(await listSnapshots(repository)).toEqual([]);
    expectTidy();
  });
});

describe('an interrupted backup', () => {
  it('leaves no lock and no temporary file, and what it stored is used by the next one', async () => {
    for (let i = 0; i < 12; i++) writeFileSync(join(source, `large-${i}`), seededBytes(`large-${i}`, 12_000_000));
    const abort = new AbortController();
    const timer = setInterval(() => {
      if (existsSync(folder) && packsIn().length >= 2) abort.abort();
    }, 1);
    const running = archive({ repository, targets: [source], signal: abort.signal });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    clearInterval(timer);
    expectTidy();
    expect(objectsIn(folder, 'snapshots')).toEqual([]);
    const stored = (await loadIndex(repository)).blobCount;
    expect(stored).toBeGreaterThan(0);
    expect((await loadIndex(repository)).packCount).toBe(packsIn().length);
    const second = await archive({ repository, targets: [source] });
    expect(second.dataAdded).toBeLessThan(12 * 12_000_000);
    expect(await snapshotContentsOf(second.snapshotId!)).toHaveLength(source.split('/').length - 1 + 3 + 12);
  });

  it('that never began leaves nothing', async () => {
    const signal = AbortSignal.abort();
    await expect(archive({ repository, targets: [source], signal })).rejects.toMatchObject({ code: 'cancelled' });
    expectTidy();
    expect(packsIn()).toEqual([]);
  });

  it('fails when the repository is locked exclusively, and publishes nothing', async () => {
    const lock = await repository.lock('exclusive');
    await expect(archive({ repository, targets: [source] })).rejects.toMatchObject({ code: 'locked' });
    await lock.release();
    expectTidy();
    expect(packsIn()).toEqual([]);
  });

  it('fails when its repository cannot be opened', async () => {
    const opening = Repository.open(new MemoryBackend(), { password: PASSWORD });
    await expect(archive({ repository: opening, targets: [source] })).rejects.toMatchObject({
      code: 'repository_not_found',
    });
  });
});

async function snapshotContentsOf(id: string): Promise<readonly string[]> {
  const contents = await snapshotContents(repository);
  return [...contents].find(([snapshot]) => snapshot === id)?.[1] ?? [];
}
