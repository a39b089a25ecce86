import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { BlobId } from '../../../main/engine/base/ids.ts';
import { goString, goStringOfBytes } from '../../../main/engine/snapshot/go-json.ts';
import { GO_MODE, goModeOf, posixModeOf, posixPermissionsOf } from '../../../main/engine/snapshot/go-mode.ts';
import { nameLiteral, unquoteName } from '../../../main/engine/snapshot/name-quoting.ts';
import { makeNode } from '../../../main/engine/snapshot/node.ts';
import { RawTree } from '../../../main/engine/snapshot/raw-tree.ts';
import { isSafeName } from '../../../main/engine/snapshot/safe-name.ts';
import { decodeTree, iterateTree } from '../../../main/engine/snapshot/tree-decoder.ts';
import { encodeNode, encodeTree, TreeBuilder } from '../../../main/engine/snapshot/tree-encoder.ts';

const ID = 'ab'.repeat(32) as BlobId;
const TIMES = '"mtime":"2026-01-01T00:00:00Z","atime":"2026-01-01T00:00:00Z","ctime":"2026-01-01T00:00:00Z"';
const CORRUPT = expect.objectContaining({ code: 'corrupt', context: { treeId: 'some-tree' } });

function decode(json: string) {
  return decodeTree(Buffer.from(json), 'some-tree');
}

function fileJson(extra: string): string {
  return `{"nodes":[{"name":"a","type":"file",${TIMES},"uid":0,"gid":0${extra},"content":[]}]}\n`;
}

describe('encodeTree', () => {
  it('gives the empty tree the id that every repository knows', () => {
    const id = createHash('sha256').update(encodeTree([])).digest('hex');
    expect(id).toBe('ac08ce34ba4f8123618661bef2425f7028ffb9ac740578a3ee88684d2523fee8');
  });

  it('refuses nodes out of order and twice the same name', () => {
    const [a, b] = ['a', 'b'].map((name) => makeNode({ name, type: 'fifo' }));
    for (const nodes of [
      [b, a],
      [a, a],
    ]) {
      expect(() => encodeTree(nodes.filter((node) => node !== undefined))).toThrow(
        expect.objectContaining({ code: 'internal' }),
      );
    }
  });

  it('orders by UTF-8, not by UTF-16', () => {
    const astral = makeNode({ name: '\u{10000}', type: 'fifo' });
    const bmp = makeNode({ name: '\uffee', type: 'fifo' });
    expect(decodeTree(encodeTree([bmp, astral]), 'id')).toHaveLength(2);
    expect(() => encodeTree([astral, bmp])).toThrow();
  });

  it('writes a target that is not UTF-8 both ways, one \\ufffd for each bad byte', () => {
    const linkTargetRaw = Buffer.from('61e282ff62', 'hex');
    const text = encodeNode(makeNode({ name: 'l', type: 'symlink', linkTarget: 'x', linkTargetRaw }));
    expect(text).toContain('"linktarget":"a\\ufffd\\ufffd\\ufffdb","linktarget_raw":"YeKC/2I="');
    const [node] = decode(`{"nodes":[${text}]}`);
    expect(node?.linkTargetRaw).toEqual(linkTargetRaw);
  });

  it('sorts generic attributes', () => {
    const genericAttributes = { 'windows.b': 'x<', 'windows.a': { LowDateTime: 1, HighDateTime: 2 } };
    expect(encodeNode(makeNode({ name: 'w', type: 'file', genericAttributes }))).toContain(
      '"generic_attributes":{"windows.a":{"LowDateTime":1,"HighDateTime":2},"windows.b":"x\\u003c"}',
    );
  });
});

