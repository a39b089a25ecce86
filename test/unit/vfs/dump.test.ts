import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Warning } from '../../../main/engine/base/progress.ts';
import { checkTime } from '../../../main/engine/base/rfc3339.ts';
import { GO_MODE } from '../../../main/engine/snapshot/go-mode.ts';
import { dump } from '../../../main/engine/vfs/dump.ts';
import { SnapshotFileSystem } from '../../../main/engine/vfs/snapshot-file-system.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const BIG = [seededBytes('big 1', 700_000), Buffer.alloc(300_000, 'text '), seededBytes('big 2', 5)];
const RAW = Buffer.from('c3286d', 'hex');
const LONG = 'l'.repeat(180);
const OLD = checkTime('1969-12-31T23:59:58.5Z');

const scratch = scratchFolder();
let builder: RepositoryBuilder;
let files: SnapshotFileSystem;

beforeAll(async () => {
  builder = await RepositoryBuilder.create();
  await builder.snapshot([
    builder.folder('folder', [
      builder.file('big', BIG, { uid: 4_000_000_000, user: 'u'.repeat(60), mode: 0o755 + GO_MODE.setuid }),
      builder.file('empty', []),
      builder.file('old', [Buffer.from('o')], {
        mtime: OLD,
        extendedAttributes: [{ name: 'user.a', value: Buffer.from([0xff]) }],
      }),
      builder.link('link', 'x/'.repeat(100)),
      builder.folder(LONG, [builder.folder(LONG, [builder.file(LONG, [Buffer.from('deep')])])]),
      builder.folder('nothing', []),
    ]),
    builder.folder('odd', [
      builder.file('back\\slash', [Buffer.from('1')]),
      builder.file('C:drive', [Buffer.from('2')]),
      builder.file(RAW.toString(), [Buffer.from('3')], { rawName: RAW }),
      builder.file('äöü', [Buffer.from('4')]),
    ]),
  ]);
  files = await SnapshotFileSystem.open(builder.repository, 'latest', { lock: 'none' });
});
afterAll(async () => {
  await files.close();
  scratch.remove();
});

async function untar(bytes: Buffer): Promise<{ header: Header; content: Buffer }[]> {
  const entries: { header: Header; content: Buffer }[] = [];
  const reader = extract();
  reader.end(bytes);
  for await (const entry of reader) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(piece as Buffer);
    entries.push({ header: entry.header, content: Buffer.concat(pieces) });
  }
  return entries;
}

