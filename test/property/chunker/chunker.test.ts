import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Chunker, MAX_CHUNK } from '../../../main/engine/chunker/chunker.ts';
import { randomPolynomial } from '../../../main/engine/chunker/polynomial.ts';
import { chunkSizes, readFrom, xorshiftBytes } from '../../support/chunker-sources.ts';
import { referenceChunks, referenceTables } from '../../support/reference-chunker.ts';

const engines = Array.from({ length: 6 }, () => {
  const polynomial = randomPolynomial();
  return { hex: polynomial.toString(16), tables: referenceTables(polynomial), chunker: new Chunker(polynomial) };
});
const engine = fc.constantFrom(...engines);

/** Pieces of a file; `sparse` is a hole that the file system knows, `zeros` are written out. */
const extents = fc.array(
  fc.record({
    kind: fc.constantFrom('random', 'zeros', 'sparse', 'sparse', 'ones'),
    length: fc.oneof(
      fc.integer({ min: 1, max: 200 }),
      fc.integer({ min: 1, max: 700_000 }),
      fc.integer({ min: 400_000, max: 2_500_000 }),
      fc.constantFrom(65_536, 524_287, 524_288, 524_289, 1_048_576),
    ),
    seed: fc.integer({ min: 1, max: 0x7fffffff }),
  }),
  { minLength: 1, maxLength: 8 },
);

type Extent = { kind: string; length: number; seed: number };

function bytesOf({ kind, length, seed }: Extent): Uint8Array {
  if (kind === 'random') return xorshiftBytes(length, seed);
  return new Uint8Array(length).fill(kind === 'ones' ? 1 : 0);
}

function holesOf(pieces: readonly Extent[]): (position: number) => number {
  return (position) => {
    let end = 0;
    for (const { kind, length } of pieces) {
      end += length;
      if (position < end) return kind === 'sparse' ? end - position : 0;
    }
    return 0;
  };
}

it('cuts random data where the reference does, whatever the reads give', () => {
  fc.assert(
    fc.property(
      engine,
      fc.integer(),
      fc.integer({ min: 0, max: MAX_CHUNK }),
      fc.integer({ min: 20_000, max: 2_000_000 }),
      (e, seed, length, shortest) => {
        const data = xorshiftBytes(length, seed);
        const expected = referenceChunks(data, e.tables);
        expect(chunkSizes(e.chunker, data), e.hex).toEqual(expected);
        expect(chunkSizes(e.chunker, data, readFrom(data, shortest), { sizeBytes: length }), e.hex).toEqual(expected);
      },
    ),
    { numRuns: 25 },
  );
}, 30_000);

it('cuts sparse files where the reference cuts their bytes, with and without hints', () => {
  fc.assert(
    fc.property(
      engine,
      extents,
      fc.integer({ min: 20_000, max: 3_000_000 }),
      fc.boolean(),
      (e, pieces, shortest, sized) => {
        const data = Buffer.concat(pieces.map(bytesOf));
        const expected = referenceChunks(data, e.tables);
        const options = { holeAt: holesOf(pieces), ...(sized ? { sizeBytes: data.length } : {}) };
        expect(chunkSizes(e.chunker, data, readFrom(data), options), e.hex).toEqual(expected);
        expect(chunkSizes(e.chunker, data, readFrom(data, shortest), options), e.hex).toEqual(expected);
        expect(chunkSizes(e.chunker, data), e.hex).toEqual(expected);
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);
