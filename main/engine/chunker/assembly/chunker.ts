// AssemblyScript, not TypeScript: `npm run build:wasm` compiles it into ../chunker-wasm.ts.
//
// Rabin fingerprints over a sliding window of 64 bytes (repository-format, section 6). The host owns the memory and fills
// both tables before the first call: 256 u64 each, the `mod` table at address 0, the byte leaving the window behind it.
// Addresses are absolute; every scan reads the 64 bytes in front of its first position.

const LEAVING: usize = 2048;
const WINDOW: usize = 64;
const SPLIT_MASK: u64 = 0xfffff;
// Long enough that warming up the other two lanes (64 steps each) is noise, short enough that three stay in the L1 cache.
const LANE: usize = 4096;

/** Moves a fingerprint by one byte: `incoming` enters the window, `outgoing` (64 bytes older) leaves it; both 0 to 255. */
// @ts-ignore: decorator
@inline
function roll(digest: u64, incoming: u64, outgoing: u64): u64 {
  const appended = ((digest << 8) | incoming) ^ load<u64>((<usize>(digest >> 45)) << 3);
  return appended ^ load<u64>((<usize>outgoing) << 3, LEAVING);
}

// @ts-ignore: decorator
@inline
function byteOf(word: u64, index: u64): u64 {
  return (word >> (index << 3)) & 0xff;
}

// @ts-ignore: decorator
@inline
function isCut(digest: u64): bool {
  return (digest & SPLIT_MASK) == 0;
}

/** Fingerprint of the 64 bytes that end in front of `end`. */
// @ts-ignore: decorator
@inline
function fingerprint(end: usize): u64 {
  let digest: u64 = 0;
  for (let p = end - WINDOW; p < end; p++) {
    digest = ((digest << 8) | <u64>load<u8>(p)) ^ load<u64>((<usize>(digest >> 45)) << 3);
  }
  return digest;
}

/** One lane: the first cut in (from, limit], or 0. `digest` is the fingerprint at `from`. */
function scanLane(from: usize, limit: usize, digest: u64): usize {
  for (let p = from; p < limit; p++) {
    digest = roll(digest, load<u8>(p), load<u8>(p - WINDOW));
    if (isCut(digest)) return p + 1;
  }
  return 0;
}

/**
 * The first end position in [from, limit] whose last 64 bytes make a cut, or 0.
 *
 * One fingerprint is a chain of dependent loads that leaves the processor idle most of the time; as a cut depends on its
 * last 64 bytes only, three neighbouring lanes are rolled at once. A cut in any of them (once in a MiB) ends the race, and
 * the block is scanned again in file order, so that the earliest cut wins whichever lane saw one first.
 */
export function scan(from: usize, limit: usize): usize {
  let a = fingerprint(from);
  if (isCut(a)) return from;
  let block = from;
  while (block + 3 * LANE <= limit) {
    const start = a;
    let b = fingerprint(block + LANE);
    let c = fingerprint(block + 2 * LANE);
    if (isCut(b) || isCut(c)) return scanLane(block, block + 3 * LANE, start);
    for (let p = block, end = block + LANE; p < end; p += 8) {
      const aIn = load<u64>(p);
      const aOut = load<u64>(p - WINDOW);
      const bIn = load<u64>(p, LANE);
      const bOut = load<u64>(p, LANE - WINDOW);
      const cIn = load<u64>(p, 2 * LANE);
      const cOut = load<u64>(p, 2 * LANE - WINDOW);
      // The compiler unrolls nothing by itself; eight steps for each load of a word.
      a = roll(a, byteOf(aIn, 0), byteOf(aOut, 0));
      b = roll(b, byteOf(bIn, 0), byteOf(bOut, 0));
      c = roll(c, byteOf(cIn, 0), byteOf(cOut, 0));
      if (isCut(a) || isCut(b) || isCut(c)) return scanLane(block, block + 3 * LANE, start);
      a = roll(a, byteOf(aIn, 1), byteOf(aOut, 1));
      b = roll(b, byteOf(bIn, 1), byteOf(bOut, 1));
      c = roll(c, byteOf(cIn, 1), byteOf(cOut, 1));
      if (isCut(a) || isCut(b) || isCut(c)) return scanLane(block, block + 3 * LANE, start);
      a = roll(a, byteOf(aIn, 2), byteOf(aOut, 2));
      b = roll(b, byteOf(bIn, 2), byteOf(bOut, 2));
      c = roll(c, byteOf(cIn, 2), byteOf(cOut, 2));
      if (isCut(a) || isCut(b) || isCut(c)) return scanLane(block, block + 3 * LANE, start);
      a = roll(a, byteOf(aIn, 3), byteOf(aOut, 3));
      b = roll(b, byteOf(bIn, 3), byteOf(bOut, 3));
      c = roll(c, byteOf(cIn, 3), byteOf(cOut, 3));
      if (isCut(a) || isCut(b) || isCut(c)) return scanLane(block, block + 3 * LANE, start);
      a = roll(a, byteOf(aIn, 4), byteOf(aOut, 4));
      b = roll(b, byteOf(bIn, 4), byteOf(bOut, 4));
      c = roll(c, byteOf(cIn, 4), byteOf(cOut, 4));
      if (isCut(a) || isCut(b) || isCut(c)) return scanLane(block, block + 3 * LANE, start);
      a = roll(a, byteOf(aIn, 5), byteOf(aOut, 5));
      b = roll(b, byteOf(bIn, 5), byteOf(bOut, 5));
      c = roll(c, byteOf(cIn, 5), byteOf(cOut, 5));
      if (isCut(a) || isCut(b) || isCut(c)) return scanLane(block, block + 3 * LANE, start);
      a = roll(a, byteOf(aIn, 6), byteOf(aOut, 6));
      b = roll(b, byteOf(bIn, 6), byteOf(bOut, 6));
      c = roll(c, byteOf(cIn, 6), byteOf(cOut, 6));
      if (isCut(a) || isCut(b) || isCut(c)) return scanLane(block, block + 3 * LANE, start);
      a = roll(a, byteOf(aIn, 7), byteOf(aOut, 7));
      b = roll(b, byteOf(bIn, 7), byteOf(bOut, 7));
      c = roll(c, byteOf(cIn, 7), byteOf(cOut, 7));
      if (isCut(a) || isCut(b) || isCut(c)) return scanLane(block, block + 3 * LANE, start);
    }
    a = c;
    block += 3 * LANE;
  }
  return scanLane(block, limit, a);
}

/** Whether the `length` bytes at `from` are all zero; `length` is a multiple of 64. */
export function isZero(from: usize, length: usize): bool {
  for (let p = from, end = from + length; p < end; p += 64) {
    const low = v128.or(v128.load(p), v128.load(p, 16));
    const high = v128.or(v128.load(p, 32), v128.load(p, 48));
    if (v128.any_true(v128.or(low, high))) return false;
  }
  return true;
}