describe('dump', () => {
  it('of a file is its bytes', async () => {
    const dumped = await dump(files, '/folder/big');
    expect([dumped.kind, dumped.size]).toEqual(['file', 1_000_005]);
    expect(await buffer(dumped.stream)).toEqual(Buffer.concat(BIG));
  });

  it('of anything but files and folders is refused', async () => {
    await expect(dump(files, '/folder/link')).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(dump(files, '/nothing')).rejects.toMatchObject({ code: 'path_not_found' });
  });

  it('fails in the middle of an archive when a chunk is damaged', async () => {
    const { repository } = await RepositoryBuilder.create();
    const other = await RepositoryBuilder.over(repository);
    await other.snapshot([other.folder('f', [other.file('a', [Buffer.from('a')])])]);
    const opened = await SnapshotFileSystem.open(repository, 'latest', { lock: 'none' });
    await opened.readDir('/f');
    for (const { id } of await repository.backend.list('pack')) await repository.backend.remove({ type: 'pack', id });
    for (const format of ['tar', 'zip'] as const) {
      await expect(buffer((await dump(opened, '/f', { format })).stream)).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  it.each(['tar', 'zip'] as const)('stops as %s when it is cancelled, or its reader goes away', async (format) => {
    const stop = new AbortController();
    const { stream } = await dump(files, '/', { format, signal: stop.signal });
    stop.abort();
    await expect(buffer(stream)).rejects.toMatchObject({ code: 'cancelled' });
    const second = await dump(files, '/', { format });
    for await (const piece of second.stream) {
      expect((piece as Buffer).length).toBeGreaterThan(0);
      break;
    }
    expect(second.stream.destroyed).toBe(true);
  });
});

describe('a tar', () => {
  it('is the same every time, holds everything, and folders before their content', async () => {
    const first = await buffer((await dump(files, '/')).stream);
    expect(await buffer((await dump(files, '/')).stream)).toEqual(first);
    const entries = await untar(first);
    expect(entries.map(({ header }) => header.name.replaceAll(LONG, 'LONG'))).toEqual([
      'folder/',
      'folder/big',
      'folder/empty',
      'folder/link',
      'folder/LONG/',
      'folder/LONG/LONG/',
      'folder/LONG/LONG/LONG',
      'folder/nothing/',
      'folder/old',
      'odd/',
      'odd/C:drive',
      'odd/back\\slash',
      'odd/%C3(m',
      'odd/äöü',
    ]);
    const byName = new Map(entries.map((entry) => [entry.header.name, entry]));
    expect(byName.get('folder/big')?.content).toEqual(Buffer.concat(BIG));
    expect(byName.get('folder/big')?.header).toMatchObject({
      mode: 0o4755,
      pax: { uid: '4000000000', uname: 'u'.repeat(60) },
    });
    expect(byName.get('folder/link')?.header).toMatchObject({ type: 'symlink', linkname: 'x/'.repeat(100) });
    expect(byName.get('folder/old')?.header.pax).toMatchObject({ mtime: '-1.5', 'LIBARCHIVE.xattr.user.a': '/w==' });
  });

  it('is one that tar reads', async () => {
    const path = join(scratch.path, 'dump.tar');
    writeFileSync(path, await buffer((await dump(files, '/folder')).stream));
    const listing = execFileSync('tar', ['--numeric-owner', '--full-time', '-tvf', path], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC' },
    });
    expect(listing).toMatch(/^-rwsr-xr-x 4000000000\/0 +1000005 2026-01-02 03:04:05\.000000006 folder\/big$/m);
    expect(listing.trim().split('\n')).toHaveLength(8);
  });

  it('tells of names that it changes', async () => {
    const warnings: Warning[] = [];
    await buffer((await dump(files, '/odd', { onWarning: (warning) => warnings.push(warning) })).stream);
    expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining('%C3(m')]);
  });
});

describe('a zip', () => {
  it('holds files, folders and links', async () => {
    const path = join(scratch.path, 'dump.zip');
    const warnings: Warning[] = [];
    const { stream } = await dump(files, '/', { format: 'zip', onWarning: (warning) => warnings.push(warning) });
    writeFileSync(path, await buffer(stream));
    execFileSync('unzip', ['-q', '-t', path]);
    const names = execFileSync('unzip', ['-Z1', path], { encoding: 'utf8' }).trim().split('\n');
    expect(names.map((name) => name.replaceAll(LONG, 'LONG'))).toEqual([
      'folder/',
      'folder/big',
      'folder/empty',
      'folder/link',
      'folder/LONG/',
      'folder/LONG/LONG/',
      'folder/LONG/LONG/LONG',
      'folder/nothing/',
      'folder/old',
      'odd/',
      'odd/C%3Adrive',
      'odd/back%5Cslash',
      'odd/%C3(m',
      'odd/äöü',
    ]);
    expect(execFileSync('unzip', ['-p', path, 'folder/big'], { maxBuffer: 1 << 24 })).toEqual(Buffer.concat(BIG));
    expect(execFileSync('unzip', ['-p', path, 'folder/link'], { encoding: 'utf8' })).toBe('x/'.repeat(100));
    expect(execFileSync('zipinfo', [path, 'folder/big', 'folder/link'], { encoding: 'utf8' })).toMatch(
      /^-rwsr-xr-x[^]*^lrwxrwxrwx/m,
    );
    expect(warnings).toHaveLength(3);
  });
});

