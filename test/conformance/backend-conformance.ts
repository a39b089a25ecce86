import { createHash, randomBytes } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AnyId } from '../../main/engine/base/ids.ts';
import type { Backend, FileRef } from '../../main/engine/backend/backend.ts';
import type { ListedType } from '../../main/engine/backend/layout.ts';
import { stagedFileName } from '../../main/engine/backend/staging.ts';

export interface BackendUnderTest {
  /** Without a repository in it: the suite calls `create`. */
  readonly backend: Backend;
  /** A second client of the same repository. */
  readonly other: Backend;
  /** Puts a file that is no object at a path relative to the repository, where the store allows that. */
  readonly plantForeign?: (relativePath: string, content: Uint8Array) => Promise<void>;
  readonly dispose: () => Promise<void>;
}

export const LISTED_TYPES: readonly ListedType[] = ['key', 'lock', 'snapshot', 'index', 'pack'];
const LARGE_BYTES = 20 * 1024 * 1024;

/** An object as the engine makes them: named by the hash of its content. */
export function contentNamed(type: ListedType, bytes: Uint8Array): FileRef & { readonly id: AnyId } {
  return { type, id: createHash('sha256').update(bytes).digest('hex') as AnyId };
}

async function stage(backend: Backend, bytes: Uint8Array): Promise<string> {
  const path = join(await backend.stagingFolder(), stagedFileName());
  await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
  return path;
}

/** What every backend promises, whatever it stores its objects in. */
export function describeBackend(
  name: string,
  factory: () => Promise<BackendUnderTest>,
  { takesForeignFiles = false } = {},
): void {
  describe(`${name} conforms`, () => {
    let under: BackendUnderTest;
    let backend: Backend;

    beforeEach(async () => {
      under = await factory();
      backend = under.backend;
      await backend.create();
    });
    afterEach(async () => {
      await backend.close();
      await under.other.close();
      await under.dispose();
    });

    describe('objects', () => objectTests(() => backend));
    describe('writers', () => writerTests(() => under));
    describe('listing', () => listTests(() => under));
    // Not a skip where it cannot happen: nobody can put a foreign file into a store that has objects only.
    if (takesForeignFiles) describe('listing beside foreign files', () => foreignFileTests(() => under));
    describe('staging', () => stagingTests(() => backend));
    describe('cancellation', () => cancellationTests(() => backend));
  });
}