describe('a tree of many megabytes', () => {
  const builder = new TreeBuilder();
  const count = 12_000;
  for (let index = 0; index < count; index++) {
    const name = `${String(index).padStart(6, '0')} "],[{é\\`;
    builder.add(makeNode({ name, type: 'file', inode: 2n ** 64n - 1n - BigInt(index), content: [ID, ID] }));
  }
  const blob = builder.finish();

  it('is read in batches without loss', () => {
    expect(blob.length).toBeGreaterThan(3 << 20);
    const nodes = [...iterateTree(blob, 'some-tree')];
    expect(nodes).toHaveLength(count);
    expect(nodes[count - 1]).toMatchObject({ name: '011999 "],[{é\\', inode: 2n ** 64n - 12_000n, content: [ID, ID] });
    expect(encodeTree(nodes).equals(blob)).toBe(true);
  });

  it('may have any whitespace between its parts', () => {
    const spaced = blob
      .toString()
      .replace('{"nodes":[', ' {\n"nodes" : [ ')
      .replaceAll('},{"name"', '} ,\n{"name"')
      .replace(/\]\}\n$/, ' ] } ');
    expect(decode(spaced)).toHaveLength(count);
    expect(RawTree.parse(Buffer.from(spaced), 'some-tree').textAt(1)).toContain('"name":"000001 ');
  });

  it.each([
    ['cut off', (text: string) => text.slice(0, -1000)],
    ['followed by more', (text: string) => text + '{}'],
    ['with a comma behind the last node', (text: string) => text.replace(/\]\}\n$/, ',]}')],
    ['with two commas', (text: string) => text.replace('},{"name":"011000', '},,{"name":"011000')],
    ['with unbalanced brackets', (text: string) => text.replace('"content":[', '"content":{')],
  ])('is corrupt when %s', (_, damage) => {
    expect(() => decode(damage(blob.toString()))).toThrow(CORRUPT);
  });
});

describe('decodeTree', () => {
  it('is as lenient as Go', () => {
    expect(decode('{"nodes":null}')).toEqual([]);
    expect(decode('{"Nodes":[]}')).toEqual([]);
    const [node] = decode(
      `{"nodes":[{"Name":"a","TYPE":"file","size":1,"size":2,"user":null,"mode":null,"extra":{"x":[1]},
        "extended_attributes":null,"content":["${ID.toUpperCase()}"]}]}`,
    );
    expect(node).toMatchObject({ name: 'a', type: 'file', size: 2, user: '', mode: 0, content: [ID] });
    expect(node?.mtime).toBe('0001-01-01T00:00:00Z');
  });

  it('keeps 64-bit numbers exact', () => {
    const inode = (text: string) => decode(fileJson(`,"inode":${text}`))[0]?.inode;
    expect(inode('18446744073709551615')).toBe(18_446_744_073_709_551_615n);
    expect(inode('9007199254740991')).toBe(9_007_199_254_740_991);
    expect(inode('9007199254740993')).toBe(9_007_199_254_740_993n);
    expect(inode(' 9007199254740993')).toBe(9_007_199_254_740_993n);
  });

  it('leaves a file without content to the check', () => {
    expect(decode(fileJson('').replace('"content":[]', '"content":null'))[0]?.content).toBeNull();
  });

  it('does not let a tree touch prototypes', () => {
    const [node] = decode(fileJson(',"__proto__":{"polluted":1},"generic_attributes":{"__proto__":{"polluted":1}}'));
    expect(node).not.toHaveProperty('polluted');
    expect({}).not.toHaveProperty('polluted');
  });

  it.each([
    ['no JSON', '{"nodes":['],
    ['no object', '[]'],
    ['nodes of the wrong type', '{"nodes":{}}'],
    ['a node of the wrong type', '{"nodes":[1]}'],
    ['an empty name', fileJson('').replace('"a"', '""')],
    ['no name', fileJson('').replace('"name":"a",', '')],
    ['a badly quoted name', fileJson('').replace('"a"', '"a\\\\x4"')],
    ['a bare quote in a name', fileJson('').replace('"a"', '"a\\"b"')],
    ['an unknown type', fileJson('').replace('"file"', '"door"')],
    ['a type from the prototype', fileJson('').replace('"file"', '"constructor"')],
    ['a negative mode', fileJson(',"mode":-2147483155')],
    ['a mode beyond 32 bits', fileJson(',"mode":4294967296')],
    ['a mode in quotes', fileJson(',"mode":"420"')],
    ['a fraction', fileJson(',"size":1.5')],
    ['a number beyond 64 bits', fileJson(',"inode":18446744073709551616')],
    ['a number of 400 digits', fileJson(`,"inode":${'9'.repeat(400)}`)],
    ['a huge exponent', fileJson(',"size":1e21')],
    ['a bad time', fileJson('').replace('2026-01-01T00:00:00Z', '2026-01-01T00:00:00z')],
    ['a bad content id', fileJson('').replace('[]', '["abc"]')],
    ['a null content id', fileJson('').replace('[]', '[null]')],
    ['bad base64', fileJson(',"extended_attributes":[{"name":"a","value":"%%%"}]')],
    ['a folder without subtree', fileJson('').replace('"file"', '"dir"')],
    ['deeply nested attributes', fileJson(`,"generic_attributes":{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`)],
    [
      'deep nesting beside a long number',
      fileJson(`,"inode":99999999999999999,"x":${'['.repeat(1e5)}${']'.repeat(1e5)}`),
    ],
  ])('refuses %s', (_, json) => {
    expect(() => decode(json)).toThrow(CORRUPT);
  });
});

