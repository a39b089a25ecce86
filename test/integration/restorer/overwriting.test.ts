import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { checkTime } from '../../../main/engine/base/rfc3339.ts';
import type { RestoreItem, RestoreOptions } from '../../../main/engine/restorer/restore-options.ts';
import { restore } from '../../../main/engine/restorer/restore.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const CHUNKS = [0, 1, 2, 3].map((i) => seededBytes(`chunk-${i}`, 600_000 + i));
const LARGE = Buffer.concat(CHUNKS);
const ZEROS = Buffer.alloc(512 * 1024);
/** The time of everything that RepositoryBuilder makes. */
const SNAPSHOT_SECONDS = Date.parse('2026-01-02T03:04:05.000Z') / 1000;

let builder: RepositoryBuilder;
let snapshot: SnapshotId;
let target: string;
let runs = 0;

beforeAll(async () => {
  builder = await RepositoryBuilder.create();
  const zeros = [ZEROS, ZEROS, CHUNKS[0] ?? ZEROS];
  const newer = checkTime('2030-01-01T00:00:00Z');
  snapshot = await builder.snapshot([
    builder.file('empty', []),
    builder.file('large', CHUNKS),
    builder.file('newer', [Buffer.from('newer')], { mtime: newer, mode: 0o400 }),
    builder.file('small', [Buffer.from('small')]),
    builder.file('zeros', zeros),
    builder.folder('folder', [builder.file('inside', [Buffer.from('inside')])]),
    builder.link('link', 'small'),
  ]);
});

beforeEach(() => {
  target = join(scratch.path, `target-${runs++}`);
  mkdirSync(target);
});

const at = (name: string) => join(target, name);
const content = (name: string) => readFileSync(at(name), 'utf8');

async function run(options: Partial<RestoreOptions> = {}) {
  const items = new Map<string, RestoreItem['action']>();
  const onItem = ({ path, action }: RestoreItem) => void items.set(path, action);
  const result = await restore({
    repository: builder.repository,
    snapshot,
    target,
    lock: 'none',
    workers: 2,
    onItem,
    ...options,
  });
  return { result, items };
}

describe('always', () => {
  it('fetches only the chunks that differ, in place, and cuts what is too long', async () => {
    const damaged = Buffer.from(LARGE);
    damaged.fill(7, 700_000, 700_100);
    writeFileSync(at('large'), Buffer.concat([damaged, Buffer.from('trailing')]));
    const before = lstatSync(at('large'));
    writeFileSync(at('small'), 'other content');
    const { result, items } = await run({ verify: true });
    expect(result.warnings).toEqual([]);
    expect(items.get('/large')).toBe('updated');
    expect(items.get('/small')).toBe('updated');
    expect(readFileSync(at('large')).equals(LARGE)).toBe(true);
    expect(lstatSync(at('large'))).toMatchObject({ ino: before.ino, size: LARGE.length });
    expect(content('small')).toBe('small');
    expect(lstatSync(at('small')).mtimeMs).toBeCloseTo(SNAPSHOT_SECONDS * 1000, 0);
  });

  it('looks at contents even where size and time are right', async () => {
    writeFileSync(at('small'), 'SMALL');
    utimesSync(at('small'), SNAPSHOT_SECONDS, SNAPSHOT_SECONDS);
    expect((await run()).items.get('/small')).toBe('updated');
    expect(content('small')).toBe('small');
  });

  it('writes zeros over what is there', async () => {
    writeFileSync(at('zeros'), Buffer.alloc(3_000_000, 1));
    expect((await run({ verify: true, sparse: true })).result.warnings).toEqual([]);
    expect(readFileSync(at('zeros')).equals(Buffer.concat([ZEROS, ZEROS, CHUNKS[0] ?? ZEROS]))).toBe(true);
  });

  it('keeps right content, and gives it its metadata', async () => {
    writeFileSync(at('large'), LARGE);
    writeFileSync(at('empty'), '');
    chmodSync(at('large'), 0o777);
    const { result, items } = await run();
    expect([items.get('/large'), items.get('/empty')]).toEqual(['unchanged', 'unchanged']);
    expect(result).toMatchObject({ filesSkipped: 2, bytesSkipped: LARGE.length, warnings: [] });
    expect(lstatSync(at('large'))).toMatchObject({ mode: 0o100644 });
    expect(lstatSync(at('large')).mtimeMs).toBeCloseTo(SNAPSHOT_SECONDS * 1000, 0);
  });

  it('replaces what is of another type, links themselves and never what they lead to', async () => {
    const outside = join(scratch.path, `outside-${runs}`);
    mkdirSync(outside);
    writeFileSync(join(outside, 'file'), 'outside');
    symlinkSync(join(outside, 'file'), at('small'));
    symlinkSync(outside, at('folder'));
    mkdirSync(at('large'));
    writeFileSync(at('link'), 'a file');
    expect((await run()).result.warnings).toEqual([]);
    expect(readdirSync(outside)).toEqual(['file']);
    expect(readFileSync(join(outside, 'file'), 'utf8')).toBe('outside');
    expect(lstatSync(at('folder')).isDirectory()).toBe(true);
    expect(content('small')).toBe('small');
    expect(readlinkSync(at('link'))).toBe('small');
    expect(readFileSync(at('large')).equals(LARGE)).toBe(true);
  });

  it('does not remove a folder that has something in it', async () => {
    mkdirSync(at('small/precious'), { recursive: true });
    const { result } = await run();
    expect(result.warnings).toMatchObject([{ item: '/small' }]);
    expect(readdirSync(at('small'))).toEqual(['precious']);
    expect(content('folder/inside')).toBe('inside');
  });

  it('does not write through another name of the file', async () => {
    writeFileSync(at('elsewhere'), 'mine');
    linkSync(at('elsewhere'), at('small'));
    expect((await run()).items.get('/small')).toBe('restored');
    expect([content('elsewhere'), content('small')]).toEqual(['mine', 'small']);
  });
});

