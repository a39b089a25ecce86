import { appendFileSync, chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archive } from '../../../main/engine/archiver/archive.ts';
import type { ArchiveOptions, ArchiveResult } from '../../../main/engine/archiver/archive-options.ts';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import { TEST_SCRYPT } from '../../../main/engine/crypto/key-file.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { makeFixtureTree } from '../../support/fixture-tree.ts';
import { initFolder, openFolder, PASSWORD } from '../../support/repositories.ts';
import { describeWithRestic, restic, scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

async function backUp(repository: string, options: Omit<ArchiveOptions, 'repository'>): Promise<ArchiveResult> {
  const opening = openFolder(repository);
  try {
    return await archive({ ...options, repository: opening });
  } finally {
    await (await opening).close();
  }
}

interface ResticSummary {
  readonly data_blobs: number;
  readonly tree_blobs: number;
  readonly files_new: number;
  readonly files_changed: number;
  readonly files_unmodified: number;
  readonly dirs_new: number;
  readonly dirs_changed: number;
  readonly dirs_unmodified: number;
  readonly data_added: number;
  readonly total_files_processed: number;
  readonly total_bytes_processed: number;
}

/** What both programs count, in restic's words. */
function countsOf(result: ArchiveResult): ResticSummary {
  return {
    data_blobs: result.dataBlobs,
    tree_blobs: result.treeBlobs,
    files_new: result.filesNew,
    files_changed: result.filesChanged,
    files_unmodified: result.filesUnmodified,
    dirs_new: result.dirsNew,
    dirs_changed: result.dirsChanged,
    dirs_unmodified: result.dirsUnmodified,
    data_added: result.dataAdded,
    total_files_processed: result.totalFilesProcessed,
    total_bytes_processed: result.totalBytesProcessed,
  };
}

async function resticBackUp(repository: string, args: readonly string[], cwd?: string): Promise<ResticSummary> {
  const { stdout } = await restic(repository, ['backup', '--json', ...args], cwd === undefined ? {} : { cwd });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as ResticSummary;
}

async function treeOfLatest(repository: string): Promise<string> {
  const { stdout } = await restic(repository, ['snapshots', '--json', '--latest', '1']);
  const snapshots = JSON.parse(stdout) as { tree: string; time: string }[];
  return snapshots.sort((a, b) => (a.time < b.time ? 1 : -1))[0]?.tree ?? '';
}

const NOTHING_NEW = { dataBlobs: 0, treeBlobs: 0, dataAdded: 0, filesNew: 0, filesChanged: 0 };

/** Relative targets: the folders above them would be in the snapshots too, and change while other tests run. */
const startFolder = process.cwd();
afterAll(() => process.chdir(startFolder));

describeWithRestic.each([1, 2] as const)('trees of a repository of format %i', (version) => {
  const scratch = scratchFolder();
  const ours = join(scratch.path, 'ours');
  const theirs = join(scratch.path, 'theirs');

  beforeAll(async () => {
    makeFixtureTree(join(scratch.path, 'source'), { small: version === 1 });
    await initFolder(ours, version);
    await initFolder(theirs, version);
    process.chdir(scratch.path);
  });
  afterAll(() => scratch.remove());

  it('are what restic writes, and hold all data', async () => {
    const result = await backUp(ours, { targets: ['source'] });
    expect(result).toMatchObject({ filesChanged: 0, filesUnmodified: 0, warnings: 0 });
    const { stdout } = await restic(ours, ['check', '--read-data']);
    expect(stdout).toContain('no errors were found');
    expect(await resticBackUp(ours, ['--force', 'source'])).toMatchObject({ data_blobs: 0, tree_blobs: 0 });
    expect(await treeOfLatest(ours)).toBe(result.treeId);
  });

  it('are recognised by us when restic wrote them', async () => {
    await resticBackUp(theirs, ['source']);
    const result = await backUp(theirs, { targets: ['source'] });
    expect(result).toMatchObject({ ...NOTHING_NEW, dirsNew: 0, dirsChanged: 0, warnings: 0 });
    expect(result.treeId).toBe(await treeOfLatest(theirs));
    expect(result.parentId).toBeDefined();
  });

  it('are the same when everything is read again', async () => {
    const result = await backUp(theirs, { targets: ['source'], force: true });
    expect(result).toMatchObject({ dataBlobs: 0, treeBlobs: 0, parentId: undefined });
    expect(result.treeId).toBe(await treeOfLatest(theirs));
  });
});

describeWithRestic('targets', () => {
  const scratch = scratchFolder();
  const source = join(scratch.path, 'source');
  const repository = join(scratch.path, 'repository');

  beforeAll(async () => {
    mkdirSync(join(source, 'a', 'deep'), { recursive: true });
    mkdirSync(join(source, 'b'));
    writeFileSync(join(source, 'a', 'one.txt'), 'one');
    writeFileSync(join(source, 'a', 'deep', 'two.log'), 'two');
    writeFileSync(join(source, 'b', 'three.txt'), 'three');
    symlinkSync('a', join(source, 'link'));
    await initFolder(repository);
    process.chdir(source);
  });
  afterAll(() => scratch.remove());

  it.each([
    [['a']],
    [['.']],
    [['a/deep', 'b']],
    [['../source/b', 'a/one.txt']],
    [['a', 'a/deep']],
    [['link/deep', 'link']],
    [['b/three.txt', 'b/three.txt', 'a/one.txt']],
  ])('%j give the tree that restic gives', async (targets) => {
    const result = await backUp(repository, { targets, parent: 'none' });
    await resticBackUp(repository, ['--force', ...targets], source);
    expect(await treeOfLatest(repository)).toBe(result.treeId);
  });

  it.each([
    { patterns: ['*.txt'] },
    { patterns: ['**/deep/*', '!**/two.log'] },
    { insensitivePatterns: ['A/ONE*'] },
    { largerThanBytes: 3 },
  ])('without what %j excludes', async (excludes) => {
    const result = await backUp(repository, { targets: ['.'], excludes, parent: 'none' });
    const args = [
      ...(excludes.patterns ?? []).flatMap((pattern) => ['--exclude', pattern]),
      ...(excludes.insensitivePatterns ?? []).flatMap((pattern) => ['--iexclude', pattern]),
      ...(excludes.largerThanBytes === undefined ? [] : ['--exclude-larger-than', String(excludes.largerThanBytes)]),
    ];
    await resticBackUp(repository, ['--force', ...args, '.'], source);
    expect(await treeOfLatest(repository)).toBe(result.treeId);
  });
});

describeWithRestic('changes since the parent', () => {
  const scratch = scratchFolder();
  const source = join(scratch.path, 'source');
  const ours = join(scratch.path, 'ours');
  const theirs = join(scratch.path, 'theirs');

  beforeAll(async () => {
    for (let folder = 0; folder < 12; folder++) {
      mkdirSync(join(source, `d${folder}`, 'sub'), { recursive: true });
      for (let file = 0; file < 20; file++) {
        writeFileSync(join(source, `d${folder}`, `f${file}`), seededBytes(`${folder}/${file}`, file * 500));
        writeFileSync(join(source, `d${folder}`, 'sub', `f${file}`), seededBytes(`s${folder}/${file}`, file * 50));
      }
    }
    writeFileSync(join(source, 'big'), seededBytes('big', 20_000_000));
    const { config } = await initFolder(ours);
    // The same chunks, so that both must count the same.
    const { chunkerPolynomial } = config;
    await Repository.init(new LocalBackend(theirs), { password: PASSWORD, scrypt: TEST_SCRYPT, chunkerPolynomial });
    process.chdir(scratch.path);
  });
  afterAll(() => scratch.remove());

  it('are found, counted and stored as restic does', async () => {
    const first = await backUp(ours, { targets: ['source'] });
    expect(await resticBackUp(theirs, ['source'])).toMatchObject({ ...countsOf(first) });
    appendFileSync(join(source, 'd1', 'f3'), 'more');
    appendFileSync(join(source, 'big'), 'more');
    rmSync(join(source, 'd2', 'sub', 'f7'));
    writeFileSync(join(source, 'd3', 'new'), 'new');
    rmSync(join(source, 'd4'), { recursive: true });
    mkdirSync(join(source, 'd5', 'f1-folder'));
    rmSync(join(source, 'd6', 'f2'));
    mkdirSync(join(source, 'd6', 'f2'));
    rmSync(join(source, 'd7', 'sub'), { recursive: true });
    writeFileSync(join(source, 'd7', 'sub'), 'a file now');
    chmodSync(join(source, 'd8', 'f8'), 0o600);
    chmodSync(join(source, 'd9'), 0o700);
    const second = await backUp(ours, { targets: ['source'] });
    expect(second).toMatchObject({ filesNew: 1, filesChanged: 4 });
    expect(await resticBackUp(theirs, ['source'])).toMatchObject({ ...countsOf(second) });
    expect(await treeOfLatest(theirs)).toBe(second.treeId);
    expect(await resticBackUp(ours, ['source'])).toMatchObject({ data_blobs: 0, tree_blobs: 0, files_changed: 0 });
    await restic(ours, ['check', '--read-data']);
  });
});

describeWithRestic('a folder with many entries', () => {
  const scratch = scratchFolder();
  const source = join(scratch.path, 'source');
  const repository = join(scratch.path, 'repository');
  afterAll(() => scratch.remove());

  it('is worked on in parts, with folders in between', async () => {
    mkdirSync(source);
    // Long names: the tree must be larger than what is stored in one go.
    const nameOf = (i: number) => `entry-\u00e9-${i}-${'n'.repeat(220)}`;
    for (let i = 0; i < 8000; i++) {
      const path = join(source, nameOf(i));
      if (i % 97 === 0) mkdirSync(path);
      else writeFileSync(path, `content ${i % 1000}`);
    }
    await initFolder(repository);
    process.chdir(scratch.path);
    const first = await backUp(repository, { targets: ['source'], workers: 3 });
    await resticBackUp(repository, ['--force', 'source']);
    expect(await treeOfLatest(repository)).toBe(first.treeId);
    const second = await backUp(repository, { targets: ['source'] });
    expect(second).toMatchObject({ ...NOTHING_NEW, treeId: first.treeId });
    rmSync(join(source, nameOf(1500)));
    const third = await backUp(repository, { targets: ['source'] });
    expect(third).toMatchObject({ dataBlobs: 0, treeBlobs: 2, filesNew: 0, filesChanged: 0 });
    await resticBackUp(repository, ['source']);
    expect(await treeOfLatest(repository)).toBe(third.treeId);
    await restic(repository, ['check', '--read-data']);
  });

  it('is recognised in parts', async () => {
    const flat = join(scratch.path, 'flat');
    mkdirSync(flat);
    for (let i = 0; i < 2500; i++) writeFileSync(join(flat, `entry-${i}`), `content ${i % 100}`);
    const first = await backUp(repository, { targets: ['flat'] });
    expect(await backUp(repository, { targets: ['flat'] })).toMatchObject({ ...NOTHING_NEW, treeId: first.treeId });
    appendFileSync(join(flat, 'entry-1234'), 'more');
    writeFileSync(join(flat, 'entry-zzz'), 'last');
    const second = await backUp(repository, { targets: ['flat'] });
    expect(second).toMatchObject({ filesNew: 1, filesChanged: 1, filesUnmodified: 2499, treeBlobs: 2 });
    await resticBackUp(repository, ['--force', 'flat']);
    expect(await treeOfLatest(repository)).toBe(second.treeId);
  });
});

describe('several targets that restic would also refuse', () => {
  it('need at least one that exists', async () => {
    const scratch = scratchFolder();
    try {
      await initFolder(join(scratch.path, 'repository'));
      const missing = join(scratch.path, 'missing');
      await expect(backUp(join(scratch.path, 'repository'), { targets: [missing] })).rejects.toMatchObject({
        code: 'path_not_found',
      });
    } finally {
      scratch.remove();
    }
  });
});