function objectTests(backend: () => Backend): void {
  it.each(LISTED_TYPES)('gives back a %s as written, under its type only', async (type) => {
    const bytes = randomBytes(1000);
    const ref = contentNamed(type, bytes);
    await backend().write(ref, bytes);
    expect(await backend().read(ref)).toEqual(bytes);
    expect(await backend().stat(ref)).toBe(1000);
    expect(await backend().list(type)).toEqual([{ id: ref.id, sizeBytes: 1000 }]);
    for (const other of LISTED_TYPES.filter((each) => each !== type)) expect(await backend().list(other)).toEqual([]);
  });

  it('gives back the config, which no list shows', async () => {
    await backend().write({ type: 'config' }, Buffer.from('sealed'));
    expect((await backend().read({ type: 'config' })).toString()).toBe('sealed');
    expect(await backend().stat({ type: 'config' })).toBe(6);
    for (const type of LISTED_TYPES) expect(await backend().list(type)).toEqual([]);
  });

  it.each([0, 1, LARGE_BYTES])('stores %i bytes', async (sizeBytes) => {
    const bytes = randomBytes(sizeBytes);
    const ref = contentNamed('pack', bytes);
    await backend().write(ref, bytes);
    expect(await backend().stat(ref)).toBe(sizeBytes);
    expect(bytes.equals(await backend().read(ref))).toBe(true);
  });

  it('keeps its own copy of what it was given and of what it gave', async () => {
    const bytes = Buffer.from('original');
    const ref = contentNamed('lock', bytes);
    await backend().write(ref, bytes);
    bytes.fill(0);
    (await backend().read(ref)).fill(0);
    expect((await backend().read(ref)).toString()).toBe('original');
  });

  it('reads ranges at the beginning, in the middle, at the end, of everything and of nothing', async () => {
    const bytes = randomBytes(5000);
    const ref = contentNamed('pack', bytes);
    await backend().write(ref, bytes);
    for (const [offset, length] of [
      [0, 10],
      [1234, 777],
      [4990, 10],
      [0, 5000],
      [2000, 0],
      [5000, 0],
    ] as const) {
      const part = await backend().read(ref, { offset, length });
      expect(part.equals(bytes.subarray(offset, offset + length)), `${length} from ${offset}`).toBe(true);
    }
  });

  it('calls a range that the object does not have corrupt', async () => {
    const bytes = randomBytes(100);
    const ref = contentNamed('pack', bytes);
    await backend().write(ref, bytes);
    for (const [offset, length] of [
      [0, 101],
      [99, 2],
      [100, 1],
      [5000, 10],
      [0, 2 ** 50],
    ] as const) {
      await expect(backend().read(ref, { offset, length })).rejects.toMatchObject({ code: 'corrupt' });
    }
  });

  it('refuses ranges that are none', async () => {
    const bytes = randomBytes(100);
    const ref = contentNamed('pack', bytes);
    await backend().write(ref, bytes);
    for (const [offset, length] of [
      [-1, 5],
      [0, -5],
      [0.5, 5],
      [0, Number.NaN],
    ] as const) {
      await expect(backend().read(ref, { offset, length })).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  it('says not_found of every missing object', async () => {
    for (const type of LISTED_TYPES) {
      const ref = contentNamed(type, Buffer.from(type));
      await expect(backend().read(ref)).rejects.toMatchObject({ code: 'not_found' });
      await expect(backend().read(ref, { offset: 0, length: 1 })).rejects.toMatchObject({ code: 'not_found' });
      await expect(backend().stat(ref)).rejects.toMatchObject({ code: 'not_found' });
    }
    await expect(backend().read({ type: 'config' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(backend().stat({ type: 'config' })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('removes an object, and again without complaint', async () => {
    for (const type of LISTED_TYPES) {
      const bytes = randomBytes(10);
      const ref = contentNamed(type, bytes);
      await backend().write(ref, bytes);
      await backend().remove(ref);
      await backend().remove(ref);
      await expect(backend().read(ref)).rejects.toMatchObject({ code: 'not_found' });
      expect(await backend().list(type)).toEqual([]);
      await backend().write(ref, bytes);
      expect(await backend().read(ref)).toEqual(bytes);
    }
  });

  it('refuses names that are no ids', async () => {
    for (const id of ['../../config', 'A'.repeat(64), '', `${'a'.repeat(63)}/`]) {
      const ref: FileRef = { type: 'key', id: id as AnyId };
      await expect(backend().write(ref, Buffer.alloc(1))).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(backend().read(ref)).rejects.toMatchObject({ code: 'invalid_argument' });
      await expect(backend().remove(ref)).rejects.toMatchObject({ code: 'invalid_argument' });
    }
  });

  it('may be created again without losing anything', async () => {
    await backend().write({ type: 'config' }, Buffer.from('sealed'));
    await backend().create();
    expect((await backend().read({ type: 'config' })).toString()).toBe('sealed');
  });
}

function writerTests(under: () => BackendUnderTest): void {
  it.each([...LISTED_TYPES, 'config'] as const)('refuses a second write of a %s and keeps the first', async (type) => {
    const first = Buffer.from('first');
    const ref: FileRef = type === 'config' ? { type } : contentNamed(type, first);
    await under().backend.write(ref, first);
    for (const client of [under().backend, under().other]) {
      await expect(client.write(ref, Buffer.from('second, longer'))).rejects.toMatchObject({ code: 'already_exists' });
    }
    expect((await under().backend.read(ref)).toString()).toBe('first');
  });

  it('takes many different objects at once', async () => {
    const contents = Array.from({ length: 40 }, (_, i) => randomBytes(100 + 1000 * i));
    await Promise.all(
      contents.map((bytes, i) => (i % 2 ? under().backend : under().other).write(contentNamed('pack', bytes), bytes)),
    );
    for (const bytes of contents) {
      expect(bytes.equals(await under().other.read(contentNamed('pack', bytes)))).toBe(true);
    }
    expect(await under().backend.list('pack')).toHaveLength(contents.length);
  });

  it('never shows a torn object when the same one is written by many at once', async () => {
    const bytes = randomBytes(300_000);
    const ref = contentNamed('pack', bytes);
    let writing = true;
    const watching = watchForTornObject(under().other, ref, bytes, () => writing);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) => (i % 2 ? under().backend : under().other).write(ref, bytes)),
    );
    writing = false;
    await watching;
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'already_exists' });
    }
    expect(bytes.equals(await under().backend.read(ref))).toBe(true);
    expect(await under().backend.list('pack')).toEqual([{ id: ref.id, sizeBytes: bytes.length }]);
  });

  it('lets exactly one of many configs win, and keeps that one', async () => {
    const contents = Array.from({ length: 12 }, () => randomBytes(200));
    const outcomes = await Promise.allSettled(
      contents.map((bytes, i) => (i % 2 ? under().backend : under().other).write({ type: 'config' }, bytes)),
    );
    const winners = contents.filter((_, i) => outcomes[i]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    expect(await under().backend.read({ type: 'config' })).toEqual(winners[0]);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'already_exists' });
    }
  });
}

async function watchForTornObject(client: Backend, ref: FileRef, whole: Buffer, going: () => boolean): Promise<void> {
  while (going()) {
    const seen = await client.read(ref).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'not_found' });
      return undefined;
    });
    if (seen) expect(seen.equals(whole)).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function foreignFileTests(under: () => BackendUnderTest): void {
  it('ignores foreign names', async () => {
    const { backend, plantForeign } = under();
    if (!plantForeign) throw new Error('a store that takes foreign files must say how');
    const hex = createHash('sha256').update('foreign').digest('hex');
    const names = [
      'README',
      hex.slice(1),
      `${hex}0`,
      hex.toUpperCase(),
      `${hex}-tmp-123456`,
      `${hex.slice(0, 63)}g`,
      `${hex}.bak`,
    ];
    for (const folder of ['keys', 'locks', 'snapshots', 'index', `data/${hex.slice(0, 2)}`, 'data']) {
      for (const name of names) await plantForeign(`${folder}/${name}`, Buffer.from('foreign'));
    }
    await plantForeign(`data/${hex}`, Buffer.from('a pack one level too high'));
    await plantForeign(`data/zz/${hex}`, Buffer.from('in a folder that is no shard'));
    await plantForeign(`data/${hex.startsWith('00') ? '01' : '00'}/${hex}`, Buffer.from('in the wrong shard'));
    await plantForeign(`keys/deeper/${hex}`, Buffer.from('one level too deep'));
    for (const type of LISTED_TYPES) expect(await backend.list(type), type).toEqual([]);
  });
}

