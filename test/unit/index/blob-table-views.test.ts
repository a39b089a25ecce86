import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';

/** More than the table's memory holds before it grows for the first time. */
const BLOBS = 70_000;

it('sees entries that another view of the table made by growing it', () => {
  const owner = BlobTable.create();
  const other = BlobTable.attach(owner.shared);
  const idOf = (number: number) => createHash('sha256').update(String(number)).digest();
  let last = -1;
  for (let i = 0; i < BLOBS; i++) last = ~other.claim(0, idOf(i));
  expect(owner.isStored(last)).toBe(false);
  owner.setLocation(last, 3, 4, 100, 5);
  const third = BlobTable.attach(owner.shared);
  expect([third.pack(last), third.offset(last), third.length(last), third.uncompressedLength(last)]).toEqual([
    3, 4, 100, 5,
  ]);
});

it.each([
  ['type', (table: BlobTable, entry: number) => table.typeCode(entry)],
  ['offset', (table: BlobTable, entry: number) => table.offset(entry)],
  ['length', (table: BlobTable, entry: number) => table.length(entry)],
  ['copies', (table: BlobTable, entry: number) => table.nextCopy(entry)],
] as const)('reads the %s of such an entry in its first question', (_name, ask) => {
  const owner = BlobTable.create();
  const other = BlobTable.attach(owner.shared);
  const id = Buffer.alloc(32);
  let last = -1;
  for (let i = 0; i < BLOBS; i++) {
    id.writeUInt32LE(i, 4);
    last = ~other.claim(0, id);
  }
  expect(() => ask(owner, last)).not.toThrow();
});