describe('some entries of a folder', () => {
  const namesIn = async (folder: string, only: readonly (string | Buffer)[]) =>
    (await untar(await buffer((await dump(files, folder, { only })).stream))).map(({ header }) => header.name);

  it('have names from that folder down, each once, in the order of their bytes', async () => {
    const chosen = ['/odd/äöü', '/folder/link', '/folder/nothing', '/folder', '/folder/big'];
    expect(await namesIn('/', chosen)).toEqual([
      'folder/',
      'folder/big',
      'folder/empty',
      'folder/link',
      `folder/${LONG}/`,
      `folder/${LONG}/${LONG}/`,
      `folder/${LONG}/${LONG}/${LONG}`,
      'folder/nothing/',
      'folder/old',
      'odd/äöü',
    ]);
    expect(await namesIn('/folder', ['/folder/old', '/folder//big/', '/folder/nothing'])).toEqual([
      'big',
      'nothing/',
      'old',
    ]);
    expect(await namesIn('/odd', [Buffer.concat([Buffer.from('/odd/'), RAW])])).toEqual(['%C3(m']);
  });

  it('are bytes in a zip, too', async () => {
    const path = join(scratch.path, 'some.zip');
    const only = ['/folder/big', '/folder/empty'];
    writeFileSync(path, await buffer((await dump(files, '/folder', { format: 'zip', only })).stream));
    expect(execFileSync('unzip', ['-Z1', path], { encoding: 'utf8' })).toBe('big\nempty\n');
    expect(execFileSync('unzip', ['-p', path, 'big'], { maxBuffer: 1 << 24 })).toEqual(Buffer.concat(BIG));
  });

  it('lie in it, and are there', async () => {
    const refusal = (folder: string, only: readonly string[]) =>
      dump(files, folder, { only }).catch((error: unknown) => error);
    for (const elsewhere of ['/odd/äöü', '/folder', '/', '/folder2/big', '/folder/../odd/äöü']) {
      const code = elsewhere.includes('..') ? 'path_not_found' : 'invalid_argument';
      expect(await refusal('/folder', ['/folder/big', elsewhere]), elsewhere).toMatchObject({ code });
    }
    expect(await refusal('/folder', ['/folder/none'])).toMatchObject({ code: 'path_not_found' });
    expect(await refusal('/folder/big', ['/folder/big'])).toMatchObject({ code: 'invalid_argument' });
  });
});

describe('names that lead out of the folder', () => {
  it('are left out of every archive', async () => {
    const hostile = await RepositoryBuilder.create();
    const names = ['..', '.', '../../etc/passwd', '/etc/passwd', 'nul\0byte'];
    const inside = names.map((name) => hostile.file(name, [Buffer.from('x')]));
    await hostile.snapshot([hostile.folder('..', inside), hostile.folder('fine', inside), hostile.file('good', [])]);
    const opened = await SnapshotFileSystem.open(hostile.repository, 'latest', { lock: 'none' });
    const warnings: Warning[] = [];
    const options = { onWarning: (warning: Warning) => warnings.push(warning) };
    const entries = await untar(await buffer((await dump(opened, '/', options)).stream));
    expect(entries.map(({ header }) => header.name)).toEqual(['fine/', 'good']);
    expect(warnings).toHaveLength(6);
    const path = join(scratch.path, 'hostile.zip');
    writeFileSync(path, await buffer((await dump(opened, '/', { format: 'zip' })).stream));
    expect(execFileSync('unzip', ['-Z1', path], { encoding: 'utf8' }).trim()).toBe('fine/\ngood');
  });
});

describe('a file beyond 4 GiB', () => {
  it('keeps its size in a tar', async () => {
    // One chunk many times: 5 GB of file in 8 MB of memory, read as a stream that only counts.
    const chunk = Buffer.alloc(8 * 1024 * 1024);
    const large = await RepositoryBuilder.create();
    const count = 600;
    const node = large.file('large', [chunk]);
    const content = Array.from({ length: count }, () => node.content![0]!);
    const size = count * chunk.length;
    await large.snapshot([{ ...node, content, size }]);
    const opened = await SnapshotFileSystem.open(large.repository, 'latest', { lock: 'none' });
    const file = await opened.openFile('/large');
    expect(file.size).toBe(size);
    expect(await file.readAt(size - 3, 10)).toHaveLength(3);
    const reader = extract();
    let seen = 0;
    reader.on('entry', (header, stream, next) => {
      expect(header.size).toBe(size);
      stream.on('data', (piece: unknown) => (seen += (piece as Buffer).length));
      stream.on('end', () => next());
    });
    await pipeline((await dump(opened, '/')).stream, reader);
    expect(seen).toBe(size);
  });
});