function listTests(under: () => BackendUnderTest): void {
  it('lists nothing in a new repository', async () => {
    for (const type of LISTED_TYPES) expect(await under().backend.list(type)).toEqual([]);
  });

  it('lists 1,000 objects with their sizes', async () => {
    const wanted = new Map<string, number>();
    const writes: Promise<void>[] = [];
    for (let i = 0; i < 1000; i++) {
      const bytes = Buffer.alloc(8 + (i % 50), `${i} `);
      const ref = contentNamed('pack', Buffer.concat([bytes, Buffer.from(String(i))]));
      wanted.set(ref.id, bytes.length);
      writes.push(under().backend.write(ref, bytes));
    }
    await Promise.all(writes);
    const found = await under().other.list('pack');
    expect(new Map(found.map(({ id, sizeBytes }) => [id as string, sizeBytes]))).toEqual(wanted);
    expect(found).toHaveLength(1000);
  }, 30_000);

  it('survives deletions that go on while it lists', async () => {
    const contents = Array.from({ length: 150 }, (_, i) => Buffer.from(`index ${i}`));
    const refs = contents.map((bytes) => contentNamed('lock', bytes));
    await Promise.all(refs.map((ref, i) => under().backend.write(ref, contents[i] ?? Buffer.alloc(0))));
    const removals = Promise.all(refs.slice(0, 100).map((ref) => under().other.remove(ref)));
    const during = await under().backend.list('lock');
    await removals;
    expect(during.length).toBeGreaterThanOrEqual(50);
    expect(await under().backend.list('lock')).toHaveLength(50);
  });
}

