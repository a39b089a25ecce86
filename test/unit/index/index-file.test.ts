import { describe, expect, it } from 'vitest';
import { IndexEncoder, MAX_BLOBS_PER_INDEX } from '../../../main/engine/index/index-encoder.ts';
import { IndexDecoder } from '../../../main/engine/index/index-file.ts';
import { IndexScanner } from '../../../main/engine/index/index-scanner.ts';
import { ListedPacks } from '../../../main/engine/index/listed-packs.ts';
import { RepositoryIndex } from '../../../main/engine/index/repository-index.ts';
import { blobIdOf, dumpIndex, indexIdOf, packIdOf } from '../../support/index-fixtures.ts';

const ID = indexIdOf(1);
const GOOD = {
  packs: [
    {
      id: packIdOf(1),
      blobs: [
        { id: blobIdOf(1), type: 'data', offset: 0, length: 44, uncompressed_length: 3 },
        { id: blobIdOf(2), type: 'tree', offset: 44, length: 132 },
      ],
    },
    { id: packIdOf(2), blobs: [{ id: blobIdOf(3), type: 'data', offset: 0, length: 2 ** 32 - 1 }] },
  ],
};

function decode(json: string, version: 1 | 2 = 2): RepositoryIndex {
  const index = new RepositoryIndex();
  new IndexDecoder(index, version).decode(Buffer.from(json), ID);
  return index;
}

const isFast = (json: string) => new IndexScanner(new ListedPacks(), true).scan(Buffer.from(json));
/** The good index with one blob's fields replaced. */
const withBlob = (fields: object) =>
  JSON.stringify({ packs: [{ id: packIdOf(1), blobs: [{ ...GOOD.packs[0]?.blobs[0], ...fields }] }] });
const withNumber = (name: string, text: string) => withBlob({ [name]: '?' }).replace('"?"', text);

