import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EntryEncoder } from '../../../main/engine/archiver/entry-encoder.ts';
import { ParentCursor } from '../../../main/engine/archiver/parent-cursor.ts';
import { createListingMemory, ListingReader, ListingWriter } from '../../../main/engine/archiver/shared-listing.ts';
import type { BlobId } from '../../../main/engine/base/ids.ts';
import { compareRawNames, rawFromBytes, type RawName } from '../../../main/engine/base/raw-path.ts';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';
import type { Node } from '../../../main/engine/snapshot/node.ts';
import { encodeNode, encodeTree } from '../../../main/engine/snapshot/tree-encoder.ts';
import type { EntryStat } from '../../../main/engine/source/file-metadata.ts';
import { writeListing } from '../../support/listings.ts';

const TREE = 'f'.repeat(64) as BlobId;
const STORED = Array.from({ length: 8 }, (_, i) => i.toString(16).repeat(64) as BlobId);
const MISSING = 'e'.repeat(64) as BlobId;

const table = BlobTable.create();
for (const id of STORED) table.claim(0, Buffer.from(id, 'hex'));

const memory = createListingMemory();
const listings = new ListingReader(memory);

const plainName = fc
  .string({ minLength: 1, maxLength: 12 })
  .filter((name) => !/["\\<>&/]/.test(name))
  .map((name): RawName => name);
const anyName = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .filter((bytes) => !bytes.includes(0) && !bytes.includes(0x2f))
  .map((bytes): RawName => rawFromBytes(Buffer.from(bytes)));

const timeNs = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -100n, max: 4_000_000n }).map((thousands) => thousands * 1_000_000_000_000n),
  // Around the change of clocks in Berlin.
  fc.bigInt({ min: 1_729_990_000n, max: 1_729_994_000n }).map((seconds) => seconds * 1_000_000_000n),
  fc.constantFrom(-1n, 0n, -60_000_000_000n, 59_999_999_999n),
);
const owner = fc.constantFrom(0, 1, 65534, 4_000_000_000);
const count = fc.oneof(fc.constantFrom(0, 1, 2 ** 32 - 1), fc.nat());

const stat: fc.Arbitrary<EntryStat> = fc
  .record({
    mode: fc.nat({ max: 0o777 }),
    mtimeNs: timeNs,
    ctimeNs: timeNs,
    uid: owner,
    gid: owner,
    inode: fc.oneof(fc.bigInt({ min: 0n, max: 10_000_000n }), fc.bigInt({ min: 0n, max: 2n ** 53n - 1n })),
    links: count,
    sizeBytes: fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constant(0)),
  })
  .map((fields) => ({
    ...fields,
    type: 'file',
    atimeNs: fields.mtimeNs,
    device: 0n,
    allocatedBytes: 0,
    rdev: 0n,
  }));

const attributes = fc.array(
  fc.record({ name: fc.string({ minLength: 1 }), value: fc.uint8Array().map((bytes) => Buffer.from(bytes)) }),
  { maxLength: 2 },
);
const content = fc.array(fc.constantFrom(...STORED), { maxLength: 4 });
const device = fc.constantFrom(0n, 7n, 2n ** 40n);

interface File {
  readonly name: RawName;
  readonly stat: EntryStat;
  readonly attributes: Node['extendedAttributes'];
  readonly content: readonly BlobId[];
}

const folderOf = (name: fc.Arbitrary<RawName>): fc.Arbitrary<File[]> =>
  fc
    .tuple(
      fc.uniqueArray(fc.record({ name, stat, attributes, content }), {
        maxLength: 8,
        selector: (file) => (typeof file.name === 'string' ? file.name : file.name.toString('hex')),
      }),
      device,
    )
    .map(([files, on]) =>
      files
        .map((file) => ({ ...file, stat: { ...file.stat, device: on } }))
        .sort((a, b) => compareRawNames(a.name, b.name)),
    );

function list(files: readonly File[]) {
  const folder = { inode: 1n, device: files[0]?.stat.device ?? 0n };
  const listed = writeListing(new ListingWriter(memory), folder, files);
  if (listed === undefined) throw new Error('There is room for a few files.');
  return listed;
}

/** One for all runs: it asks the system for the name of each owner once, by a process where /etc/passwd has none. */
const encoder = new EntryEncoder({ withAtime: false, onWarning: () => {} });

function setUp(before: readonly File[]) {
  const cursor = new ParentCursor({ table, accounts: encoder.accounts, withAtime: false });
  const textOf = (file: File) => encodeNode(nodeOf(file));
  const tree = encodeTree(before.map(nodeOf));
  cursor.start(tree, TREE);
  return { cursor, textOf, tree };
}

const nodeOf = (file: File): Node => ({
  ...encoder.plainNode(file.name, file.stat),
  extendedAttributes: file.attributes,
  content: file.content,
});

it('takes over a folder of unchanged files at once', () => {
  fc.assert(
    fc.property(folderOf(plainName), (files) => {
      const { cursor, tree } = setUp(files);
      cursor.compareWith(listings, list(files));
      expect(cursor.takeListed(0)).toBe(files.length);
      expect(cursor.isWhole).toBe(true);
      const run = cursor.takeRun()?.bytes.toString() ?? '';
      expect(run).toBe(tree.toString().slice('{"nodes":['.length, -']}\n'.length));
    }),
  );
});

type Fate = 'kept' | 'deleted' | 'added' | keyof EntryStat;

