import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../main/engine/base/errors.ts';
import { IndexEncoder } from '../../../main/engine/index/index-encoder.ts';
import { IndexDecoder } from '../../../main/engine/index/index-file.ts';
import { RepositoryIndex } from '../../../main/engine/index/repository-index.ts';
import { blobIdOf, dumpIndex, indexIdOf, packIdOf } from '../../support/index-fixtures.ts';
import type { BlobJson, IndexJson } from '../../support/index-fixtures.ts';

const ID = indexIdOf('p');

function decode(json: Uint8Array): RepositoryIndex {
  const index = new RepositoryIndex();
  new IndexDecoder(index, 2).decode(json, ID);
  return index;
}

/** Blobs from a small pool of ids, so that packs share some. */
const blobs = fc.array(
  fc.record({
    name: fc.nat(30),
    type: fc.constantFrom('data' as const, 'tree' as const),
    length: fc.oneof(fc.integer({ min: 32, max: 100 }), fc.integer({ min: 32, max: 2 ** 28 })),
    plain: fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { nil: undefined }),
  }),
  { maxLength: 12 },
);

const indexes = fc.array(blobs, { maxLength: 10 }).map((packs): IndexJson => ({
  packs: packs.map((list, i) => {
    let offset = 0;
    return {
      id: packIdOf(i),
      blobs: list.map(({ name, type, length, plain }): BlobJson => {
        const blob: BlobJson = { id: blobIdOf(name), type, offset, length };
        offset += length;
        return plain === undefined ? blob : { ...blob, uncompressed_length: plain };
      }),
    };
  }),
}));

describe('index files', () => {
  it('decode to what JSON.parse reads, and encode to the same bytes', () => {
    fc.assert(
      fc.property(indexes, fc.constantFrom('', ' ', '\n\t'), (json, indent) => {
        const index = decode(Buffer.from(JSON.stringify(json, undefined, indent)));
        expect(dumpIndex(index)).toEqual(json);
        const encoder = new IndexEncoder(index.table);
        for (let pack = 0; pack < index.packCount; pack++)
          encoder.addPack(index.packId(pack), index.packEntryFields(pack));
        expect(Buffer.concat(encoder.finish()).toString()).toBe(`${JSON.stringify(json)}\n`);
      }),
      { numRuns: 150 },
    );
  });

  it('list every place of every blob from find and nextCopy', () => {
    fc.assert(
      fc.property(indexes, (json) => {
        const index = decode(Buffer.from(JSON.stringify(json)));
        const expected = new Map<string, string[]>();
        json.packs.forEach(({ blobs: list }, pack) => {
          for (const { type, id, offset } of list) {
            expected.set(`${type} ${id}`, [...(expected.get(`${type} ${id}`) ?? []), `${pack}:${offset}`]);
          }
        });
        expect(index.blobCount).toBe(expected.size);
        for (const [key, places] of expected) {
          const [type, id] = key.split(' ') as ['data' | 'tree', ReturnType<typeof blobIdOf>];
          const found: string[] = [];
          const { table } = index;
          for (let entry = table.findHex(type, id); entry >= 0; entry = table.nextCopy(entry)) {
            found.push(`${table.pack(entry)}:${table.offset(entry)}`);
          }
          expect(found.sort()).toEqual(places.sort());
        }
      }),
      { numRuns: 80 },
    );
  });

  it('that are damaged give an EngineError or what JSON.parse reads, never anything else', () => {
    const junk = fc.constantFrom(
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '-',
      '.',
      'e',
      '0',
      '9',
      '\\',
      '\\u0061',
      ' ',
      'é',
      '\0',
      'null',
    );
    const edits = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(12), junk }), {
      minLength: 1,
      maxLength: 3,
    });
    let survived = 0;
    let refused = 0;
    fc.assert(
      fc.property(indexes, edits, (json, changes) => {
        let text = JSON.stringify(json);
        for (const { at, cut, junk: insert } of changes) {
          const position = Math.floor(at * text.length);
          text = text.slice(0, position) + insert + text.slice(position + cut);
        }
        try {
          const index = decode(Buffer.from(text));
          survived++;
          const parsed = JSON.parse(text) as { packs: { id: string; blobs: BlobJson[] | null }[] | null };
          const places = (parsed.packs ?? []).reduce((sum, pack) => sum + (pack.blobs ?? []).length, 0);
          if (index.duplicatePacks.length === 0) expect(index.table.entryCount).toBe(places);
        } catch (error) {
          if (!(error instanceof EngineError)) throw error;
          expect(error.code).toBe('corrupt');
          expect(error.message).toContain(ID);
          refused++;
        }
      }),
      { numRuns: 600 },
    );
    expect(survived).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(100);
  });
});
