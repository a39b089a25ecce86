import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../main/engine/base/errors.ts';
import { decodeSlowly } from '../../../main/engine/index/index-file.ts';
import { IndexScanner } from '../../../main/engine/index/index-scanner.ts';
import { ListedPacks } from '../../../main/engine/index/listed-packs.ts';
import type { ListedPack, RepositoryIndex } from '../../../main/engine/index/repository-index.ts';
import { blobIdOf, indexIdOf, packIdOf } from '../../support/index-fixtures.ts';

const ID = indexIdOf('s');
/** An id and its closing quote must fit. */
const SMALLEST_WINDOW = 66;
/** By then the ends of windows were everywhere. */
const LARGEST_WINDOW = 400;

/** Everything that was listed, as text. */
function listed(packs: ListedPacks): string[] {
  const found: string[] = [];
  const collector = {
    addListedPack({ id, first, count, ids, fields }: ListedPack) {
      const blobIds = Buffer.from(ids.subarray(first * 32, (first + count) * 32)).toString('hex');
      found.push(`${Buffer.from(id).toString('hex')} ${blobIds} ${fields.subarray(first * 4, (first + count) * 4)}`);
    },
  };
  packs.addTo(collector as unknown as RepositoryIndex, 0);
  return found;
}

function quickly(text: Uint8Array, windowBytes?: number, allowCompressed = true): string[] | undefined {
  const packs = new ListedPacks();
  return new IndexScanner(packs, allowCompressed, windowBytes).scan(text) ? listed(packs) : undefined;
}

function slowly(text: Uint8Array, version: 1 | 2 = 2): string[] | undefined {
  const packs = new ListedPacks();
  try {
    decodeSlowly(text, ID, version, packs);
    return listed(packs);
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

type Plain = string | number | string[];
type Json = Plain | Json[] | { [key: string]: Json };

const unknown = fc.dictionary(
  fc.constantFrom('', 'x', 'ids', 'packs_to_delete', 'uncompressed_lengtx', 'supersedes', 'lengths', 'typ'),
  fc.oneof(
    fc.string({ unit: fc.constantFrom('a', ' ', '~', '{', ']', ','), maxLength: 40 }),
    fc.nat(999),
    fc.constant<string[]>([]),
    fc.array(fc.constantFrom('', 'y', ID), { maxLength: 3 }),
  ),
  { maxKeys: 2 },
);

const blob = fc
  .record({
    id: fc.nat(1000).map(blobIdOf),
    type: fc.constantFrom('data', 'tree'),
    offset: fc.oneof(fc.nat(99), fc.integer({ min: 0, max: 2 ** 31 })),
    length: fc.oneof(fc.integer({ min: 32, max: 100 }), fc.integer({ min: 32, max: 2 ** 31 })),
    plain: fc.option(fc.integer({ min: 1, max: 2 ** 32 - 1 }), { nil: undefined }),
    unknown,
  })
  .map(({ unknown: more, plain, ...fields }): Json => ({
    ...more,
    ...fields,
    ...(plain === undefined ? {} : { uncompressed_length: plain }),
  }));
const pack = fc
  .record({ id: fc.nat(1000).map(packIdOf), blobs: fc.array(blob, { maxLength: 6 }), unknown })
  .map(({ unknown: more, ...fields }): Json => ({ ...more, ...fields }));
const index = fc
  .record({ packs: fc.array(pack, { maxLength: 5 }), unknown })
  .map(({ unknown: more, ...fields }): Json => ({ ...more, ...fields }));

/** Writes JSON with keys in any order and white space anywhere, as the choices say. */
function render(json: Json, choices: readonly number[]): string {
  let at = 0;
  const choice = () => choices[at++ % choices.length] ?? 0;
  const space = () => ['', '', '', ' ', '\n', '\r\n\t', '  '][choice() % 7] ?? '';
  const value = (item: Json): string => {
    if (Array.isArray(item))
      return `[${space()}${item.map((inner) => value(inner)).join(`${space()},${space()}`)}${space()}]`;
    if (typeof item !== 'object') return JSON.stringify(item);
    const keys = Object.entries(item).map(([key, inner]) => [choice(), `"${key}"${space()}:${space()}${value(inner)}`]);
    const texts = keys.sort(([a], [b]) => Number(a) - Number(b)).map(([, text]) => text);
    return `{${space()}${texts.join(`${space()},${space()}`)}${space()}}`;
  };
  return space() + value(json) + space();
}

const choices = fc.array(fc.nat(1000), { minLength: 1, maxLength: 50 });
const texts = fc.tuple(index, choices).map(([json, list]) => render(json, list));
const windows = fc.option(fc.integer({ min: SMALLEST_WINDOW, max: 400 }), { nil: undefined });

describe('the scanner of index files', () => {
  it('reads what the slow decoder reads, whatever the order of keys and the white space', () => {
    fc.assert(
      fc.property(texts, windows, (text, windowBytes) => {
        const bytes = Buffer.from(text);
        const expected = slowly(bytes);
        expect(expected).toBeDefined();
        expect(quickly(bytes, windowBytes)).toEqual(expected);
        if (slowly(bytes, 1) === undefined) expect(quickly(bytes, windowBytes, false)).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  it('reads the same wherever the text is cut into windows', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const bytes = Buffer.from(text);
        const expected = slowly(bytes);
        for (let size = SMALLEST_WINDOW; size <= Math.min(bytes.length, LARGEST_WINDOW); size++)
          expect(quickly(bytes, size)).toEqual(expected);
      }),
      { numRuns: 6 },
    );
  });

  it('accepts of damaged texts only what the slow decoder accepts, as that reads it', () => {
    const junk = fc.oneof(
      fc.constantFrom('"', '{', '}', '[', ']', ',', ':', '-', '.', 'e', '0', '9', '\\', ' ', 'null', '\0', '{}', '""'),
      fc.integer({ min: 0, max: 255 }).map((code) => Buffer.of(code).toString('latin1')),
    );
    const edit = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(3), insert: junk });
    const ends = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined, freq: 4 });
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(texts, fc.array(edit, { maxLength: 2 }), ends, windows, (text, edits, end, windowBytes) => {
        let bytes = Buffer.from(text);
        for (const { at, cut, insert } of edits) {
          const place = Math.floor(at * bytes.length);
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(insert, 'latin1'), bytes.subarray(place + cut)]);
        }
        if (end !== undefined) bytes = bytes.subarray(0, Math.floor(end * bytes.length));
        const found = quickly(bytes, windowBytes);
        if (found) expect(found).toEqual(slowly(bytes));
        if (found) accepted++;
        else refused++;
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(100);
  });

  it('hands over more packs and blobs than it has room for, and keeps nothing of the text before', () => {
    const packs = Array.from({ length: 2500 }, (_, p) => ({
      blobs: Array.from({ length: p % 9 }, (_unused, b) => ({
        id: blobIdOf(p * 9 + b),
        type: 'data',
        offset: b,
        length: 99,
      })),
      id: packIdOf(p),
    }));
    const bytes = Buffer.from(JSON.stringify({ packs }));
    const out = new ListedPacks();
    const scanner = new IndexScanner(out, true);
    expect(scanner.scan(bytes.subarray(0, -2))).toBe(false);
    out.clear();
    expect(scanner.scan(bytes)).toBe(true);
    expect(listed(out)).toEqual(slowly(bytes));
    out.clear();
    expect(scanner.scan(Buffer.from('{"packs":[]}'))).toBe(true);
    expect(listed(out)).toEqual([]);
  });
});