describe('Go strings', () => {
  it('are escaped as Go escapes them', () => {
    expect(goString('a"\\/\'\n\r\t\b\f\u0001\u001f\u007f<>&\u2028\u2029é😀')).toBe(
      '"a\\"\\\\/\'\\n\\r\\t\\b\\f\\u0001\\u001f\u007f\\u003c\\u003e\\u0026\\u2028\\u2029é😀"',
    );
    expect(goString('\ud800x')).toBe('"\\ufffdx"');
    expect(goStringOfBytes(Buffer.from('c3a9ed a080 f4908080 f09f9880 e2 82'.replaceAll(' ', ''), 'hex'))).toBe(
      `"é${'\\ufffd'.repeat(7)}😀\\ufffd\\ufffd"`,
    );
  });

  it('write a lone surrogate in a name as its three bytes', () => {
    expect(nameLiteral('x\ud800')).toBe('"x\\\\xed\\\\xa0\\\\x80"');
  });
});

describe('unquoteName', () => {
  it('reads octal escapes too', () => expect(unquoteName('\\101\\377')).toEqual(Buffer.from([0x41, 0xff])));

  it.each([
    '\\',
    'a"',
    'a\nb',
    "\\'",
    '\\q',
    '\\x',
    '\\x1',
    '\\xg0',
    '\\u12',
    '\\ud800',
    '\\U00110000',
    '\\400',
    '\\08',
  ])('refuses %j', (quoted) => expect(() => unquoteName(quoted)).toThrow(expect.objectContaining({ code: 'corrupt' })));
});

describe('Go modes', () => {
  it.each([
    [0o100644, 420],
    [0o040755, 2_147_484_141],
    [0o041777, 2_148_532_735],
    [0o120777, 134_218_239],
    [0o020644, 69_206_436],
    [0o060600, 67_109_248],
    [0o010644, 33_554_852],
    [0o106755, 12_583_405],
    [0o140755, GO_MODE.socket + 0o755],
  ])('st_mode %o is %i', (stMode, goMode) => {
    expect(goModeOf(stMode)).toBe(goMode);
    expect(posixModeOf(goMode)).toBe(stMode);
    expect(posixPermissionsOf(goMode)).toBe(stMode & 0o7777);
  });
});

describe('isSafeName', () => {
  const judge = (name: string, platform: NodeJS.Platform) => isSafeName(Buffer.from(name), platform);

  it.each(['', '.', '..', 'a/b', '/', 'a\0b'])('refuses %j everywhere', (name) => {
    expect([judge(name, 'linux'), judge(name, 'win32')]).toEqual([false, false]);
  });

  it.each([
    'a\\b',
    '..\\x',
    'C:',
    'file:stream',
    'nul',
    'CON.txt',
    'com1',
    'LPT\u00b9.log',
    'a.',
    'a ',
    'a\u0001',
    'aux .c',
  ])('refuses %j on Windows only', (name) =>
    expect([judge(name, 'linux'), judge(name, 'win32')]).toEqual([true, false]),
  );

  it.each(['...a', '.hidden', 'console', 'com10', 'nulls', 'é'])('accepts %j everywhere', (name) => {
    expect([judge(name, 'linux'), judge(name, 'win32')]).toEqual([true, true]);
  });
});
