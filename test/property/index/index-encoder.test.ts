import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PackId } from '../../../main/engine/base/ids.ts';
import { BlobTable } from '../../../main/engine/index/blob-table.ts';
import { IndexEncoder } from '../../../main/engine/index/index-encoder.ts';
import { blobIdOf, packIdOf } from '../../support/index-fixtures.ts';

interface Pack {
  readonly id: PackId;
  readonly entries: Uint32Array;
}

/** The text as JavaScript writes it. */
function textOf(table: BlobTable, packs: readonly Pack[]): string {
  const blobText = (entries: Uint32Array, at: number): string => {
    const [entry = 0, offset, length, plain] = entries.subarray(at, at + 4);
    const compressed = plain === 0 ? '' : `,"uncompressed_length":${plain}`;
    const key = `{"id":"${table.idHex(entry)}","type":"${table.type(entry)}"`;
    return `${key},"offset":${offset},"length":${length}${compressed}}`;
  };
  const packTexts = packs.map(({ id, entries }) => {
    const blobs = Array.from({ length: entries.length / 4 }, (_, i) => blobText(entries, i * 4));
    return `{"id":"${id}","blobs":[${blobs.join(',')}]}`;
  });
  return `{"packs":[${packTexts.join(',')}]}\n`;
}

/** Of every number of digits, and its ends. */
const number = fc.oneof(
  fc.nat(9),
  fc.nat({ max: 2 ** 31 - 1 }),
  fc.integer({ min: 0, max: 9 }).chain((digits) => fc.constantFrom(...near(10 ** digits))),
  fc.constantFrom(...near(2 ** 31), 2 ** 32 - 1),
);

function near(value: number): number[] {
  return [value - 1, value, value + 1].filter((n) => n < 2 ** 32);
}

const blobs = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.tuple(fc.nat(80), number, number, number), { maxLength: 6 }) },
  // More than are written at once.
  fc
    .tuple(fc.integer({ min: 500, max: 1100 }), number, number)
    .map(([count, a, b]) =>
      Array.from({ length: count }, (_, i): [number, number, number, number] => [i % 80, a, i, b]),
    ),
);

describe('the encoder of index files', () => {
  it('writes the bytes that JavaScript would write', () => {
    fc.assert(
      fc.property(fc.array(blobs, { maxLength: 12 }), (lists) => {
        const table = BlobTable.create();
        const known = Array.from(
          { length: 80 },
          (_, i) => ~table.claim(i % 3 === 0 ? 1 : 0, Buffer.from(blobIdOf(i), 'hex')),
        );
        // A copy has its id from the blob that it copies.
        for (let i = 0; i < 40; i++) {
          table.setLocation(known[i] ?? 0, 0, 0, 32, 0);
          known[i + 40] = table.addCopy(known[i] ?? 0, 1, 0, 32, 0);
        }
        const packs = lists.map((list, i): Pack => ({
          id: packIdOf(i),
          entries: Uint32Array.from(list.flatMap(([blob, ...fields]) => [known[blob] ?? 0, ...fields])),
        }));
        const encoder = new IndexEncoder(table);
        for (const { id, entries } of packs) encoder.addPack(id, entries);
        expect(Buffer.concat(encoder.finish()).toString()).toBe(textOf(table, packs));
      }),
      { numRuns: 150 },
    );
  });

  it('keeps two files apart that are written in turns', () => {
    const table = BlobTable.create();
    const packOf = (name: string): Pack => {
      const entry = ~table.claim(0, Buffer.from(blobIdOf(name), 'hex'));
      return {
        id: packIdOf(name),
        entries: Uint32Array.from({ length: 4 * 1500 }, (_, i) => [entry, i, 99, 7][i % 4] ?? 0),
      };
    };
    const files = ['a', 'b'].map((name) => {
      const pack = packOf(name);
      const encoder = new IndexEncoder(table);
      encoder.addPack(pack.id, pack.entries);
      return { pack, pieces: encoder.drain()[Symbol.iterator](), text: '' };
    });
    for (let turn = 0; turn < 10; turn++) {
      for (const file of files) file.text += String(file.pieces.next().value ?? '');
    }
    for (const { pack, text } of files) expect(text).toBe(textOf(table, [pack]));
  });
});
