import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createListingMemory, ListingReader, ListingWriter } from '../../../main/engine/archiver/shared-listing.ts';
import { rawFromBytes, type RawName } from '../../../main/engine/base/raw-path.ts';
import { goModeOf } from '../../../main/engine/snapshot/go-mode.ts';
import type { EntryStat } from '../../../main/engine/source/file-metadata.ts';
import { writeListing, type ListedEntry } from '../../support/listings.ts';

const DEVICE = 7n;
const KEPT = { file: 0o100000, dir: 0o040000, symlink: 0o120000 } as const;

const rawName = fc
  .oneof(
    fc.string({ minLength: 1, unit: 'binary' }).map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  )
  .filter((bytes) => !bytes.includes(0))
  .map((bytes): RawName => rawFromBytes(bytes));

const kind = fc.constantFrom<'file' | 'dir' | 'symlink' | 'fifo' | 'chardev' | 'socket'>(
  'file',
  'dir',
  'symlink',
  'fifo',
  'chardev',
  'socket',
);
const stat: fc.Arbitrary<EntryStat> = fc
  .record({
    type: kind,
    permissions: fc.nat({ max: 0o7777 }),
    mtimeNs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    ctimeNs: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    uid: fc.nat({ max: 2 ** 32 - 1 }),
    gid: fc.nat({ max: 2 ** 32 - 1 }),
    inode: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    device: fc.constantFrom(DEVICE, DEVICE, 8n),
    links: fc.nat({ max: 2 ** 32 - 1 }),
    sizeBytes: fc.maxSafeNat(),
  })
  .map(({ permissions, ...fields }) => {
    const posix = { ...KEPT, fifo: 0o010000, chardev: 0o020000, socket: 0o140000 }[fields.type];
    return { ...fields, mode: goModeOf(posix | permissions), atimeNs: fields.mtimeNs, allocatedBytes: 0, rdev: 0n };
  });
const entries = fc.array(fc.record({ name: rawName, stat: fc.option(stat, { nil: undefined }) }), { maxLength: 20 });

it('gives back what was written, folder after folder', () => {
  fc.assert(
    fc.property(fc.array(entries, { maxLength: 4 }), (folders: ListedEntry[][]) => {
      const memory = createListingMemory();
      const writer = new ListingWriter(memory);
      const places = folders.map((folder, index) =>
        writeListing(writer, { inode: BigInt(index), device: DEVICE }, folder),
      );
      const reader = new ListingReader(memory);
      folders.forEach((folder, index) => {
        const place = places[index]!;
        expect(place).toMatchObject({ inode: BigInt(index), device: DEVICE, count: folder.length });
        expect(reader.names(place)).toEqual(folder.map(({ name }) => name));
        folder.forEach(({ stat: written }, i) => {
          const kept = written !== undefined && written.device === DEVICE && written.type in KEPT;
          expect(reader.stat(place, i)).toEqual(kept ? written : undefined);
        });
      });
    }),
    { numRuns: 50 },
  );
});

it('refuses what does not fit, and goes on with what does', () => {
  const memory = createListingMemory();
  const writer = new ListingWriter(memory);
  const folder = { inode: 1n, device: DEVICE };
  const many = Array.from({ length: 200_000 }, (_, i): ListedEntry => ({ name: `name-${i}`, stat: undefined }));
  expect(writeListing(writer, folder, many)).toBeUndefined();
  const place = writeListing(writer, folder, many.slice(0, 3));
  expect(new ListingReader(memory).names(place!)).toEqual(['name-0', 'name-1', 'name-2']);
});
