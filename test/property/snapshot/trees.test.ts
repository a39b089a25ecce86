import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../main/engine/base/errors.ts';
import type { BlobId } from '../../../main/engine/base/ids.ts';
import { formatTime } from '../../../main/engine/base/rfc3339.ts';
import { nameLiteral, quoteBytes, unquoteName } from '../../../main/engine/snapshot/name-quoting.ts';
import {
  compareNodeNames,
  makeNode,
  NODE_TYPES,
  nodeNameBytes,
  toU64,
  type Node,
} from '../../../main/engine/snapshot/node.ts';
import { RawTree } from '../../../main/engine/snapshot/raw-tree.ts';
import { decodeTree } from '../../../main/engine/snapshot/tree-decoder.ts';
import { encodeNodeHead, encodeTree } from '../../../main/engine/snapshot/tree-encoder.ts';

/** Bytes that mix text, controls and broken UTF-8, where quoting has its edges. */
const nameBytes = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 4 }).map((text) => Buffer.from(text)),
      fc
        .constantFrom('"', '\\', '<', '\n', '\x7f', '\u2028', '\u00a0', '\\x41', '},{"name":"', '","type":"')
        .map(Buffer.from),
      fc.uint8Array({ minLength: 1, maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => Buffer.concat(parts));
const id = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex') as BlobId);
const u64 = fc.oneof(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(toU64));
const u32 = fc.nat({ max: 0xffffffff });
const time = fc
  .record({
    epochNs: fc.bigInt({ min: -(10n ** 19n), max: 10n ** 20n }),
    offsetMinutes: fc.integer({ min: -720, max: 840 }),
  })
  .map(formatTime);
const text = fc.oneof(
  fc.constant(''),
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('<&>', '\b\f', 'a"b\\', '},{"name":"'),
);
const bytes = fc.uint8Array({ maxLength: 20 }).map((value) => Buffer.from(value));

const node: fc.Arbitrary<Node> = fc
  .record({
    bytes: nameBytes,
    type: fc.constantFrom(...NODE_TYPES),
    numbers: fc.record({
      mode: u32,
      uid: u32,
      gid: u32,
      inode: u64,
      deviceId: u64,
      size: u64,
      links: u64,
      device: u64,
    }),
    times: fc.record({ mtime: time, atime: time, ctime: time }),
    texts: fc.record({ user: text, group: text, linkTarget: text, error: text }),
    extendedAttributes: fc.array(fc.record({ name: text, value: fc.option(bytes) }), { maxLength: 3 }),
    genericAttributes: fc.option(
      fc.constant({ 'windows.creation_time': { LowDateTime: 1, HighDateTime: 2 }, 'windows.file_attributes': 32 }),
      { nil: undefined },
    ),
    content: fc.option(fc.array(id, { maxLength: 3 })),
    subtree: id,
  })
  .map(({ bytes: name, numbers, times, texts, subtree, ...rest }) =>
    makeNode({
      ...numbers,
      ...times,
      ...texts,
      ...rest,
      ...named(name),
      ...(rest.type === 'dir' ? { subtree } : {}),
    }),
  );

function named(name: Buffer): Pick<Node, 'name' | 'rawName'> {
  const decoded = name.toString();
  return Buffer.from(decoded).equals(name) ? { name: decoded } : { name: decoded, rawName: name };
}

const tree = fc
  .uniqueArray(node, { maxLength: 6, selector: (item) => nodeNameBytes(item).toString('hex') })
  .map((nodes) => nodes.sort(compareNodeNames));

describe('names', () => {
  it('survive quoting whatever their bytes are', () => {
    fc.assert(
      fc.property(nameBytes, (name) => {
        expect(unquoteName(quoteBytes(name))).toEqual(name);
        const literal = nameLiteral('', name);
        expect(unquoteName(JSON.parse(literal) as string)).toEqual(name);
        const { name: decoded, rawName } = named(name);
        expect(nameLiteral(decoded, rawName)).toBe(literal);
      }),
      { numRuns: 500 },
    );
  });

  it('are compared by their bytes', () => {
    fc.assert(
      fc.property(nameBytes, nameBytes, (a, b) => {
        expect(Math.sign(compareNodeNames(named(a), named(b)))).toBe(Buffer.compare(a, b));
      }),
      { numRuns: 500 },
    );
  });
});

describe('trees', () => {
  it('decode to what was encoded, and encode to the same bytes again', () => {
    fc.assert(
      fc.property(tree, (nodes) => {
        const blob = encodeTree(nodes);
        const decoded = decodeTree(blob, 'id');
        expect(decoded).toEqual(nodes);
        expect(encodeTree(decoded).equals(blob)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('give the same nodes when they are cut, and know their heads', () => {
    fc.assert(
      fc.property(tree, (nodes) => {
        const raw = RawTree.parse(encodeTree(nodes), 'id');
        expect([...raw.nodes()]).toEqual(nodes);
        for (const [index, item] of nodes.entries()) {
          const head = encodeNodeHead(item);
          expect(raw.find(nameLiteral(item.name, item.rawName))).toBe(index);
          expect(raw.startsWith(index, head)).toBe(true);
          const plain = item.content !== null && item.subtree === undefined && item.error === '';
          expect(raw.contentIds(index, head)).toEqual(plain ? item.content : undefined);
          expect(raw.startsWith(index, encodeNodeHead({ ...item, device: 12345 }))).toBe(item.device === 12345);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('fail with corrupt and nothing else when bytes are damaged', () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(tree, damage, fc.nat(), (nodes, changes, cut) => {
        const blob = encodeTree(nodes);
        for (const [position, byte] of changes) blob[position % blob.length] = byte;
        expectCorruptOrFine(() => decodeTree(blob, 'tree-id'));
        expectCorruptOrFine(() => [...RawTree.parse(blob, 'tree-id').nodes()]);
        expectCorruptOrFine(() => decodeTree(blob.subarray(0, cut % blob.length), 'tree-id'));
      }),
      { numRuns: 500 },
    );
  });

  it('fail with corrupt and nothing else on any JSON', () => {
    const fields = ['name', 'type', 'mode', 'mtime', 'inode', 'content', 'subtree', 'extended_attributes', '__proto__'];
    const value = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('file', 'dir', 'a', '\\x4', 1e400, -1, 2 ** 53, 1.5, null, []),
    );
    const anyNode = fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom(...fields), value));
    fc.assert(
      fc.property(
        fc.oneof(
          fc.jsonValue(),
          fc.array(anyNode).map((nodes) => ({ nodes })),
        ),
        (json) => {
          expectCorruptOrFine(() => decodeTree(Buffer.from(JSON.stringify(json)), 'tree-id'));
        },
      ),
      { numRuns: 500 },
    );
  });
});

function expectCorruptOrFine(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: 'corrupt', context: { treeId: 'tree-id' } });
  }
}
