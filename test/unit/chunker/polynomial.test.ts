import { describe, expect, it } from 'vitest';
import { isEngineError } from '../../../main/engine/base/errors.ts';
import { isIrreducible, parsePolynomial, randomPolynomial } from '../../../main/engine/chunker/polynomial.ts';

/** By trial division with every smaller polynomial. */
function hasDivisor(f: number): boolean {
  const degree = (p: number) => 31 - Math.clz32(p);
  for (let d = 2; degree(d) < degree(f); d++) {
    let rest = f;
    while (degree(rest) >= degree(d)) rest ^= d << (degree(rest) - degree(d));
    if (rest === 0) return true;
  }
  return false;
}

describe('isIrreducible', () => {
  it('agrees with trial division on every polynomial up to degree 8', () => {
    for (let f = 2; f < 512; f++) expect([f, isIrreducible(BigInt(f))]).toEqual([f, !hasDivisor(f)]);
  });

  it('refuses constants', () => {
    expect(isIrreducible(0n)).toBe(false);
    expect(isIrreducible(1n)).toBe(false);
  });
});

describe('randomPolynomial', () => {
  it('gives different irreducible polynomials of degree 53', () => {
    const found = new Set(Array.from({ length: 20 }, randomPolynomial));
    expect(found.size).toBe(20);
    for (const polynomial of found) {
      expect(polynomial >> 53n).toBe(1n);
      expect(isIrreducible(polynomial)).toBe(true);
    }
  });

  it('survives the way through hex', () => {
    const polynomial = randomPolynomial();
    expect(parsePolynomial(polynomial.toString(16))).toBe(polynomial);
  });
});

describe('parsePolynomial', () => {
  it.each([
    ['nothing', ''],
    ['upper case', '3090FFBE5E73F7'],
    ['a prefix', '0x3090ffbe5e73f7'],
    ['a leading zero', '03090ffbe5e73f7'],
    ['a line end', '3090ffbe5e73f7\n'],
    ['degree 52', '1090ffbe5e73f7'],
    ['degree 54', '5090ffbe5e73f7'],
    ['a product', '21ff63fbad7545'],
    ['a multiple of x', '3090ffbe5e73f6'],
  ])('refuses %s as corrupt', (_name, hex) => {
    let caught: unknown;
    try {
      parsePolynomial(hex);
    } catch (error) {
      caught = error;
    }
    expect(isEngineError(caught, 'corrupt')).toBe(true);
    expect(String(caught)).toContain('chunker polynomial');
  });
});
