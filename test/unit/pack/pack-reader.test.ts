import { createHash, randomBytes } from 'node:crypto';
import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { BufferByteSource, FileByteSource } from '../../../main/engine/pack/byte-source.ts';
import type { ByteSource } from '../../../main/engine/pack/byte-source.ts';
import { PackReader } from '../../../main/engine/pack/pack-reader.ts';
import { scratchFolder } from '../../support/restic.ts';

const MIB = 1024 * 1024;
const scratch = scratchFolder();
afterAll(() => scratch.remove());
const bytes = randomBytes(5 * MIB + 123);
const digest = createHash('sha256').update(bytes).digest('hex');

/** A source that counts its reads and returns at most `most` bytes at a time. */
function counting(source: ByteSource, most = Infinity): ByteSource & { reads: [number, number][] } {
  const reads: [number, number][] = [];
  const readInto: ByteSource['readInto'] = (buffer, bufferOffset, length, position) => {
    reads.push([position, length]);
    return source.readInto(buffer, bufferOffset, Math.min(length, most), position);
  };
  return { sizeBytes: source.sizeBytes, readInto, reads };
}

function opened(source: ByteSource, hash = false, windowBytes = 2 * MIB): PackReader {
  const reader = new PackReader(windowBytes);
  reader.open(source, { name: 'p1', hash });
  return reader;
}

const expectAt = (reader: PackReader, offset: number, length: number) => {
  const got = reader.blobAt(offset, length);
  if (Buffer.compare(got, bytes.subarray(offset, offset + length)) !== 0) expect.fail(`wrong bytes at ${offset}`);
};

describe('blobs', () => {
  it('in the order of the file come by reads of 1 MiB and more', () => {
    const source = counting(new BufferByteSource(bytes));
    const reader = opened(source);
    for (let at = 0; at + 1000 <= bytes.length; at += 1000) expectAt(reader, at, 1000);
    expect(source.reads.length).toBeLessThanOrEqual(6);
  });

  it('elsewhere are read alone, backwards too', () => {
    const source = counting(new BufferByteSource(bytes));
    const reader = opened(source);
    expectAt(reader, 4 * MIB, 500);
    expectAt(reader, 2 * MIB, 700);
    expectAt(reader, 2 * MIB + 100, 100);
    expect(source.reads).toEqual([
      [4 * MIB, 500],
      [2 * MIB, 700],
    ]);
  });

  it('larger than the window, or read in small pieces, come whole', () => {
    const reader = opened(counting(new BufferByteSource(bytes), 70_001));
    expectAt(reader, 10, 100);
    expectAt(reader, 50, 3 * MIB);
    expectAt(reader, 3 * MIB, 2 * MIB + 123);
    expectAt(reader, bytes.length, 0);
  });

  it.each([
    [bytes.length - 9, 10],
    [2 ** 32 - 1, 2 ** 32 - 1],
    [-1, 5],
    [0, Number.NaN],
  ])('at %i with %i bytes are refused', (offset, length) => {
    const attempt = () => opened(new BufferByteSource(bytes)).blobAt(offset, length);
    expect(attempt).toThrow(expect.objectContaining({ code: 'corrupt', context: { pack: 'p1' } }));
  });
});

describe('hashing', () => {
  it.each([
    ['nothing else', []],
    [
      'blobs in order',
      [
        [0, 100],
        [100, MIB],
        [MIB + 100, 3 * MIB],
      ],
    ],
    [
      'gaps larger than the window',
      [
        [0, 10],
        [4 * MIB + 7, MIB],
      ],
    ],
    [
      'a blob larger than the window',
      [
        [5, 10],
        [50, 5 * MIB],
      ],
    ],
    [
      'blobs backwards and twice',
      [
        [4 * MIB, 1000],
        [100, 2 * MIB],
        [0, 10],
        [4 * MIB, 1000],
        [5 * MIB, 123],
      ],
    ],
  ])('covers the whole file with %s asked for', (_name, blobs) => {
    const reader = opened(counting(new BufferByteSource(bytes), 300_000), true);
    for (const [offset = 0, length = 0] of blobs) expectAt(reader, offset, length);
    expect(reader.digest()).toBe(digest);
    expect(() => reader.digest()).toThrow(/no open pack/);
  });

  it('starts anew with the next pack', () => {
    const reader = opened(new BufferByteSource(bytes), true);
    expectAt(reader, 0, 10);
    reader.open(new BufferByteSource(bytes.subarray(0, 1000)), { name: 'p2', hash: true });
    expect(reader.digest()).toBe(createHash('sha256').update(bytes.subarray(0, 1000)).digest('hex'));
    reader.open(new BufferByteSource(bytes), { name: 'p3' });
    expect(() => reader.digest()).toThrow(/not being hashed/);
  });
});

describe('sources', () => {
  it('a file gives its bytes, and corrupt when it shrinks under the reader', () => {
    const path = join(scratch.path, 'pack');
    writeFileSync(path, bytes);
    using source = new FileByteSource(path);
    const reader = opened(source, true);
    expectAt(reader, 0, 1000);
    expect(reader.digest()).toBe(digest);
    truncateSync(path, 4000);
    const shrunk = opened(source);
    expectAt(shrunk, 3000, 1000);
    expect(() => shrunk.blobAt(3500, 1000)).toThrow(/ends at 4000/);
    expect(() => new FileByteSource(join(scratch.path, 'none'))).toThrow(
      expect.objectContaining({ code: 'not_found' }),
    );
  });

  it('a buffer may be a part of the pack', () => {
    const reader = opened(new BufferByteSource(bytes.subarray(MIB), MIB));
    expectAt(reader, MIB, 100);
    expectAt(reader, 2 * MIB, 3 * MIB);
    expect(() => reader.blobAt(10, 10)).toThrow(expect.objectContaining({ code: 'corrupt' }));
  });
});
