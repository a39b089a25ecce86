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
    // A lane's start needs no look: it is the end of the lane before.
    // Unrolling this by eight, with words loaded instead of bytes, measured 6 % slower: the loop is bound by the chains.
    for (let p = block, end = block + LANE; p < end; p++) {
      a = roll(a, load<u8>(p), load<u8>(p - WINDOW));
      b = roll(b, load<u8>(p, LANE), load<u8>(p, LANE - WINDOW));
      c = roll(c, load<u8>(p, 2 * LANE), load<u8>(p, 2 * LANE - WINDOW));
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