function stagingTests(backend: () => Backend): void {
  it('publishes a staged file and leaves none behind', async () => {
    const bytes = randomBytes(LARGE_BYTES / 4);
    const ref = contentNamed('pack', bytes);
    const path = await stage(backend(), bytes);
    expect(await backend().list('pack')).toEqual([]);
    await backend().writeStaged(ref, path, bytes.length);
    expect(bytes.equals(await backend().read(ref))).toBe(true);
    expect(await backend().list('pack')).toEqual([{ id: ref.id, sizeBytes: bytes.length }]);
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('publishes many at once', async () => {
    const contents = Array.from({ length: 30 }, () => randomBytes(2000));
    await Promise.all(
      contents.map(async (bytes) => {
        await backend().writeStaged(contentNamed('pack', bytes), await stage(backend(), bytes), bytes.length);
      }),
    );
    for (const bytes of contents) expect(await backend().read(contentNamed('pack', bytes))).toEqual(bytes);
    expect((await readdir(await backend().stagingFolder())).filter((name) => name.startsWith('tmp-'))).toEqual([]);
  });

  it('refuses a file of another size than promised, a missing one, and a taken name; the staged file is gone', async () => {
    const bytes = randomBytes(500);
    const ref = contentNamed('pack', bytes);
    const short = await stage(backend(), bytes.subarray(1));
    await expect(backend().writeStaged(ref, short, 500)).rejects.toMatchObject({ code: 'backend_failed' });
    await expect(stat(short)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(backend().writeStaged(ref, short, 500)).rejects.toMatchObject({ code: 'backend_failed' });
    await expect(backend().read(ref)).rejects.toMatchObject({ code: 'not_found' });
    await backend().write(ref, bytes);
    const second = await stage(backend(), bytes);
    await expect(backend().writeStaged(ref, second, 500)).rejects.toMatchObject({ code: 'already_exists' });
    await expect(stat(second)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await backend().read(ref)).toEqual(bytes);
  });

  it('does not sweep what this process is still writing', async () => {
    const bytes = randomBytes(500);
    const path = await stage(backend(), bytes);
    await backend().removeStaleStaged();
    await backend().writeStaged(contentNamed('pack', bytes), path, 500);
    expect(await backend().read(contentNamed('pack', bytes))).toEqual(bytes);
  });
}

function cancellationTests(backend: () => Backend): void {
  it('does nothing for a caller who has stopped', async () => {
    const bytes = randomBytes(100);
    const kept = contentNamed('pack', bytes);
    await backend().write(kept, bytes);
    const other = randomBytes(100);
    const ref = contentNamed('pack', other);
    const path = await stage(backend(), other);
    const signal = AbortSignal.abort();
    const cancelled = { code: 'cancelled' };
    await expect(backend().create(signal)).rejects.toMatchObject(cancelled);
    await expect(backend().write(ref, other, signal)).rejects.toMatchObject(cancelled);
    await expect(backend().writeStaged(ref, path, 100, signal)).rejects.toMatchObject(cancelled);
    await expect(backend().read(kept, undefined, signal)).rejects.toMatchObject(cancelled);
    await expect(backend().stat(kept, signal)).rejects.toMatchObject(cancelled);
    await expect(backend().list('pack', signal)).rejects.toMatchObject(cancelled);
    await expect(backend().remove(kept, signal)).rejects.toMatchObject(cancelled);
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await backend().list('pack')).toEqual([{ id: kept.id, sizeBytes: 100 }]);
  });

  it('leaves the whole object or nothing when it is stopped in the middle', async () => {
    const bytes = randomBytes(LARGE_BYTES);
    const ref = contentNamed('pack', bytes);
    const controller = new AbortController();
    const writing = backend().write(ref, bytes, controller.signal);
    setImmediate(() => controller.abort());
    const outcome = await writing.then(
      () => 'written',
      (error: unknown) => {
        expect(error).toMatchObject({ code: 'cancelled' });
        return 'cancelled';
      },
    );
    const expected = outcome === 'written' ? [{ id: ref.id, sizeBytes: LARGE_BYTES }] : [];
    expect(await backend().list('pack')).toEqual(expected);
  });
}
