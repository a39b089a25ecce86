import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import { MAX_WHOLE_READ_BYTES } from '../../../main/engine/backend/read-object.ts';
import { stagedFileName } from '../../../main/engine/backend/staging.ts';
import { contentNamed, LISTED_TYPES } from '../../conformance/backend-conformance.ts';

const onUnix = process.platform !== 'win32';
const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;
const CONTENT = Buffer.from('content');
const PACK = contentNamed('pack', CONTENT);

let folder: string;
let root: string;
let backend: LocalBackend;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guardit-local-'));
  root = join(folder, 'repository');
  backend = new LocalBackend(root);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const modeOf = async (path: string) => (await stat(path)).mode & 0o777;

/** Rights mean nothing to root, so the effective user is changed for a while. */
async function asOrdinaryUser(work: () => Promise<void>): Promise<void> {
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    await work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

async function everyName(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
}

describe('the folders of a repository', () => {
  it('are five, with 256 shards, all private', async () => {
    await backend.create();
    expect((await readdir(root)).sort()).toEqual(['data', 'index', 'keys', 'locks', 'snapshots']);
    const shards = await readdir(join(root, 'data'));
    expect(shards).toHaveLength(256);
    expect(shards).toEqual(expect.arrayContaining(['00', '0f', 'a0', 'ff']));
    if (!onUnix) return;
    for (const path of [root, join(root, 'keys'), join(root, 'data'), join(root, 'data', '7f')]) {
      expect(await modeOf(path)).toBe(0o700);
    }
  });

  it('are made with the parents they lack, by several at once too', async () => {
    const deep = join(folder, 'a', 'b', 'repository');
    await Promise.all([1, 2, 3].map(() => new LocalBackend(deep).create()));
    expect(await readdir(join(deep, 'data'))).toHaveLength(256);
  });

  it('list as empty when they are missing, and are made when something is written', async () => {
    await mkdir(root);
    for (const type of LISTED_TYPES) {
      expect(await backend.list(type)).toEqual([]);
      const ref = contentNamed(type, CONTENT);
      await backend.write(ref, CONTENT);
      expect(await backend.read(ref)).toEqual(CONTENT);
    }
  });

  it('are made for a staged file too', async () => {
    await mkdir(root);
    const path = join(await backend.stagingFolder(), stagedFileName());
    await writeFile(path, CONTENT);
    await backend.writeStaged(PACK, path, CONTENT.length);
    expect(await backend.read(PACK)).toEqual(CONTENT);
    expect(await readdir(join(root, 'data'))).toEqual([PACK.id.slice(0, 2)]);
  });

  it('are not made anew when the whole repository is gone', async () => {
    const gone = { code: 'repository_not_found', message: expect.stringContaining(root) as unknown };
    await expect(backend.write(PACK, CONTENT)).rejects.toMatchObject(gone);
    await expect(backend.stagingFolder()).rejects.toMatchObject(gone);
    await expect(backend.list('pack')).rejects.toMatchObject(gone);
    await expect(backend.list('snapshot')).rejects.toMatchObject(gone);
    await expect(stat(root)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('cannot be made where a file is', async () => {
    await writeFile(root, 'a file');
    await expect(backend.create()).rejects.toMatchObject({ code: 'invalid_argument' });
    await expect(new LocalBackend(join(root, 'below')).create()).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it.skipIf(!onUnix)('cannot be made where the user may not write', async () => {
    await chmod(folder, 0o555);
    await asOrdinaryUser(() => expect(backend.create()).rejects.toMatchObject({ code: 'permission_denied' }));
    await chmod(folder, 0o700);
  });
});

describe.runIf(onUnix)('permission bits', () => {
  it('make objects read-only for their owner', async () => {
    await backend.create();
    await backend.write({ type: 'config' }, CONTENT);
    await backend.write(PACK, CONTENT);
    const staged = join(await backend.stagingFolder(), stagedFileName());
    await writeFile(staged, 'staged');
    const stagedRef = contentNamed('pack', Buffer.from('staged'));
    await backend.writeStaged(stagedRef, staged, 6);
    for (const ref of [{ type: 'config' } as const, PACK, stagedRef]) {
      expect(await modeOf(backend.localPath(ref))).toBe(0o400);
    }
    await backend.remove(PACK);
    await expect(backend.stat(PACK)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('follow a config that is shared with the group', async () => {
    await mkdir(root);
    await backend.write({ type: 'config' }, CONTENT);
    await chmod(backend.localPath({ type: 'config' }), 0o440);
    const shared = new LocalBackend(root);
    await shared.write(PACK, CONTENT);
    expect(await modeOf(shared.localPath(PACK))).toBe(0o440);
    expect(await modeOf(join(root, 'data'))).toBe(0o770 & ~process.umask());
  });
});

describe('reading', () => {
  beforeEach(() => backend.create());

  it('follows links to the repository and to objects', async () => {
    if (!onUnix) return;
    await backend.write(PACK, CONTENT);
    await symlink(root, join(folder, 'link'));
    const linked = new LocalBackend(join(folder, 'link'));
    expect(await linked.read(PACK)).toEqual(CONTENT);
    expect(await linked.list('pack')).toHaveLength(1);
    const ref = contentNamed('index', CONTENT);
    await symlink(backend.localPath(PACK), backend.localPath(ref));
    expect(await backend.read(ref)).toEqual(CONTENT);
  });

  it('calls an object cut short corrupt, naming it', async () => {
    await backend.write(PACK, CONTENT);
    await chmod(backend.localPath(PACK), 0o600);
    await truncate(backend.localPath(PACK), 3);
    await expect(backend.read(PACK, { offset: 2, length: 3 })).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringMatching(`pack ${PACK.id.slice(0, 8)} .* truncated`) as unknown,
    });
    expect((await backend.read(PACK)).toString()).toBe('con');
  });

  it('does not allocate what only a forged size promises', async () => {
    await writeFile(backend.localPath(PACK), '');
    await truncate(backend.localPath(PACK), MAX_WHOLE_READ_BYTES + 1);
    await expect(backend.read(PACK)).rejects.toMatchObject({ code: 'corrupt' });
    expect(await backend.read(PACK, { offset: MAX_WHOLE_READ_BYTES - 1, length: 2 })).toEqual(Buffer.alloc(2));
  });

  it('calls folders and pipes under an object name corrupt and lists neither', async () => {
    const piped = contentNamed('lock', Buffer.from('pipe'));
    const nested = contentNamed('lock', Buffer.from('folder'));
    if (onUnix) execFileSync('mkfifo', [backend.localPath(piped)]);
    await mkdir(backend.localPath(nested));
    for (const ref of onUnix ? [piped, nested] : [nested]) {
      await expect(backend.read(ref)).rejects.toMatchObject({ code: 'corrupt' });
      await expect(backend.stat(ref)).rejects.toMatchObject({ code: 'corrupt' });
    }
    expect(await backend.list('lock')).toEqual([]);
  });
});

describe('leftovers', () => {
  beforeEach(() => backend.create());

  const dayAndHourAgo = new Date(Date.now() - 25 * 3600_000);
  const deadPid = () => Number(execFileSync(process.execPath, ['-p', 'process.pid']).toString());

  async function plant(relativePath: string, modified = new Date()): Promise<void> {
    await writeFile(join(root, relativePath), 'leftover');
    await utimes(join(root, relativePath), modified, modified);
  }

  it('of dead processes and of yesterday are swept, those of the living stay', async () => {
    const kept = [stagedFileName(), stagedFileName(process.ppid), stagedFileName(deadPid(), '00000000'), 'tmp-notes'];
    for (const name of kept) await plant(`data/${name}`);
    await plant(`data/${stagedFileName(deadPid())}`);
    await plant(`data/${stagedFileName(1, '00000000')}`, dayAndHourAgo);
    await plant(`data/${stagedFileName()}`, dayAndHourAgo);
    expect(await backend.removeStaleStaged()).toBe(3);
    expect((await everyName()).sort()).toEqual(kept.sort());
    expect(await backend.removeStaleStaged()).toBe(0);
  });

  it('of interrupted writes are swept after a day, and nothing else is', async () => {
    await plant(`keys/${PACK.id}-tmp-0123456789abcdef`, dayAndHourAgo);
    await plant(`data/ab/${PACK.id}-tmp-987654`, dayAndHourAgo);
    await plant('config-tmp-0123456789abcdef', dayAndHourAgo);
    await plant(`locks/${PACK.id}-tmp-00`);
    await plant('notes-tmp-1', dayAndHourAgo);
    await plant(`snapshots/${PACK.id}`, dayAndHourAgo);
    expect(await backend.removeStaleStaged()).toBe(3);
    expect((await everyName()).sort()).toEqual([PACK.id, `${PACK.id}-tmp-00`, 'notes-tmp-1'].sort());
  });

  it('are not made by a write that is stopped', async () => {
    const bytes = Buffer.alloc(100 * 1024 * 1024, 'x');
    const controller = new AbortController();
    const writing = backend.write(contentNamed('pack', bytes), bytes, controller.signal);
    const stopped = expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    while ((await everyName()).length === 0) await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    await stopped;
    expect(await everyName()).toEqual([]);
  });
});