it('takes over just those files that it would take one by one', () => {
  const fates = fc.func(
    fc.constantFrom<Fate>(
      'kept',
      'kept',
      'kept',
      'deleted',
      'added',
      'mode',
      'mtimeNs',
      'ctimeNs',
      'uid',
      'gid',
      'inode',
      'links',
      'sizeBytes',
    ),
  );
  fc.assert(
    fc.property(folderOf(fc.oneof(plainName, anyName)), fates, stat, (files, fate, other) => {
      const before = files.filter(({ name }) => fate(name) !== 'added');
      const now = files
        .filter(({ name }) => fate(name) !== 'deleted')
        .map((file) => {
          const field = fate(file.name);
          return field in other ? { ...file, stat: { ...file.stat, [field]: other[field as keyof EntryStat] } } : file;
        });
      const single = setUp(before);
      const many = setUp(before);
      many.cursor.compareWith(listings, list(now));
      const pieces: Record<'single' | 'many', string[]> = { single: [], many: [] };
      const taken: Record<'single' | 'many', number> = { single: 0, many: 0 };
      const flush = (how: 'single' | 'many', { cursor }: ReturnType<typeof setUp>) => {
        const run = cursor.takeRun();
        if (run) pieces[how].push(run.bytes.toString());
        taken[how] += run?.count ?? 0;
      };
      for (let index = 0; index < now.length; index++) {
        const file = now[index]!;
        if (single.cursor.takeFile(file.name, file.stat)) continue;
        flush('single', single);
        single.cursor.find(file.name);
        pieces.single.push(single.textOf(file));
      }
      for (let index = 0; index < now.length; index++) {
        index += many.cursor.takeListed(index);
        const file = now[index];
        if (file === undefined || many.cursor.takeFile(file.name, file.stat)) continue;
        flush('many', many);
        many.cursor.find(file.name);
        pieces.many.push(many.textOf(file));
      }
      flush('single', single);
      flush('many', many);
      expect(pieces.many.join(',')).toBe(pieces.single.join(','));
      expect(pieces.many.join(',')).toBe(now.map(single.textOf).join(','));
      expect(taken.many).toBe(taken.single);
      expect(many.cursor.isWhole).toBe(single.cursor.isWhole);
    }),
    { numRuns: 300 },
  );
});

it('stops at a file with a chunk that is not stored', () => {
  fc.assert(
    fc.property(folderOf(plainName), fc.nat(), fc.nat({ max: 4 }), (files, pick, at) => {
      fc.pre(files.length > 0);
      const wrong = pick % files.length;
      const before = files.map((file, index) =>
        index === wrong ? { ...file, content: file.content.toSpliced(at, 0, MISSING) } : file,
      );
      const { cursor } = setUp(before);
      cursor.compareWith(listings, list(files));
      expect(cursor.takeListed(0)).toBe(wrong);
      expect(cursor.isWhole).toBe(false);
    }),
  );
});

it('is not misled by a damaged tree', () => {
  const cut = fc.record({ at: fc.nat(), kind: fc.constantFrom('flip', 'cut', 'insert') });
  fc.assert(
    fc.property(folderOf(plainName), cut, (files, { at, kind }) => {
      fc.pre(files.length > 0);
      const { cursor, tree } = setUp(files);
      const place = '{"nodes":['.length + (at % (tree.length - '{"nodes":[]}\n'.length));
      const damaged = Buffer.from(
        kind === 'insert'
          ? Buffer.concat([tree.subarray(0, place), Buffer.from('0'), tree.subarray(place)])
          : kind === 'cut'
            ? Buffer.concat([tree.subarray(0, place), Buffer.from(']}\n')])
            : tree,
      );
      if (kind === 'flip') damaged[place] = (damaged[place] ?? 0) ^ 0x80;
      const intact = tree.subarray(0, place);
      try {
        cursor.start(damaged, TREE);
      } catch {
        return;
      }
      cursor.compareWith(listings, list(files));
      const count = cursor.takeListed(0);
      const run = cursor.takeRun()?.bytes ?? Buffer.alloc(0);
      // What is taken over stood in front of the damage, but for attributes and ids, which only have to exist.
      expect(count).toBeLessThanOrEqual(files.length);
      expect(run.length).toBeLessThanOrEqual(damaged.length);
      if (kind === 'cut') expect(intact.subarray('{"nodes":['.length).includes(run)).toBe(true);
      if (kind === 'flip')
        expect(run.every((byte, index) => byte === tree['{"nodes":['.length + index] || byte > 0x7f)).toBe(true);
    }),
  );
});

it('leaves out what is too large for it', () => {
  const files = Array.from({ length: 4097 }, (_, index): File => ({
    name: String(index).padStart(5, '0'),
    stat: {
      type: 'file',
      mode: 0o644,
      mtimeNs: 1n,
      atimeNs: 1n,
      ctimeNs: 1n,
      uid: 0,
      gid: 0,
      inode: 1n,
      device: 0n,
      links: 1,
      sizeBytes: 0,
      allocatedBytes: 0,
      rdev: 0n,
    },
    attributes: [],
    content: [],
  }));
  const { cursor } = setUp(files);
  cursor.compareWith(listings, list(files));
  expect(cursor.takeListed(0)).toBe(0);
  const fewer = files.slice(0, 2000);
  const short = setUp(fewer);
  short.cursor.compareWith(listings, list(fewer));
  expect(short.cursor.takeListed(0)).toBe(2000);
});
