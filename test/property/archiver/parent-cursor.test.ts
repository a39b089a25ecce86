import fc from 'fast-check';
import { expect, it } from 'vitest';
import { EntryEncoder } from '../../../main/engine/archiver/entry-encoder.ts';
import { ParentCursor } from '../../../main/engine/archiver/parent-cursor.ts';
import type { BlobId } from '../../../main/engine/base/ids.ts';
import { compareRawNames, rawFromBytes, type RawName } from '../../../main/engine/base/raw-path.ts';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';
import { makeNode, type Node } from '../../../main/engine/snapshot/node.ts';
import { encodeNode, encodeTree } from '../../../main/engine/snapshot/tree-encoder.ts';
import type { EntryStat } from '../../../main/engine/source/file-metadata.ts';

const TREE = 'f'.repeat(64) as BlobId;
const STORED = Array.from({ length: 8 }, (_, i) => i.toString(16).repeat(64) as BlobId);
const MISSING = 'e'.repeat(64) as BlobId;

const table = BlobTable.create();
for (const id of STORED) table.claim(0, Buffer.from(id, 'hex'));

const rawName = fc
  .oneof(
    fc.string({ minLength: 1, unit: 'grapheme' }).map((text) => Buffer.from(text)),
    fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
  )
  .filter((bytes) => !bytes.includes(0) && !bytes.includes(0x2f))
  .map((bytes): RawName => rawFromBytes(bytes));

const timeNs = fc.oneof(
  fc.bigInt({ min: -3_000_000_000_000_000_000n, max: 8_000_000_000_000_000_000n }),
  // Round numbers, and moments around the change of clocks in Berlin.
  fc.bigInt({ min: -100n, max: 4_000_000n }).map((thousands) => thousands * 1_000_000_000_000n),
  fc.bigInt({ min: 1_729_990_000n, max: 1_729_994_000n }).map((seconds) => seconds * 1_000_000_000n),
);
const count = fc.oneof(fc.constant(0), fc.constant(1), fc.nat(), fc.maxSafeNat());

const stat: fc.Arbitrary<EntryStat> = fc.record({
  type: fc.constant('file' as const),
  mode: fc.nat({ max: 2 ** 32 - 1 }),
  mtimeNs: timeNs,
  atimeNs: timeNs,
  ctimeNs: timeNs,
  uid: fc.constantFrom(0, 1, 65534, 4_000_000_000),
  gid: fc.constantFrom(0, 1, 65534, 4_000_000_000),
  inode: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 0n, max: 10_000_000n })),
  device: fc.bigInt({ min: 0n, max: 100_000n }),
  links: count,
  sizeBytes: count,
  allocatedBytes: fc.constant(0),
  rdev: fc.constant(0n),
});

const attributes = fc.array(
  fc.record({ name: fc.string({ minLength: 1 }), value: fc.uint8Array().map((bytes) => Buffer.from(bytes)) }),
  { maxLength: 2 },
);
const content = fc.array(fc.constantFrom(...STORED), { maxLength: 4 });
const file = fc.record({ name: rawName, stat, attributes, content });
const folder = fc
  .uniqueArray(file, { maxLength: 8, selector: ({ name }) => (typeof name === 'string' ? name : name.toString('hex')) })
  .map((files) => files.sort((a, b) => compareRawNames(a.name, b.name)));

/** For all runs: they ask the system for the name of each owner once, by a process where /etc/passwd has none. */
const encoders = {
  plain: new EntryEncoder({ withAtime: false, onWarning: () => {} }),
  withAtime: new EntryEncoder({ withAtime: true, onWarning: () => {} }),
};

function nodeOf(
  encoder: EntryEncoder,
  {
    name,
    stat: entry,
    attributes: extendedAttributes,
    content: chunks,
  }: { name: RawName; stat: EntryStat; attributes: Node['extendedAttributes']; content: readonly BlobId[] },
): Node {
  return { ...encoder.plainNode(name, entry), extendedAttributes, content: chunks };
}

it('takes over a folder of unchanged files whole, and each one as the encoder would write it', () => {
  fc.assert(
    fc.property(folder, fc.boolean(), (files, withAtime) => {
      const encoder = withAtime ? encoders.withAtime : encoders.plain;
      const cursor = new ParentCursor({ table, accounts: encoder.accounts, withAtime });
      const nodes = files.map((each) => nodeOf(encoder, each));
      const tree = encodeTree(nodes);
      cursor.start(tree, TREE);
      // What no number can hold takes the slow way.
      const fast = files.every(({ stat: { inode } }) => inode <= BigInt(Number.MAX_SAFE_INTEGER));
      for (const [i, { name, stat: entry }] of files.entries()) {
        if (cursor.takeFile(name, entry)) continue;
        expect(fast).toBe(false);
        cursor.takeRun();
        expect(cursor.find(name)?.text).toBe(encodeNode(nodes[i]!));
      }
      if (!fast) return;
      expect(cursor.isWhole).toBe(true);
      const run = cursor.takeRun();
      expect(run?.count ?? 0).toBe(files.length);
      expect(run?.bytes.toString() ?? '').toBe(tree.toString().slice('{"nodes":['.length, -']}\n'.length));
    }),
  );
});

