import { mkdirSync, mkdtempSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import { stagedFileName } from '../../../main/engine/backend/staging.ts';
import { contentNamed } from '../../conformance/backend-conformance.ts';
import { canMountTmpfs, mountTmpfs } from '../../support/tmpfs.ts';
import type { Tmpfs } from '../../support/tmpfs.ts';

describe.skipIf(!canMountTmpfs)('disks of their own (needs the right to mount)', () => {
  const disks: Tmpfs[] = [];
  const mount = (options: string, path?: string) => {
    const disk = mountTmpfs(options, path);
    disks.push(disk);
    return disk;
  };

  afterEach(() => {
    for (const disk of disks.splice(0).reverse()) disk.unmount();
  });

  const files = async (folder: string) =>
    (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

  it('reports a full disk, leaves no part of the object, and goes on when there is room', async () => {
    const backend = new LocalBackend(join(mount('size=2m').path, 'repository'));
    await backend.create();
    const big = Buffer.alloc(4 * 1024 * 1024, 'x');
    for (const type of ['pack', 'snapshot'] as const) {
      await expect(backend.write(contentNamed(type, big), big)).rejects.toMatchObject({
        code: 'no_space',
        retry: 'later',
        message: expect.stringContaining('Free some space') as unknown,
      });
    }
    await expect(backend.write({ type: 'config' }, big)).rejects.toMatchObject({ code: 'no_space' });
    expect(await files(backend.location)).toEqual([]);
    const small = Buffer.alloc(100_000);
    await backend.write(contentNamed('pack', small), small);
    expect(await backend.list('pack')).toHaveLength(1);
  });

  it('reports a disk without room for the folders', async () => {
    const backend = new LocalBackend(join(mount('size=2m,nr_inodes=50').path, 'repository'));
    await expect(backend.create()).rejects.toMatchObject({ code: 'no_space' });
  });

  it('reads from a read-only disk and refuses every change', async () => {
    const disk = mount('size=2m');
    const backend = new LocalBackend(join(disk.path, 'repository'));
    await backend.create();
    const bytes = Buffer.from('content');
    const ref = contentNamed('pack', bytes);
    await backend.write(ref, bytes);
    disk.remount('ro');
    const readOnly = { code: 'read_only' };
    expect(await backend.read(ref)).toEqual(bytes);
    expect(await backend.list('pack')).toHaveLength(1);
    await expect(backend.write(contentNamed('lock', bytes), bytes)).rejects.toMatchObject(readOnly);
    await expect(backend.write({ type: 'config' }, bytes)).rejects.toMatchObject(readOnly);
    await expect(backend.remove(ref)).rejects.toMatchObject(readOnly);
    for (const path of ['another', 'yet/another']) {
      await expect(new LocalBackend(join(disk.path, path)).create()).rejects.toMatchObject(readOnly);
    }
    expect(await backend.read(ref)).toEqual(bytes);
  });

  it('publishes staged packs into a shard that lies on another disk', async () => {
    const root = mkdtempSync(join(tmpdir(), 'guardit-shard-'));
    const backend = new LocalBackend(root);
    const bytes = Buffer.alloc(50_000, 'content');
    const ref = contentNamed('pack', bytes);
    const shard = join(root, 'data', ref.id.slice(0, 2));
    mkdirSync(shard, { recursive: true });
    const disk = mount('size=1m', shard);
    try {
      const staged = join(await backend.stagingFolder(), stagedFileName());
      await writeFile(staged, bytes);
      await backend.writeStaged(ref, staged, bytes.length);
      expect(await backend.read(ref)).toEqual(bytes);
      expect((await files(root)).map(({ name }) => name)).toEqual([ref.id]);

      const big = Buffer.alloc(2 * 1024 * 1024, 'x');
      const fullRef = {
        type: 'pack',
        id: `${ref.id.slice(0, 2)}${contentNamed('pack', big).id.slice(2)}` as typeof ref.id,
      } as const;
      const second = join(await backend.stagingFolder(), stagedFileName());
      await writeFile(second, big);
      await expect(backend.writeStaged(fullRef, second, big.length)).rejects.toMatchObject({ code: 'no_space' });
      expect((await files(root)).map(({ name }) => name)).toEqual([ref.id]);
    } finally {
      disks.splice(disks.indexOf(disk), 1);
      disk.unmount();
      await mkdir(shard, { recursive: true });
      await rm(root, { recursive: true, force: true });
    }
  });
});
