import { randomBytes } from 'node:crypto';
import { EngineError } from '../base/errors.ts';

/** Degree of every chunker polynomial (repository-format, section 6). */
export const POLYNOMIAL_DEGREE = 53;

/** restic gives up there too; one candidate in about 26 is irreducible. */
const MAX_TRIES = 1_000_000;

/**
 * A random irreducible polynomial over GF(2) of degree 53; bit i of the value is the coefficient of x^i. Each repository has
 * its own, so that the sizes of its chunks say nothing about known files.
 */
export function randomPolynomial(): bigint {
  const mandatoryBits = (1n << BigInt(POLYNOMIAL_DEGREE)) | 1n;
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const random = BigInt.asUintN(POLYNOMIAL_DEGREE + 1, randomBytes(8).readBigUInt64LE());
    const candidate = random | mandatoryBits;
    if (isIrreducible(candidate)) return candidate;
  }
  throw new EngineError('internal', 'No chunker polynomial was found: the random number generator is broken');
}

/** Reads the `chunker_polynomial` of a repository's config: lower-case hex. Throws `corrupt` for anything that cannot chunk. */
export function parsePolynomial(hex: string): bigint {
  // 14 digits that start with 2 or 3: the highest set bit is bit 53.
  if (!/^[23][0-9a-f]{13}$/.test(hex)) {
    throw new EngineError('corrupt', 'The chunker polynomial of the repository is not hexadecimal of degree 53');
  }
  const polynomial = BigInt(`0x${hex}`);
  if (!isIrreducible(polynomial)) {
    throw new EngineError('corrupt', 'The chunker polynomial of the repository is not irreducible');
  }
  return polynomial;
}

/** Ben-Or's test: f of degree n is irreducible when gcd(f, x^(2^i) + x mod f) is 1 for every i up to n/2. */
export function isIrreducible(f: bigint): boolean {
  const n = degreeOf(f);
  if (n < 1) return false;
  const squares = squaresOfPowers(f, n);
  const x = n === 1 ? f ^ 2n : 2n;
  let power = x;
  for (let i = 1; i <= n / 2; i++) {
    power = square(power, squares);
    if (gcd(f, power ^ x) !== 1n) return false;
  }
  return true;
}

/** x^(2j) mod f for every j below f's degree. */
function squaresOfPowers(f: bigint, degree: number): bigint[] {
  const overflow = 1n << BigInt(degree);
  const squares: bigint[] = [];
  let power = 1n;
  for (let j = 0; j < degree; j++) {
    squares.push(power);
    for (let step = 0; step < 2; step++) {
      power <<= 1n;
      if (power & overflow) power ^= f;
    }
  }
  return squares;
}

/** Squaring is linear over GF(2): the sum of the squares of the terms. */
function square(a: bigint, squares: readonly bigint[]): bigint {
  let result = 0n;
  let rest = a;
  for (const term of squares) {
    if (rest & 1n) result ^= term;
    rest >>= 1n;
  }
  return result;
}

function gcd(a: bigint, b: bigint): bigint {
  let aDegree = degreeOf(a);
  let bDegree = degreeOf(b);
  while (bDegree >= 0) {
    while (aDegree >= bDegree) {
      a ^= b << BigInt(aDegree - bDegree);
      aDegree = degreeOf(a);
    }
    [a, b] = [b, a];
    [aDegree, bDegree] = [bDegree, aDegree];
  }
  return a;
}

/** -1 for the zero polynomial. */
function degreeOf(polynomial: bigint): number {
  if (polynomial <= 0n) return -1;
  const hex = polynomial.toString(16);
  return hex.length * 4 + 27 - Math.clz32(parseInt(hex.charAt(0), 16));
}