it('takes over nothing that differs', () => {
  const change = fc.constantFrom<(keyof EntryStat)[]>(
    'mode',
    'mtimeNs',
    'ctimeNs',
    'uid',
    'gid',
    'inode',
    'device',
    'links',
    'sizeBytes',
  );
  fc.assert(
    fc.property(file, stat, change, (before, other, field) => {
      const encoder = encoders.plain;
      const cursor = new ParentCursor({ table, accounts: encoder.accounts, withAtime: false });
      const now = { ...before.stat, [field]: other[field] };
      fc.pre(now[field] !== before.stat[field]);
      cursor.start(encodeTree([nodeOf(encoder, before)]), TREE);
      expect(cursor.takeFile(before.name, now)).toBe(false);
      expect(cursor.isWhole).toBe(false);
      expect(cursor.find(before.name)?.text).toBe(encodeNode(nodeOf(encoder, before)));
    }),
  );
});

it('takes over no file with a chunk that is not stored', () => {
  fc.assert(
    fc.property(file, fc.nat({ max: 4 }), (before, at) => {
      const encoder = encoders.plain;
      const cursor = new ParentCursor({ table, accounts: encoder.accounts, withAtime: false });
      const chunks = before.content.toSpliced(at, 0, MISSING);
      cursor.start(encodeTree([nodeOf(encoder, { ...before, content: chunks })]), TREE);
      expect(cursor.takeFile(before.name, before.stat)).toBe(false);
    }),
  );
});

it('finds what is there, whatever was added and deleted', () => {
  fc.assert(
    fc.property(folder, fc.func(fc.constantFrom('kept', 'deleted', 'added')), (files, fate) => {
      const encoder = encoders.plain;
      const cursor = new ParentCursor({ table, accounts: encoder.accounts, withAtime: false });
      const small = files.map((each) => ({ ...each, stat: { ...each.stat, inode: 7n } }));
      const before = small.filter(({ name }) => fate(name) !== 'added');
      const now = small.filter(({ name }) => fate(name) !== 'deleted');
      cursor.start(encodeTree(before.map((each) => nodeOf(encoder, each))), TREE);
      const pieces: string[] = [];
      for (const each of now) {
        if (cursor.takeFile(each.name, each.stat)) continue;
        const run = cursor.takeRun();
        if (run) pieces.push(run.bytes.toString());
        const entry = cursor.find(each.name);
        const text = encodeNode(nodeOf(encoder, each));
        expect(entry?.text).toBe(fate(each.name) === 'kept' ? text : undefined);
        pieces.push(text);
      }
      const run = cursor.takeRun();
      if (run) pieces.push(run.bytes.toString());
      expect(pieces.join(',')).toBe(now.map((each) => encodeNode(nodeOf(encoder, each))).join(','));
    }),
  );
});

it('takes over other nodes by their text', () => {
  const encoder = encoders.plain;
  const cursor = new ParentCursor({ table, accounts: encoder.accounts, withAtime: false });
  const link = makeNode({ name: 'é', type: 'symlink', linkTarget: 'there' });
  cursor.start(encodeTree([link]), TREE);
  expect(cursor.takeNode(encodeNode({ ...link, linkTarget: 'thera' }))).toBe(false);
  expect(cursor.takeNode(encodeNode(link))).toBe(true);
  expect(cursor.isWhole).toBe(true);
});

it('reads trees of another layout, and refuses what is no tree', () => {
  const encoder = encoders.plain;
  const cursor = new ParentCursor({ table, accounts: encoder.accounts, withAtime: false });
  const node = makeNode({ name: 'a', type: 'fifo' });
  cursor.start(Buffer.from(JSON.stringify(JSON.parse(encodeTree([node]).toString()), null, 2)), TREE);
  expect(cursor.find('a')?.text).toBe(encodeNode(node));
  expect(() => cursor.start(Buffer.from('{"nodes":7}'), TREE)).toThrow('nodes is not a list');
});

it.each([
  '{"nodes":[{"name":"a"]}\n',
  '{"nodes":[{"name":"a","x":"}]}\n',
  '{"nodes":[{"name":"a"},]}\n',
  '{"nodes":[{"name":"a"}}]}\n',
  '{"nodes":[{"name":"a"}{"name":"b"}]}\n',
  '{"nodes":[{"name":"a"},{"nome":"b"}]}\n',
  '{"nodes":[{"name":"\\q"}]}\n',
])('throws for %s instead of inventing entries', (text) => {
  const encoder = encoders.plain;
  const cursor = new ParentCursor({ table, accounts: encoder.accounts, withAtime: false });
  cursor.start(Buffer.from(text), TREE);
  expect(() => [cursor.find('a'), cursor.find('b'), cursor.find('c')]).toThrow();
});