it('if-changed trusts size and time', async () => {
  writeFileSync(at('small'), 'SMALL');
  utimesSync(at('small'), SNAPSHOT_SECONDS, SNAPSHOT_SECONDS);
  // The snapshot's times have nanoseconds, which utimes cannot give: this file is looked into.
  expect((await run({ overwrite: 'if-changed' })).items.get('/small')).toBe('updated');
  chmodSync(at('small'), 0o600);
  const { mtime, atime } = lstatSync(at('newer'));
  chmodSync(at('newer'), 0o600);
  writeFileSync(at('newer'), 'NEWER');
  utimesSync(at('newer'), atime, mtime);
  const again = await run({ overwrite: 'if-changed' });
  expect([again.items.get('/small'), again.items.get('/newer')]).toEqual(['unchanged', 'unchanged']);
  expect(content('newer')).toBe('NEWER');
  expect([lstatSync(at('small')).mode, lstatSync(at('newer')).mode]).toEqual([0o100644, 0o100400]);
});

it('if-newer touches only what is older than the snapshot', async () => {
  for (const name of ['small', 'newer']) writeFileSync(at(name), 'local');
  const local = Date.parse('2027-01-01T00:00:00Z') / 1000;
  for (const name of ['small', 'newer']) utimesSync(at(name), local, local);
  const { result, items } = await run({ overwrite: 'if-newer' });
  expect(result.warnings).toEqual([]);
  expect([items.get('/small'), items.get('/newer')]).toEqual(['unchanged', 'updated']);
  expect([content('small'), content('newer')]).toEqual(['local', 'newer']);
  expect(lstatSync(at('small')).mtimeMs).toBe(local * 1000);
});

it('never leaves everything that exists, of whatever type', async () => {
  writeFileSync(at('small'), 'local');
  symlinkSync('nowhere', at('large'));
  symlinkSync('elsewhere', at('link'));
  writeFileSync(at('folder'), 'a file in the place of a folder');
  const { result, items } = await run({ overwrite: 'never' });
  expect(result.warnings).toMatchObject([{ item: '/folder' }]);
  expect(content('small')).toBe('local');
  expect([readlinkSync(at('large')), readlinkSync(at('link'))]).toEqual(['nowhere', 'elsewhere']);
  expect(content('folder')).toBe('a file in the place of a folder');
  expect(content('newer')).toBe('newer');
  expect([items.get('/small'), items.get('/newer')]).toEqual(['unchanged', 'restored']);
});

describe('delete', () => {
  beforeEach(() => {
    mkdirSync(at('folder/extra/deep'), { recursive: true });
    writeFileSync(at('folder/extra/deep/file'), '');
    writeFileSync(at('extra.tmp'), '');
    writeFileSync(at('small'), 'local');
  });

  it('removes what the snapshot does not have', async () => {
    const { result } = await run({ delete: true });
    expect(result).toMatchObject({ filesDeleted: 4, warnings: [] });
    expect(readdirSync(target).sort()).toEqual(['empty', 'folder', 'large', 'link', 'newer', 'small', 'zeros']);
    expect(readdirSync(at('folder'))).toEqual(['inside']);
  });

  it('removes only what the patterns select, and nothing in a dry run', async () => {
    expect((await run({ delete: true, dryRun: true })).result.filesDeleted).toBe(4);
    expect(readdirSync(target).sort()).toEqual(['extra.tmp', 'folder', 'small']);
    await run({ delete: true, exclude: ['*.tmp'] });
    expect(readdirSync(target)).toContain('extra.tmp');
    expect(readdirSync(at('folder'))).toEqual(['inside']);
  });

  it('takes a full folder away where a file belongs', async () => {
    mkdirSync(at('large/full'), { recursive: true });
    expect((await run({ delete: true })).result.warnings).toEqual([]);
    expect(lstatSync(at('large')).isFile()).toBe(true);
  });

  it('needs patterns to work in the root of all files', async () => {
    await expect(run({ delete: true, target: '/' })).rejects.toMatchObject({ code: 'invalid_argument' });
  });
});

it('a target that is a link is followed, one that is a file is refused', async () => {
  symlinkSync(target, at('../alias'));
  const { result } = await run({ target: at('../alias') });
  expect(result.target).toBe(target);
  expect(content('small')).toBe('small');
  await expect(run({ target: at('small') })).rejects.toMatchObject({ code: 'target_failed' });
});
