import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { LocalBackend } from '../../../main/engine/backend/local-backend.ts';
import type { MemoryStore } from '../../../main/engine/backend/memory-backend.ts';
import type { BlobId, PackId } from '../../../main/engine/base/ids.ts';
import { check } from '../../../main/engine/maintenance/check.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { EventfulBackend } from '../../support/eventful-backend.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

const NOWHERE = 'cd'.repeat(32) as BlobId;

describe('a check that begins before it has the lock', () => {
  async function eventful() {
    const store: MemoryStore = new Map();
    const backend = new EventfulBackend(store);
    const builder = await RepositoryBuilder.create({ backend });
    await builder.snapshot([builder.file('a', [seededBytes('a', 5000)])]);
    return { store, backend, builder };
  }

  it('sees a backup that ended meanwhile', async () => {
    const { backend, builder } = await eventful();
    backend.onLock = async () => {
      await builder.snapshot([builder.file('b', [seededBytes('b', 5000)], { size: 5000 })]);
    };
    const { ok, counts } = await check({ repository: builder.repository, readData: true, workers: 1 });
    expect(ok).toBe(true);
    expect(counts).toMatchObject({ snapshots: 2, trees: 2 });
    expect(counts.readPacks).toBe((await backend.list('pack')).length);
  });

  it('reports damage that a snapshot brought meanwhile', async () => {
    const { backend, builder } = await eventful();
    backend.onLock = async () => {
      await builder.snapshot([builder.file('b', [], { content: [NOWHERE] })]);
    };
    const { errors } = await check({ repository: builder.repository, readData: true, workers: 1 });
    expect(errors).toMatchObject([{ kind: 'blob_missing', name: 'b' }]);
  });

  it('notices a pack that vanished meanwhile', async () => {
    const { store, backend, builder } = await eventful();
    backend.onLock = async () => {
      const pack = [...store].find(([, { ref }]) => ref.type === 'pack');
      if (pack) store.delete(pack[0]);
    };
    const { errors } = await check({ repository: builder.repository, readData: true, workers: 1 });
    expect(errors.map(({ kind }) => kind)).toContain('pack_missing');
  });

  it('forgets what was wrong only until then', async () => {
    const { store, backend, builder } = await eventful();
    const key = [...store.keys()].find((name) => store.get(name)?.ref.type === 'pack') ?? '';
    const pack = store.get(key);
    if (!pack) throw new Error('There is no pack.');
    store.delete(key);
    backend.onLock = async () => {
      store.set(key, pack);
    };
    expect((await check({ repository: builder.repository, readData: true, workers: 1 })).errors).toEqual([]);
  });

  it('leaves nothing behind when it does not get the lock', async () => {
    const { builder } = await eventful();
    const lock = await builder.repository.lock('shared');
    await expect(check({ repository: builder.repository, readData: true })).rejects.toMatchObject({ code: 'locked' });
    await lock.release();
    expect((await check({ repository: builder.repository, readData: true })).ok).toBe(true);
  });
});

describe('packs that are hashed while the password is checked', () => {
  const scratch = scratchFolder();
  afterEach(() => scratch.remove());

  it('count as read when they are sound, and are reported when they are not', async () => {
    const backend = new LocalBackend(scratch.path);
    const builder = await RepositoryBuilder.create({ backend });
    const chunks = Array.from({ length: 40 }, (_, i) => seededBytes(`chunk ${i}`, 100 + i * 1777));
    await builder.snapshot([builder.file('a', chunks)]);
    const packs = (await backend.list('pack')).map(({ id }) => id as PackId);
    const checked = () => {
      const repository = wait(300).then(() => Repository.open(backend, { password: 'password' }));
      return check({ repository, backend, readData: true, workers: 2 });
    };
    const sound = await checked();
    expect(sound).toMatchObject({ ok: true, counts: { readPacks: packs.length } });
    for (const id of packs) {
      const path = backend.localPath({ type: 'pack', id });
      const bytes = readFileSync(path);
      chmodSync(path, 0o600);
      writeFileSync(path, Buffer.from(bytes).fill((bytes[40] ?? 0) ^ 4, 40, 41));
      const { errors, brokenPacks } = await checked();
      expect(brokenPacks).toEqual([id]);
      expect(errors.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['pack_damaged', 'blob_damaged']));
      writeFileSync(path, bytes);
    }
  });
});
