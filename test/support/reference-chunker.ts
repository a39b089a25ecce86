/**
 * The chunker as the format describes it (repository-format, section 6), one byte at a time and with nothing clever: the
 * oracle for the real one. Digests reach 61 bits and live in two unsigned halves; tables come from long division.
 */
export interface ReferenceTables {
  readonly out: bigint[];
  readonly mod: bigint[];
}

const DEGREE = 53n;
const WINDOW = 64;
const MIN = 524288;
const MAX = 8388608;
const SPLIT_MASK = 0xfffff;

function remainder(value: bigint, polynomial: bigint): bigint {
  let rest = value;
  for (let bit = BigInt(rest.toString(2).length - 1); bit >= DEGREE; bit--) {
    if ((rest >> bit) & 1n) rest ^= polynomial << (bit - DEGREE);
  }
  return rest;
}

export function referenceTables(polynomial: bigint): ReferenceTables {
  const out: bigint[] = [];
  const mod: bigint[] = [];
  for (let b = 0n; b < 256n; b++) {
    let leaving = b;
    for (let step = 0; step < WINDOW - 1; step++) leaving = remainder(leaving << 8n, polynomial);
    out.push(leaving);
    mod.push(remainder(b << DEGREE, polynomial) ^ (b << DEGREE));
  }
  return { out, mod };
}

/** The sizes of the chunks of `data`. */
export function referenceChunks(data: Uint8Array, tables: ReferenceTables): number[] {
  const low = (table: bigint[]) => Uint32Array.from(table, (entry) => Number(entry & 0xffffffffn));
  const high = (table: bigint[]) => Uint32Array.from(table, (entry) => Number(entry >> 32n));
  const [outLow, outHigh] = [low(tables.out), high(tables.out)];
  const [modLow, modHigh] = [low(tables.mod), high(tables.mod)];
  const sizes: number[] = [];
  const ring = new Uint8Array(WINDOW);
  let at = 0;
  let lo = 0;
  let hi = 0;
  const feed = (byte: number): void => {
    const oldest = ring[at]!;
    lo ^= outLow[oldest]!;
    hi ^= outHigh[oldest]!;
    ring[at] = byte;
    at = (at + 1) % WINDOW;
    const index = hi >>> 13;
    hi = ((hi << 8) | (lo >>> 24)) ^ modHigh[index]!;
    lo = ((lo << 8) | byte) ^ modLow[index]!;
  };
  let start = 0;
  while (start < data.length) {
    ring.fill(0);
    lo = 0;
    hi = 0;
    feed(1);
    let length = Math.min(MIN - WINDOW, data.length - start);
    while (start + length < data.length) {
      feed(data[start + length]!);
      length++;
      if (length >= MIN && ((lo & SPLIT_MASK) === 0 || length >= MAX)) break;
    }
    sizes.push(length);
    start += length;
  }
  return sizes;
}
