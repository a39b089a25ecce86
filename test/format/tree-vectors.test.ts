import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nameLiteral, quoteBytes, unquoteName } from '../../main/engine/snapshot/name-quoting.ts';
import { nodeNameBytes } from '../../main/engine/snapshot/node.ts';
import { RawTree } from '../../main/engine/snapshot/raw-tree.ts';
import { decodeTree } from '../../main/engine/snapshot/tree-decoder.ts';
import { encodeTree } from '../../main/engine/snapshot/tree-encoder.ts';

interface TreeVectors {
  readonly names: readonly { readonly json_literal: string; readonly name_hex: string }[];
  readonly tree_sha256: string;
  readonly tree_base64: string;
}

const vectors = JSON.parse(
  readFileSync(new URL('./vectors/tree-vectors.json', import.meta.url), 'utf8'),
) as TreeVectors;
const blob = Buffer.from(vectors.tree_base64, 'base64');

/** Assigned after Unicode 13, so restic 0.14 (Go 1.19) escapes them; builds with today's tables print them. */
const NEWER_THAN_GO_1_19: Readonly<Record<string, string>> = { '\\U0001fae0': '\u{1fae0}', '\\U0001fae8': '\u{1fae8}' };

function asPrintedToday(text: string): string {
  return Object.entries(NEWER_THAN_GO_1_19).reduce((result, [old, now]) => result.replace('\\' + old, now), text);
}

describe('a tree of nasty names, written by restic 0.14', () => {
  it.each(vectors.names)('$json_literal is the literal of $name_hex', ({ json_literal, name_hex }) => {
    const bytes = Buffer.from(name_hex, 'hex');
    expect(nameLiteral('', bytes)).toBe(asPrintedToday(json_literal));
    expect(unquoteName(JSON.parse(json_literal) as string)).toEqual(bytes);
    expect(unquoteName(quoteBytes(bytes))).toEqual(bytes);
  });

  it('decodes to the names, in the stored order', () => {
    const names = decodeTree(blob, vectors.tree_sha256).map((node) => nodeNameBytes(node).toString('hex'));
    expect(names).toEqual(vectors.names.map(({ name_hex }) => name_hex));
  });

  it('is encoded again byte for byte', () => {
    expect(createHash('sha256').update(blob).digest('hex')).toBe(vectors.tree_sha256);
    const again = encodeTree(decodeTree(blob, vectors.tree_sha256));
    // An old restic drops a link target's invalid byte for good: what it reads back, and prints, is a real U+FFFD.
    const expected = asPrintedToday(blob.toString()).replace('"bad\\ufffdtarget"', '"bad\ufffdtarget"');
    expect(again.equals(Buffer.from(expected))).toBe(true);
  });

  it('is cut into the same nodes without decoding', () => {
    const tree = RawTree.parse(blob, vectors.tree_sha256);
    expect([...tree.nodes()]).toEqual(decodeTree(blob, vectors.tree_sha256));
    expect(vectors.names.map(({ json_literal }) => tree.find(json_literal))).toEqual([...vectors.names.keys()]);
  });
});
