import { lstatSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { MemoryBackend, type MemoryStore } from '../../../main/engine/backend/memory-backend.ts';
import { archive } from '../../../main/engine/archiver/archive.ts';
import type { SnapshotId } from '../../../main/engine/base/ids.ts';
import { Repository } from '../../../main/engine/repository/repository.ts';
import { restore } from '../../../main/engine/restorer/restore.ts';
import { openDescriptors } from '../../support/open-descriptors.ts';
import { initFolder, objectsIn, openFolder, PASSWORD } from '../../support/repositories.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { scratchFolder } from '../../support/restic.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';
import { canMountTmpfs, mountTmpfs } from '../../support/tmpfs.ts';

const scratch = scratchFolder();
afterAll(scratch.remove);

const A = seededBytes('a', 700_000);
const B = seededBytes('b', 800_000);
const C = seededBytes('c', 900_000);
const SNAPSHOT_MS = Date.parse('2026-01-02T03:04:05.000Z');

let target: string;
let runs = 0;
beforeEach(() => {
  target = join(scratch.path, `target-${runs++}`);
  mkdirSync(target);
});

/** Two snapshots' worth of packs: `first` holds A, the other one B and C. */
async function build(
  store: MemoryStore,
): Promise<{ builder: RepositoryBuilder; snapshot: SnapshotId; packOf: (bytes: Buffer) => string }> {
  const builder = await RepositoryBuilder.create({ backend: new MemoryBackend(store) });
  await builder.snapshot([builder.file('only-a', [A])]);
  const nodes = [
    builder.file('a', [A]),
    builder.file('abc', [A, B, C]),
    builder.file('b', [B]),
    builder.file('z', [Buffer.from('z')]),
  ];
  const snapshot = await builder.snapshot(nodes);
  const packOf = (bytes: Buffer) => {
    const id = builder.file('', [bytes]).content?.[0];
    const { table } = builder.index;
    return id === undefined ? '' : builder.index.packId(table.pack(table.findHex('data', id)));
  };
  return { builder, snapshot, packOf };
}

const keyOf = (store: MemoryStore, id: string) => [...store.keys()].find((key) => key.includes(id)) ?? '';

describe.each(['missing', 'flipped', 'truncated'])('a pack that is %s', (damage) => {
  it('costs only the files that need it, which never look complete; a later run repairs them', async () => {
    const store: MemoryStore = new Map();
    const { builder, snapshot, packOf } = await build(store);
    const key = keyOf(store, packOf(A));
    const sound = store.get(key);
    if (!sound) throw new Error('The pack is not in the store.');
    const bytes = Buffer.from(sound.bytes);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    if (damage === 'missing') store.delete(key);
    else store.set(key, { ref: sound.ref, bytes: damage === 'flipped' ? bytes : bytes.subarray(0, 1000) });

    const options = { repository: builder.repository, snapshot, target, workers: 2, lock: 'none' } as const;
    const result = await restore({ ...options, verify: true });
    expect(result.warnings.map(({ item }) => item).sort()).toEqual(['/a', '/abc']);
    expect(result).toMatchObject({ filesRestored: 2, filesVerified: 2 });
    expect(readFileSync(join(target, 'b')).equals(B)).toBe(true);
    expect(readdirSync(target).sort()).toEqual(['abc', 'b', 'z']);
    const partial = readFileSync(join(target, 'abc'));
    expect(partial.length).toBe(A.length + B.length + C.length);
    expect(partial.subarray(A.length).equals(Buffer.concat([B, C]))).toBe(true);
    expect(lstatSync(join(target, 'abc')).mtimeMs).toBeGreaterThan(SNAPSHOT_MS + 1000);

    store.set(key, sound);
    const again = await restore({ ...options, overwrite: 'if-changed' });
    expect(again).toMatchObject({ warnings: [], filesRestored: 2, filesSkipped: 2 });
    expect(readFileSync(join(target, 'abc')).equals(Buffer.concat([A, B, C]))).toBe(true);
  });
});

it('wrong content that bears the right time gets another time when it cannot be repaired', async () => {
  const store: MemoryStore = new Map();
  const { builder, snapshot, packOf } = await build(store);
  const options = { repository: builder.repository, snapshot, target, workers: 1, lock: 'none' } as const;
  await restore(options);
  const wrong = Buffer.concat([A, B, C]);
  wrong.fill(0, 0, 10);
  const { mtimeMs } = lstatSync(join(target, 'abc'));
  writeFileSync(join(target, 'abc'), wrong);
  utimesSync(join(target, 'abc'), mtimeMs / 1000, mtimeMs / 1000);
  store.delete(keyOf(store, packOf(A)));
  const result = await restore(options);
  expect(result.warnings).toMatchObject([{ item: '/abc' }]);
  expect(lstatSync(join(target, 'abc')).mtimeMs).toBeGreaterThan(SNAPSHOT_MS + 1000);
});

it('a blob that another pack has too is taken from there', async () => {
  const store: MemoryStore = new Map();
  const { builder, snapshot, packOf } = await build(store);
  // Another client that did not know of the first pack stores A again.
  const other = new Map(store);
  for (const [key, { ref }] of other) if (ref.type === 'index') other.delete(key);
  const second = await RepositoryBuilder.over(await Repository.open(new MemoryBackend(other), { password: PASSWORD }));
  await second.snapshot([second.file('again', [A])]);
  for (const [key, value] of other) store.set(key, value);
  store.delete(keyOf(store, packOf(A)));
  const result = await restore({
    repository: builder.repository,
    snapshot,
    target,
    workers: 2,
    lock: 'none',
    verify: true,
  });
  expect(result).toMatchObject({ warnings: [], filesVerified: 4 });
  expect(readFileSync(join(target, 'abc')).equals(Buffer.concat([A, B, C]))).toBe(true);
});

describe('on a disk', () => {
  async function prepare(): Promise<{ location: string; source: string }> {
    const location = join(scratch.path, `repository-${runs}`);
    const source = join(scratch.path, `source-${runs}`);
    mkdirSync(source);
    for (let i = 0; i < 20; i++) writeFileSync(join(source, `file-${i}`), seededBytes(`disk-${i}`, 300_000));
    const repository = await initFolder(location);
    await archive({ repository, targets: [source], workers: 1 });
    await repository.close();
    return { location, source };
  }

  it.skipIf(!canMountTmpfs)(
    'a full target ends the restore with no_space, names it, and leaves no lock and no open file',
    async () => {
      const { location } = await prepare();
      const disk = mountTmpfs('size=2m');
      try {
        const repository = await openFolder(location);
        const warnings: string[] = [];
        const running = restore({
          repository,
          snapshot: 'latest',
          target: disk.path,
          workers: 2,
          onWarning: ({ message }) => warnings.push(message),
        });
        await expect(running).rejects.toMatchObject({ code: 'no_space', message: expect.stringContaining(disk.path) });
        expect(warnings.join()).toContain('too small');
        expect(objectsIn(location, 'locks')).toEqual([]);
        expect([...openDescriptors(location), ...openDescriptors(disk.path)]).toEqual([]);
      } finally {
        disk.unmount();
      }
    },
  );

  it('a stop leaves no lock, no open file and nothing that looks complete', async () => {
    const { location, source } = await prepare();
    const repository = await openFolder(location);
    const control = new AbortController();
    let seen = 0;
    const running = restore({
      repository,
      snapshot: `latest:${source}`,
      target,
      workers: 1,
      signal: control.signal,
      onItem: () => ++seen === 5 && control.abort(),
    });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(objectsIn(location, 'locks')).toEqual([]);
    expect([...openDescriptors(location), ...openDescriptors(target)]).toEqual([]);
    const result = await restore({
      repository,
      snapshot: `latest:${source}`,
      target,
      overwrite: 'if-changed',
      verify: true,
    });
    expect(result.warnings).toEqual([]);
    expect(result.filesSkipped).toBeGreaterThan(0);
    for (const name of readdirSync(source))
      expect(readFileSync(join(target, name)).equals(readFileSync(join(source, name)))).toBe(true);
  });
});
