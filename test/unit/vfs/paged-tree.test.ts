import { describe, expect, it } from 'vitest';
import { compareNodeNames, makeNode, nodeNameBytes } from '../../../main/engine/snapshot/node.ts';
import { encodeNode, encodeTree } from '../../../main/engine/snapshot/tree-encoder.ts';
import { PagedTree } from '../../../main/engine/vfs/paged-tree.ts';

const ODD_NAMES = [
  'plain',
  'a"b',
  'back\\slash',
  '},{"name":"x',
  'nl\nx',
  'é',
  '\ue000',
  '😀',
  '\u2028',
  '\x7f',
  '"',
  '{',
];
const RAW = Buffer.from('c3286d6964', 'hex');

function oddNodes() {
  const nodes = ODD_NAMES.map((name) => makeNode({ name, type: 'file', size: name.length, content: [] }));
  nodes.push(makeNode({ name: RAW.toString(), rawName: RAW, type: 'file', content: [] }));
  return nodes.sort(compareNodeNames);
}

describe('PagedTree', () => {
  it('gives the nodes that were encoded, page by page', () => {
    const nodes = oddNodes();
    const tree = PagedTree.parse(encodeTree(nodes), 'tree');
    expect(tree.length).toBe(nodes.length);
    const pages = [tree.page(0, 5), tree.page(5, 5), tree.page(10, 5), tree.page(15, 5)];
    expect(pages.map((page) => page.length)).toEqual([5, 5, 3, 0]);
    expect(pages.flat()).toEqual(nodes);
  });

  it('finds every name by its bytes', () => {
    const nodes = oddNodes();
    const tree = PagedTree.parse(encodeTree(nodes), 'tree');
    expect(nodes.map((node) => tree.find(nodeNameBytes(node)))).toEqual(nodes.map((_, at) => at));
    for (const absent of ['', 'plai', 'plainer', 'z', 'name']) expect(tree.find(Buffer.from(absent))).toBe(-1);
  });

  it('finds names in a tree that is out of order', () => {
    const nodes = ['m', 'z', 'a', 'q'].map((name) => makeNode({ name, type: 'file', content: [] }));
    const tree = PagedTree.parse(Buffer.from(`{"nodes":[${nodes.map(encodeNode).join(',')}]}\n`), 'tree');
    expect(['m', 'z', 'a', 'q', 'b'].map((name) => tree.find(Buffer.from(name)))).toEqual([0, 1, 2, 3, -1]);
  });

  it('reads the layouts that a decoder accepts', () => {
    const node = '{ "type":"file", "name" : "x", "mtime":"2026-01-01T00:00:00Z","content":[]}';
    for (const text of [`{"nodes":[${node}]}`, `{ "nodes" : [ ${node} , ${node.replace('x', 'y')} ] } `]) {
      const tree = PagedTree.parse(Buffer.from(text), 'tree');
      expect(tree.find(Buffer.from('x'))).toBe(0);
      expect(tree.nodeAt(tree.length - 1).type).toBe('file');
    }
    expect(PagedTree.parse(Buffer.from('{"nodes":null}'), 'tree').length).toBe(0);
    expect(PagedTree.parse(Buffer.from('{"nodes":[]}\n'), 'tree').page(0, 10)).toEqual([]);
  });

  it('says which tree is damaged', () => {
    const good = encodeTree(oddNodes()).toString();
    for (const bad of [
      '',
      '{"nodes":[',
      good.slice(0, -4),
      good.replace('},{', '},,{'),
      good.replace(']}\n', ',]}\n'),
    ]) {
      expect(() => PagedTree.parse(Buffer.from(bad), 'the-tree')).toThrow(/the-tree/);
    }
    const inside = PagedTree.parse(Buffer.from(good.replace('"type":"file"', '"type":"door"')), 'the-tree');
    expect(() => inside.page(0, 100)).toThrow(/the-tree/);
  });

  it('pages through a huge folder without decoding the rest', () => {
    const node = encodeNode(makeNode({ name: 'NAME', type: 'file', content: [] }));
    const count = 200_000;
    const texts = Array.from({ length: count }, (_, at) => node.replace('NAME', `file-${String(at).padStart(7, '0')}`));
    // A defect that only decoding would find.
    texts[5] = texts[5]!.replace('"file"', '"door"');
    const tree = PagedTree.parse(Buffer.from(`{"nodes":[${texts.join(',')}]}\n`), 'tree');
    expect(tree.length).toBe(count);
    expect(tree.page(150_000, 3).map(({ name }) => name)).toEqual(['file-0150000', 'file-0150001', 'file-0150002']);
    expect(tree.find(Buffer.from('file-0199999'))).toBe(199_999);
    expect(() => tree.nodeAt(5)).toThrow(/door/);
  });
});
