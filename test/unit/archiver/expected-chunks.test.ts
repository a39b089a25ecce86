import { expect, it } from 'vitest';
import { ExpectedChunks } from '../../../main/engine/archiver/expected-chunks.ts';
import type { BlobId } from '../../../main/engine/base/ids.ts';
import { MAX_CHUNK, MIN_CHUNK } from '../../../main/engine/chunker/chunker.ts';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';

const idOf = (digit: string) => digit.repeat(64) as BlobId;
const [A, B, C, D, OTHER] = ['a', 'b', 'c', 'd', 'e'].map(idOf) as [BlobId, BlobId, BlobId, BlobId, BlobId];
const MIB = 2 ** 20;

/** A table that holds these blobs, uncompressed, with the given sizes. */
function tableOf(sizes: Readonly<Record<BlobId, number>>): BlobTable {
  const table = BlobTable.create();
  for (const [id, size] of Object.entries(sizes)) {
    table.setLocation(~table.claim(0, Buffer.from(id, 'hex')), 0, 0, size + 32, 0);
  }
  return table;
}

const fourChunks = () => new ExpectedChunks([A, B, C, D], tableOf({ [A]: MIB, [B]: 2 * MIB, [C]: 3 * MIB, [D]: 100 }));

it('expects one chunk after another, the last one at the end of the file', () => {
  const expected = fourChunks();
  expect(expected.next).toEqual({ id: A, length: MIB, last: false });
  expected.matched();
  expected.matched();
  expected.matched();
  expect(expected.next).toEqual({ id: D, length: 100, last: true });
  expected.matched();
  expect(expected.next).toBeUndefined();
});

it('goes on behind a chunk that is known, wherever that is now', () => {
  const expected = fourChunks();
  expected.found(OTHER, 700_000);
  expect(expected.next?.id).toBe(B);
  expected.found(C, 4_000_000);
  expect(expected.next?.id).toBe(D);
});

it('goes on where the file was cut at the same place', () => {
  const expected = fourChunks();
  expected.found(OTHER, 600_000);
  expected.found(OTHER, 3 * MIB);
  expect(expected.next?.id).toBe(C);
});

it('gives up after two misses, until something is known again', () => {
  const expected = fourChunks();
  expected.found(OTHER, 700_000);
  expected.found(OTHER, 1_700_000);
  expect(expected.next).toBeUndefined();
  expected.found(OTHER, 2_700_000);
  expect(expected.next).toBeUndefined();
  expected.found(B, 5_000_000);
  expect(expected.next?.id).toBe(C);
});

it('does not follow cuts that this chunker cannot have made', () => {
  const sizes = { [A]: MIN_CHUNK - 1, [B]: MAX_CHUNK + 1, [C]: MIN_CHUNK, [D]: 0 };
  const expected = new ExpectedChunks([A, B, C, D], tableOf(sizes));
  expect(expected.next).toBeUndefined();
  expected.matched();
  expect(expected.next).toBeUndefined();
  expected.matched();
  expect(expected.next?.id).toBe(C);
  expected.matched();
  expect(expected.next).toBeUndefined();
});

it('knows nothing of what lies behind a chunk that is not in the index', () => {
  const expected = new ExpectedChunks([A, B, C], tableOf({ [A]: MIB, [C]: MIB }));
  expect(expected.next?.id).toBe(A);
  expected.matched();
  expect(expected.next).toBeUndefined();
  expected.found(A, 5 * MIB);
  expect(expected.next).toBeUndefined();
});
