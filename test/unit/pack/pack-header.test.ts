import { describe, expect, it } from 'vitest';
import { generateMasterKey } from '../../../main/engine/crypto/master-key.ts';
import { Sealer } from '../../../main/engine/crypto/sealer.ts';
import {
  decodePackHeader,
  encodePackHeader,
  headerHasRoom,
  packSizeOf,
  readPackHeader,
} from '../../../main/engine/pack/pack-header.ts';
import type { PackEntry } from '../../../main/engine/pack/pack-header.ts';
import { blobIdOf } from '../../support/index-fixtures.ts';

const sealer = new Sealer(generateMasterKey());
const PLAIN: PackEntry = { type: 'data', id: blobIdOf(1), offset: 0, length: 50, plainLength: 18, compressed: false };
const TREE: PackEntry = { type: 'tree', id: blobIdOf(2), offset: 50, length: 44, plainLength: 300, compressed: true };

/** A pack file with these blobs, all their bytes zero. */
function packFile(entries: readonly PackEntry[]): Buffer {
  const header = sealer.seal(encodePackHeader(entries));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  return Buffer.concat([Buffer.alloc(entries.reduce((sum, entry) => sum + entry.length, 0)), header, length]);
}

function reading(file: Buffer): { reads: number[]; header: Promise<PackEntry[]> } {
  const reads: number[] = [];
  const read = (offset: number, length: number) => {
    reads.push(length);
    return file.subarray(offset, offset + length);
  };
  return { reads, header: readPackHeader(read, file.length, sealer, 'p1') };
}

function withLength(file: Buffer, headerBytes: number): Buffer {
  file.writeUInt32LE(headerBytes, file.length - 4);
  return file;
}

function flipped(file: Buffer): Buffer {
  file[file.length - 40] = (file[file.length - 40] ?? 0) ^ 1;
  return file;
}

const many = (count: number) =>
  Array.from({ length: count }, (_, i): PackEntry => ({ ...TREE, id: blobIdOf(i), offset: i * TREE.length }));
const corrupt = (message: RegExp) =>
  expect.objectContaining({ code: 'corrupt', message: expect.stringMatching(message), context: { pack: 'p1' } });

describe('a header', () => {
  it('has the bytes of the format', () => {
    const id = (n: number) => Buffer.from(blobIdOf(n), 'hex');
    const expected = Buffer.concat([
      Buffer.from([0, 50, 0, 0, 0]),
      id(1),
      Buffer.from([3, 44, 0, 0, 0, 0x2c, 1, 0, 0]),
      id(2),
    ]);
    expect(encodePackHeader([PLAIN, TREE])).toEqual(expected);
    expect(packSizeOf([PLAIN, TREE])).toBe(50 + 44 + 37 + 41 + 36);
    expect(decodePackHeader(expected, packSizeOf([PLAIN, TREE]), 'p1')).toEqual([PLAIN, TREE]);
  });

  it('may be as large as 16 MiB when sealed, and no larger', () => {
    const limit = 16 * 1024 * 1024;
    expect(headerHasRoom(limit - 32 - 41)).toBe(true);
    expect(headerHasRoom(limit - 32 - 40)).toBe(false);
  });

  it.each([
    ['an unknown type', (h: Buffer) => h.writeUInt8(4, 0), /unknown type 4/],
    ['a blob shorter than its seal', (h: Buffer) => h.writeUInt32LE(31, 1), /31 bytes/],
    ['an empty compressed blob', (h: Buffer) => h.writeUInt32LE(0, 37 + 5), /empty blob/],
    ['a length that does not add up', (h: Buffer) => h.writeUInt32LE(51, 1), /accounts for/],
    ['a length near 2^32', (h: Buffer) => h.writeUInt32LE(2 ** 32 - 1, 1), /accounts for/],
  ])('with %s is corrupt', (_name, damage, message) => {
    const header = encodePackHeader([PLAIN, TREE]);
    damage(header);
    expect(() => decodePackHeader(header, packSizeOf([PLAIN, TREE]), 'p1')).toThrow(corrupt(message));
  });

  it('that is cut or empty is corrupt', () => {
    const header = encodePackHeader([PLAIN, TREE]);
    for (const end of [1, 36, 38, header.length - 1]) {
      expect(() => decodePackHeader(header.subarray(0, end), 208, 'p1')).toThrow(corrupt(/cut off/));
    }
    expect(() => decodePackHeader(Buffer.alloc(0), 36, 'p1')).toThrow(corrupt(/no blob/));
  });
});

describe('reading a header', () => {
  it.each([
    [1, [131]],
    [15, [651]],
    [16, [651, 16 * 41 + 32]],
  ])('of %i blobs fetches %j bytes', async (count, expected) => {
    const entries = count === 1 ? [PLAIN] : many(count);
    const { reads, header } = reading(packFile(entries));
    expect(await header).toEqual(entries);
    expect(reads).toEqual(count === 1 ? [50 + 37 + 36] : expected);
  });

  it.each([
    ['a file too short', (f: Buffer) => f.subarray(-72), /smallest pack/],
    ['a length beyond the file', (f: Buffer) => f.fill(0xff, f.length - 4), /the file has/],
    ['a length of nearly the file', (f: Buffer) => withLength(f, f.length - 4), /verification/],
    ['a length of zero', (f: Buffer) => f.fill(0, f.length - 4), /impossible length/],
    ['a changed byte', flipped, /verification/],
    ['bytes in front', (f: Buffer) => Buffer.concat([Buffer.alloc(1), f]), /accounts for/],
  ])('of %s is corrupt', async (_name, damage, message) => {
    await expect(reading(damage(packFile(many(20)))).header).rejects.toThrow(corrupt(message));
  });

  it('does not ask for more than the limit of a header, however large the file says it is', async () => {
    const size = 1024 ** 3;
    const reads: number[] = [];
    const read = (_offset: number, length: number) => {
      reads.push(length);
      const tail = Buffer.alloc(length);
      tail.writeUInt32LE(size - 4, length - 4);
      return tail;
    };
    await expect(readPackHeader(read, size, sealer, 'p1')).rejects.toThrow(corrupt(/impossible length/));
    expect(reads).toEqual([651]);
  });

  it('from a reader that returns less is corrupt', async () => {
    const file = packFile([PLAIN]);
    const read = (offset: number, length: number) => file.subarray(offset, offset + length - 1);
    await expect(readPackHeader(read, file.length, sealer, 'p1')).rejects.toThrow(corrupt(/only/));
  });
});
