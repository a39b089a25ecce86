import { createHash, hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { byteMultiples, chunkerTables } from '../../main/engine/chunker/chunker-tables.ts';
import { Chunker } from '../../main/engine/chunker/chunker.ts';
import { isIrreducible, parsePolynomial } from '../../main/engine/chunker/polynomial.ts';
import { readFrom, xorshiftBytes } from '../support/chunker-sources.ts';
import { referenceChunks, referenceTables } from '../support/reference-chunker.ts';

interface Vectors {
  inputs: Record<string, { length: number; sha256: string }>;
  irreducible_true: string[];
  irreducible_false: string[];
  polynomials: {
    chunker_polynomial: string;
    debug_tables: Record<string, string> & { out_table_sha256: string; mod_table_sha256: string };
    chunks: Record<string, { offset: number; size: number; sha256: string }[]>;
  }[];
}

const vectors = JSON.parse(readFileSync(new URL('vectors/chunker-vectors.json', import.meta.url), 'utf8')) as Vectors;

const random = xorshiftBytes(33554432);
const inputs: Record<string, Uint8Array> = {
  'rand32m.bin': random,
  'shift1-32m.bin': Buffer.concat([Buffer.of(0xaa), random.subarray(0, -1)]),
  'zero5m.bin': new Uint8Array(5242880),
  'ones20m.bin': new Uint8Array(20971520).fill(1),
  'rand512k-minus1.bin': random.subarray(0, 524287),
  'rand512k.bin': random.subarray(0, 524288),
  'rand512k-plus1.bin': random.subarray(0, 524289),
  'one.bin': Buffer.of(0x41),
  'empty.bin': Buffer.alloc(0),
};

function inputOf(name: string): Uint8Array {
  const input = inputs[name];
  if (input === undefined) throw new Error(`No generator for the vector input ${name}`);
  return input;
}

/** SHA-256 over the entries as little-endian u64. */
function tableDigest(table: Iterable<bigint>): string {
  const digest = createHash('sha256');
  for (const entry of table) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(entry);
    digest.update(bytes);
  }
  return digest.digest('hex');
}

it.each(Object.entries(vectors.inputs))('generates the vector input %s', (name, { length, sha256 }) => {
  expect(inputOf(name).length).toBe(length);
  expect(hash('sha256', inputOf(name))).toBe(sha256);
});

it.each(vectors.irreducible_true)('finds %s irreducible', (hex) => {
  expect(isIrreducible(BigInt(`0x${hex}`))).toBe(true);
});

it.each(vectors.irreducible_false)('finds %s reducible', (hex) => {
  expect(isIrreducible(BigInt(`0x${hex}`))).toBe(false);
});

describe.each(vectors.polynomials)('polynomial $chunker_polynomial', (vector) => {
  const polynomial = parsePolynomial(vector.chunker_polynomial);
  const chunker = new Chunker(polynomial);

  it('has the tables of the format', () => {
    const { mod, leaving } = chunkerTables(polynomial);
    const out = byteMultiples(polynomial, 8 * 63);
    expect(tableDigest(mod)).toBe(vector.debug_tables.mod_table_sha256);
    expect(tableDigest(out)).toBe(vector.debug_tables.out_table_sha256);
    const oneStepOn = Array.from(out, (entry) => BigInt.asUintN(64, entry << 8n) ^ mod[Number(entry >> 45n)]!);
    expect(Array.from(leaving)).toEqual(oneStepOn);
    const reference = referenceTables(polynomial);
    expect(tableDigest(reference.mod)).toBe(vector.debug_tables.mod_table_sha256);
    expect(tableDigest(reference.out)).toBe(vector.debug_tables.out_table_sha256);
  });

  it('covers every input', () => {
    expect(Object.keys(vector.chunks).sort()).toEqual(Object.keys(vectors.inputs).sort());
  });

  it.each(Object.entries(vector.chunks))('cuts %s as restic does', (name, expected) => {
    const chunks: { offset: number; size: number; sha256: string }[] = [];
    let offset = 0;
    chunker.start(readFrom(inputOf(name)));
    for (let chunk = chunker.next(); chunk !== null; chunk = chunker.next()) {
      chunks.push({ offset, size: chunk.length, sha256: hash('sha256', chunk) });
      offset += chunk.length;
    }
    expect(chunks).toEqual(expected.map(({ offset, size, sha256 }) => ({ offset, size, sha256 })));
  });

  it('has a reference chunker that agrees', () => {
    const expected = vector.chunks['rand32m.bin']!.map(({ size }) => size);
    expect(referenceChunks(random, referenceTables(polynomial))).toEqual(expected);
  });
});
