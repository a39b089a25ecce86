import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { MemoryBackend } from '../../../main/engine/backend/memory-backend.ts';
import type { ByteRange, FileRef } from '../../../main/engine/backend/backend.ts';
import { SnapshotFileSystem } from '../../../main/engine/vfs/snapshot-file-system.ts';
import { RepositoryBuilder } from '../../support/repository-builder.ts';
import { seededBytes } from '../../support/seeded-bytes.ts';

/** Counts reads of ranges of packs, and flips a bit in those that `damage` wants. */
class WatchedBackend extends MemoryBackend {
  reads = 0;
  damage: (ref: FileRef, range: ByteRange | undefined) => boolean = () => false;

  override async read(ref: FileRef, range?: ByteRange, signal?: AbortSignal): Promise<Buffer> {
    const bytes = await super.read(ref, range, signal);
    if (ref.type !== 'pack') return bytes;
    this.reads++;
    if (this.damage(ref, range)) bytes[bytes.length >> 1]! ^= 1;
    return bytes;
  }
}

async function openChunks(chunks: readonly Buffer[], options: { blobCacheBytes?: number } = {}) {
  const backend = new WatchedBackend();
  const builder = await RepositoryBuilder.create({ backend });
  const node = builder.file('file', chunks);
  await builder.snapshot([node]);
  const files = await SnapshotFileSystem.open(builder.repository, 'latest', { lock: 'none', ...options });
  const offsetOf = (chunk: number) => {
    const id = node.content?.[chunk];
    return id === undefined ? -1 : builder.index.table.offset(builder.index.table.findHex('data', id));
  };
  return { backend, content: await files.openFile('/file'), offsetOf };
}

const CHUNKS = Array.from({ length: 12 }, (_, at) => seededBytes(`c${at}`, 1000 + at));
const WHOLE = Buffer.concat(CHUNKS);

describe('readAt', () => {
  it('cuts at the end of the file', async () => {
    const { content } = await openChunks(CHUNKS);
    expect(content.size).toBe(WHOLE.length);
    expect(await content.readAt(WHOLE.length - 5, 100)).toEqual(WHOLE.subarray(-5));
    expect(await content.readAt(WHOLE.length, 100)).toHaveLength(0);
    expect(await content.readAt(WHOLE.length + 1000, 100)).toHaveLength(0);
    expect(await content.readAt(10, 0)).toHaveLength(0);
  });

  it.each([
    [-1, 5],
    [0, -1],
    [0.5, 1],
    [NaN, 1],
    [0, Infinity],
  ])('refuses the range %d, %d', async (offset, length) => {
    const { content } = await openChunks(CHUNKS);
    await expect(content.readAt(offset, length)).rejects.toMatchObject({ code: 'invalid_argument' });
  });

  it('reads an empty file', async () => {
    const { content } = await openChunks([]);
    expect(await content.readAt(0, 10)).toHaveLength(0);
    expect(await buffer(content.stream())).toHaveLength(0);
  });

  it('loads ahead of a reader that goes on, not of one that jumps', async () => {
    const { backend, content } = await openChunks(CHUNKS);
    backend.reads = 0;
    await content.readAt(0, 100);
    await new Promise((resolve) => setImmediate(resolve));
    const afterFirst = backend.reads;
    expect(afterFirst).toBeGreaterThan(1);
    await content.readAt(100, 100);
    expect(backend.reads).toBe(afterFirst);
    await content.readAt(9_000, 10);
    await new Promise((resolve) => setImmediate(resolve));
    expect(backend.reads).toBe(afterFirst + 1);
  });

  it('reads every chunk of a sequence once', async () => {
    const { backend, content } = await openChunks(CHUNKS);
    backend.reads = 0;
    const pieces: Buffer[] = [];
    for (let offset = 0; offset < content.size; offset += 333) pieces.push(await content.readAt(offset, 333));
    expect(Buffer.concat(pieces)).toEqual(WHOLE);
    expect(backend.reads).toBe(CHUNKS.length);
  });

  it('stops when it is asked to, without spoiling it for others', async () => {
    const { content } = await openChunks(CHUNKS);
    const stop = new AbortController();
    const first = content.readAt(0, 500, stop.signal);
    const second = content.readAt(0, 500);
    stop.abort();
    await expect(first).rejects.toMatchObject({ code: 'cancelled' });
    expect(await second).toEqual(WHOLE.subarray(0, 500));
    await expect(content.readAt(0, 5, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a damaged chunk', () => {
  it('fails the reads that need it, and no others', async () => {
    const { backend, content, offsetOf } = await openChunks(CHUNKS, { blobCacheBytes: 0 });
    const hurt = 5;
    backend.damage = (_ref, range) => range?.offset === offsetOf(hurt);
    const start = CHUNKS.slice(0, hurt).reduce((sum, chunk) => sum + chunk.length, 0);
    expect(await content.readAt(0, start)).toEqual(WHOLE.subarray(0, start));
    await expect(content.readAt(start, 1)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(content.readAt(start - 1, 2)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(buffer(content.stream())).rejects.toMatchObject({ code: 'corrupt' });
    const after = start + CHUNKS[hurt]!.length;
    expect(await content.readAt(after, 99)).toEqual(WHOLE.subarray(after, after + 99));
    backend.damage = () => false;
    expect(await content.readAt(start, 10)).toEqual(WHOLE.subarray(start, start + 10));
  });
});

describe('stream', () => {
  it('gives any part', async () => {
    const { content } = await openChunks(CHUNKS);
    expect(await buffer(content.stream())).toEqual(WHOLE);
    expect(await buffer(content.stream({ start: 1500, end: 7777 }))).toEqual(WHOLE.subarray(1500, 7777));
    expect(await buffer(content.stream({ start: 12_000 }))).toEqual(WHOLE.subarray(12_000));
    expect(await buffer(content.stream({ start: 500, end: 500 }))).toHaveLength(0);
    expect(await buffer(content.stream({ end: 1e15 }))).toEqual(WHOLE);
  });

  it('ends when its reader goes away, and fails when it is cancelled', async () => {
    const { backend, content } = await openChunks(CHUNKS, { blobCacheBytes: 0 });
    for await (const piece of content.stream()) {
      expect(piece).toEqual(CHUNKS[0]);
      break;
    }
    expect(backend.reads).toBeLessThan(CHUNKS.length);
    const stop = new AbortController();
    const stream = content.stream({ signal: stop.signal });
    stop.abort();
    await expect(buffer(stream)).rejects.toMatchObject({ code: 'cancelled' });
  });
});
