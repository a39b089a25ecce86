import { POLYNOMIAL_DEGREE } from './polynomial.ts';

/** Bytes in the sliding window (repository-format, section 6). */
export const WINDOW_SIZE = 64;

export interface ChunkerTables {
  /**
   * `mod[b]`: what one XOR has to add to a digest whose 8 bits from 53 up are `b`, to clear them and add their residue.
   */
  readonly mod: BigUint64Array;
  /**
   * `leaving[b]`: what a byte has become 64 steps after it entered. The format's own `out` table has 63 steps, because it
   * takes the old byte out before the new one comes in; one step later both look-ups no longer wait for each other.
   */
  readonly leaving: BigUint64Array;
}

/** Tables of 256 entries; `polynomial` has degree 53. About half a millisecond. */
export function chunkerTables(polynomial: bigint): ChunkerTables {
  const mod = byteMultiples(polynomial, POLYNOMIAL_DEGREE);
  for (let b = 0; b < 256; b++) mod[b] = (mod[b] ?? 0n) | (BigInt(b) << BigInt(POLYNOMIAL_DEGREE));
  return { mod, leaving: byteMultiples(polynomial, 8 * WINDOW_SIZE) };
}

/** `result[b] = b * x^shift mod polynomial`: by linearity the sum of the entries of b's bits, from eight powers of x. */
export function byteMultiples(polynomial: bigint, shift: number): BigUint64Array {
  const overflow = 1n << BigInt(POLYNOMIAL_DEGREE);
  const multiples = new BigUint64Array(256);
  let power = 1n;
  for (let exponent = 0; exponent < shift + 8; exponent++) {
    if (exponent >= shift) multiples[1 << (exponent - shift)] = power;
    power <<= 1n;
    if (power & overflow) power ^= polynomial;
  }
  for (let b = 1; b < 256; b++) {
    const lowest = b & -b;
    multiples[b] = (multiples[b ^ lowest] ?? 0n) ^ (multiples[lowest] ?? 0n);
  }
  return multiples;
}