describe('decoding', () => {
  it('reads what restic writes on the fast way', () => {
    const json = `${JSON.stringify(GOOD)}\n`;
    expect(isFast(json)).toBe(true);
    expect(dumpIndex(decode(json))).toEqual(GOOD);
  });

  it.each([
    ['white space', JSON.stringify(GOOD, undefined, '\t\r\n '), true],
    ['supersedes', `{"supersedes":["${ID}"],"packs":${JSON.stringify(GOOD.packs)}}`, true],
    ['unknown plain keys', JSON.stringify({ x: 'y', ...GOOD, n: 12, l: [] }), true],
    ['unknown nested keys', JSON.stringify({ packs_to_delete: [{ a: [1] }], ...GOOD, t: true, u: 'ü' }), false],
    [
      'escapes',
      JSON.stringify(GOOD).replaceAll('"data"', '"d\\u0061ta"').replaceAll('"offset"', '"\\u006fffset"'),
      false,
    ],
    ['a key given twice', JSON.stringify(GOOD).replaceAll('"offset":0', '"offset":7,"offset":0'), false],
    ['__proto__', JSON.stringify(GOOD).replace('{', '{"__proto__":{"packs":[]},'), false],
  ])('understands %s', (_name, json, fast) => {
    expect(isFast(json)).toBe(fast);
    expect(dumpIndex(decode(json))).toEqual(GOOD);
  });

  it('takes keys in any order', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reversed(inner)]),
      );
    };
    const json = JSON.stringify(reversed(GOOD));
    expect(json.startsWith('{"packs":[{"blobs":')).toBe(true);
    expect(isFast(json)).toBe(true);
    expect(dumpIndex(decode(json))).toEqual(GOOD);
  });

  it.each(['{"packs":[]}', '{"packs":null}', '{"packs":[]}\n', `{"packs":[{"id":"${packIdOf(1)}","blobs":null}]}`])(
    'takes %s',
    (json) => expect(decode(json).blobCount).toBe(0),
  );

  it.each([
    ['a negative offset', withNumber('offset', '-1')],
    ['minus zero', withNumber('offset', '-0')],
    ['a fraction', withNumber('offset', '1.0')],
    ['an exponent', withNumber('length', '1e2')],
    ['a leading zero', withNumber('length', '044')],
    ['a huge number', withNumber('length', '9'.repeat(400))],
    ['2^53 + 1', withNumber('uncompressed_length', '9007199254740993')],
    ['a length below 32', withBlob({ length: 31 })],
    ['a length of 2^32', withBlob({ length: 2 ** 32 })],
    ['an end behind 2^32', withBlob({ offset: 2 ** 32 - 43, length: 44 })],
    ['an uncompressed_length of 0', withBlob({ uncompressed_length: 0 })],
    ['an uncompressed_length of null', withBlob({ uncompressed_length: null })],
    ['a number as text', withBlob({ offset: '0' })],
    ['no offset', withBlob({ offset: undefined })],
    ['an unknown type', withBlob({ type: 'Data' })],
    ['an id in capitals', withBlob({ id: blobIdOf(1).toUpperCase() })],
    ['a short id', withBlob({ id: blobIdOf(1).slice(1) })],
    ['a long id', withBlob({ id: `${blobIdOf(1)}0` })],
    ['no id', withBlob({ id: undefined })],
    ['a pack without id', '{"packs":[{"blobs":[]}]}'],
    ['a pack without blobs', `{"packs":[{"id":"${packIdOf(1)}"}]}`],
    ['a pack that is none', '{"packs":[null]}'],
    ['no packs', '{}'],
    ['only an inherited name', '{"__proto__":{"packs":[]}}'],
    ['text behind', `${JSON.stringify(GOOD)}x`],
    ['a cut', JSON.stringify(GOOD).slice(0, -3)],
    ['nothing', ''],
    ['a byte order mark', `\ufeff${JSON.stringify(GOOD)}`],
    ['too deep nesting', '[{"a":'.repeat(100_000)],
    ['deep but valid nesting', `{"x":${'['.repeat(50_000)}${']'.repeat(50_000)},"packs":7}`],
  ])('calls an index with %s corrupt, names it and takes nothing from it', (_name, json) => {
    const index = new RepositoryIndex();
    const attempt = () => new IndexDecoder(index, 2).decode(Buffer.from(json), ID);
    expect(attempt).toThrow(expect.objectContaining({ code: 'corrupt', message: expect.stringContaining(ID) }));
    expect([index.packCount, index.table.entryCount, index.indexIds.length]).toEqual([0, 0, 0]);
  });

  it('refuses the lists of restic 0.1, and compression in a repository of version 1', () => {
    expect(() => decode('[{"id":"x"}]')).toThrow(expect.objectContaining({ code: 'unsupported_version' }));
    expect(() => decode(JSON.stringify(GOOD), 1)).toThrow(/not supported by repository version 1/);
    const plain = JSON.parse(withBlob({ uncompressed_length: undefined })) as unknown;
    expect(dumpIndex(decode(JSON.stringify(plain), 1))).toEqual(plain);
  });

  it('reuses its memory for the next file without mixing them up', () => {
    const index = new RepositoryIndex();
    const decoder = new IndexDecoder(index, 2);
    const many = {
      packs: Array.from({ length: 200 }, (_, p) => ({
        id: packIdOf(`m${p}`),
        blobs: Array.from({ length: 30 }, (_unused, b) => ({
          id: blobIdOf(`m${p} ${b}`),
          type: 'data',
          offset: b * 40,
          length: 40,
        })),
      })),
    };
    expect(decoder.decode(Buffer.from(JSON.stringify(many)), indexIdOf(1))).toEqual({
      index: 0,
      packs: 200,
      blobs: 6000,
    });
    expect(() => decoder.decode(Buffer.from(withBlob({ type: 1 })), indexIdOf(2))).toThrow(/damaged/);
    expect(decoder.decode(Buffer.from(JSON.stringify(GOOD)), indexIdOf(3))).toEqual({ index: 1, packs: 2, blobs: 3 });
    expect(dumpIndex(index)).toEqual({ packs: [...many.packs, ...GOOD.packs] });
    expect(index.indexesOf(0)).toEqual([0]);
    expect(index.indexIds[index.indexesOf(201)[0] ?? -1]).toBe(indexIdOf(3));
  });
});

describe('encoding', () => {
  it('gives back the very bytes that restic writes', () => {
    const index = decode(JSON.stringify(GOOD));
    const encoder = new IndexEncoder(index.table);
    for (let pack = 0; pack < index.packCount; pack++) encoder.addPack(index.packId(pack), index.packEntryFields(pack));
    expect([encoder.packCount, encoder.blobCount, encoder.isFull]).toEqual([2, 3, false]);
    expect(Buffer.concat(encoder.finish()).toString()).toBe(`${JSON.stringify(GOOD)}\n`);
    expect(Buffer.concat(encoder.finish()).toString()).toBe('{"packs":[]}\n');
  });

  it('is full at 50,000 blobs and keeps the pack that fills it whole', () => {
    const index = new RepositoryIndex();
    const encoder = new IndexEncoder(index.table);
    const id = Buffer.alloc(32);
    const entries = new Uint32Array(4 * 30_000);
    for (let pack = 0; pack < 2; pack++) {
      expect(encoder.isFull).toBe(false);
      for (let i = 0; i < 30_000; i++) {
        id.writeUInt32LE(pack * 30_000 + i);
        entries.set([~index.table.claim(0, id), i * 40, 40, 9], i * 4);
      }
      encoder.addPack(packIdOf(pack), entries);
    }
    expect(encoder.isFull).toBe(true);
    expect(encoder.blobCount).toBeGreaterThan(MAX_BLOBS_PER_INDEX);
    expect(decode(Buffer.concat(encoder.finish()).toString()).blobCount).toBe(60_000);
  });
});
