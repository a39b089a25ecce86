import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { isEngineError } from '../../../main/engine/base/errors.ts';
import type { ScannedTree } from '../../../main/engine/maintenance/scanned-tree.ts';
import { TreeScanner } from '../../../main/engine/maintenance/tree-scanner.ts';
import { nodeNameBytes } from '../../../main/engine/snapshot/node.ts';
import { decodeTree } from '../../../main/engine/snapshot/tree-decoder.ts';

const vectors = JSON.parse(
  readFileSync(new URL('../../format/vectors/tree-vectors.json', import.meta.url), 'utf8'),
) as { readonly tree_base64: string };
const ID = 'ab'.repeat(32);
const TIMES =
  '"mtime":"2026-01-31T01:02:03.5+01:00","atime":"2026-01-31T01:02:03.5+01:00","ctime":"2026-02-01T00:00:00Z"';
const OWNER = '"uid":0,"gid":0';

interface Seen {
  readonly name: string;
  readonly type: string;
  readonly content: readonly string[] | null;
  readonly subtree: string | undefined;
  readonly size: number;
}

function byDecoder(bytes: Buffer): Seen[] | 'corrupt' {
  return orCorrupt(() =>
    decodeTree(bytes, ID).map((node) => ({
      name: nodeNameBytes(node).toString('hex'),
      type: node.type,
      content: node.content,
      subtree: node.subtree,
      size: Number(node.size),
    })),
  );
}

const scanner = new TreeScanner();

function byScanner(bytes: Buffer): Seen[] | 'corrupt' {
  return orCorrupt(() => {
    const tree = scanner.scan(bytes, ID);
    return Array.from({ length: tree.count }, (_, i) => ({
      name: tree.name(i).toString('hex'),
      type: tree.type(i),
      content: contentOf(tree, i),
      subtree: tree.subtree(i),
      size: tree.size(i),
    }));
  });
}

function contentOf(tree: ScannedTree, i: number): string[] | null {
  const count = tree.contentCount(i);
  const id = Buffer.alloc(32);
  if (count < 0) return null;
  return Array.from({ length: count }, (_, k) => {
    tree.contentId(i, k, id);
    expect(tree.contentHex(i, k)).toBe(id.toString('hex'));
    return id.toString('hex');
  });
}

function orCorrupt<T>(read: () => T): T | 'corrupt' {
  try {
    return read();
  } catch (error) {
    if (isEngineError(error, 'corrupt')) return 'corrupt';
    throw error;
  }
}

const file = (name: string, rest: string) =>
  `{"name":${JSON.stringify(name)},"type":"file","mode":420,${TIMES},${OWNER},${rest}}`;
const tree = (...nodes: string[]) => `{"nodes":[${nodes.join(',')}]}\n`;

const SAMPLES = [
  tree(),
  tree(file('a', '"size":3,"content":["' + ID + '"]'), file('b', '"content":[]'), file('c', '"content":null')),
  tree(file('a', `"size":3,"links":2,"content":["${ID}","${'cd'.repeat(32)}"]`)),
  tree(`{"name":"d","type":"dir","mode":2147484141,${TIMES},${OWNER},"content":null,"subtree":"${ID}"}`),
  tree(
    `{"name":"l","type":"symlink",${TIMES},${OWNER},"linktarget":"a/\\u003cb","linktarget_raw":"YQ==","content":null}`,
  ),
  tree(file('x', '"extended_attributes":[{"name":"user.a","value":"AAE="},{"name":"b","value":null}],"content":[]')),
  tree(file('\\u00e4 \\"quoted\\"', '"inode":18446744073709551615,"device_id":9007199254740993,"content":[]')),
  tree(file('g', '"generic_attributes":{"a":{"b":["]}",1]}},"content":[]')),
];

it.each([Buffer.from(vectors.tree_base64, 'base64'), ...SAMPLES.map((text) => Buffer.from(text))])(
  'reads tree %# as the decoder does',
  (bytes) => {
    expect(byScanner(bytes)).toEqual(byDecoder(bytes));
    expect(byDecoder(bytes)).not.toBe('corrupt');
  },
);

it('agrees with the decoder about every damaged tree', () => {
  const sample = fc.constantFrom(...SAMPLES);
  const edit = fc.record({
    at: fc.nat(),
    drop: fc.nat(3),
    insert: fc.constantFrom('', '"', ',', '}', ']', '\\', ' ', '0', '1e3', 'null', '[]', '{}', 'ÿ', 'Z', '\n', ID),
  });
  fc.assert(
    fc.property(sample, fc.array(edit, { minLength: 1, maxLength: 3 }), (text, edits) => {
      let damaged = text;
      for (const { at, drop, insert } of edits) {
        const place = at % (damaged.length + 1);
        damaged = damaged.slice(0, place) + insert + damaged.slice(place + drop);
      }
      const bytes = Buffer.from(damaged);
      expect(byScanner(bytes)).toEqual(byDecoder(bytes));
    }),
    { numRuns: 2000 },
  );
});

it('agrees with the decoder about bytes that are not UTF-8', () => {
  fc.assert(
    fc.property(fc.constantFrom(...SAMPLES), fc.nat(), fc.integer({ min: 0, max: 255 }), (text, at, byte) => {
      const bytes = Buffer.from(text);
      bytes[at % bytes.length] = byte;
      expect(byScanner(bytes)).toEqual(byDecoder(bytes));
    }),
    { numRuns: 2000 },
  );
});
