import { describe, expect, it } from 'vitest';
import { ParentEntry } from '../../../main/engine/archiver/parent-entry.ts';
import type { BlobId } from '../../../main/engine/base/ids.ts';
import { makeNode, type Node } from '../../../main/engine/snapshot/node.ts';
import { encodeNode, encodeNodeHead } from '../../../main/engine/snapshot/tree-encoder.ts';

const ID_A = 'a'.repeat(64) as BlobId;
const ID_B = '0123456789abcdef'.repeat(4) as BlobId;

function entryOf(node: Node): ParentEntry {
  return new ParentEntry(encodeNode(node), 'tree');
}

const plain = makeNode({ name: 'file', type: 'file', mode: 0o644, inode: 7, size: 5, links: 1, content: [] });

describe('the parent entry of a file', () => {
  it.each([[[]], [[ID_A]], [[ID_A, ID_B]], [[ID_B, ID_B, ID_A]]])(
    'gives its content without being decoded: %j',
    (content) => {
      const node = { ...plain, content };
      const entry = entryOf(node);
      const head = entry.headLike(encodeNodeHead(plain));
      expect(head).toBe(encodeNodeHead(plain));
      expect(entry.contentAfter(head!)).toEqual(content);
      expect(entry.text).toBe(encodeNode(node));
    },
  );

  it('brings its extended attributes along', () => {
    const extendedAttributes = [
      { name: 'user.],"content":[', value: Buffer.from('v') },
      { name: 'user.b', value: null },
    ];
    const node = { ...plain, extendedAttributes, content: [ID_A] };
    const entry = entryOf(node);
    const head = entry.headLike(encodeNodeHead(plain));
    expect(head).toBe(encodeNodeHead(node));
    expect(entry.contentAfter(head!)).toEqual([ID_A]);
  });

  it.each([
    ['another head', { ...plain, size: 51 }],
    ['other fields behind the attributes', { ...plain, extendedAttributes: [{ name: 'a', value: null }], device: 5 }],
    ['Windows attributes', { ...plain, genericAttributes: { 'windows.file_attributes': 32 } }],
  ])('is decoded when it has %s', (_what, node: Node) => {
    expect(entryOf(node).headLike(encodeNodeHead(plain))).toBeUndefined();
  });

  it('is decoded when something follows the content', () => {
    const entry = entryOf({ ...plain, content: [ID_A], error: 'x' });
    expect(entry.contentAfter(encodeNodeHead(plain))).toBeUndefined();
    expect(entry.decode().content).toEqual([ID_A]);
  });

  it('has no content when the list is null', () => {
    expect(entryOf({ ...plain, content: null }).contentAfter(encodeNodeHead(plain))).toBeUndefined();
  });
});

describe('the parent entry of a folder', () => {
  const folder = makeNode({ name: 'folder', type: 'dir', mode: 2 ** 31 + 0o755, subtree: ID_B });

  it('gives its subtree', () => {
    expect(entryOf(folder).subtree).toBe(ID_B);
    expect(entryOf({ ...folder, error: 'x' }).subtree).toBe(ID_B);
  });

  it('gives none when it is none', () => {
    expect(entryOf({ ...plain, content: [ID_A] }).subtree).toBeUndefined();
    expect(entryOf(makeNode({ name: 'f', type: 'fifo' })).subtree).toBeUndefined();
  });
});
