/**
 * HalfSipHash-1-3 over an id's eight words and one extra word. It guards no secret, only the speed of hash tables: with a
 * random key per process, ids that someone chose to collide (in an index file made for that) spread like honest ones.
 * Cheaper mixes of 32-bit words have collisions that no seed takes away.
 */
export function hashId(words: Int32Array, extra: number, key0: number, key1: number): number {
  let v0 = key0;
  let v1 = key1;
  let v2 = key0 ^ 0x6c796765;
  let v3 = key1 ^ 0x74656462;
  // Words 0–7 are the id, the 8th is `extra`, 9–11 are the finalisation's rounds.
  for (let i = 0; i < 12; i++) {
    const word = i < 8 ? (words[i] ?? 0) : i === 8 ? extra : 0;
    v3 ^= word;
    if (i === 9) v2 ^= 0xff;
    v0 = (v0 + v1) | 0;
    v1 = (v1 << 5) | (v1 >>> 27);
    v1 ^= v0;
    v0 = (v0 << 16) | (v0 >>> 16);
    v2 = (v2 + v3) | 0;
    v3 = (v3 << 8) | (v3 >>> 24);
    v3 ^= v2;
    v0 = (v0 + v3) | 0;
    v3 = (v3 << 7) | (v3 >>> 25);
    v3 ^= v0;
    v2 = (v2 + v1) | 0;
    v1 = (v1 << 13) | (v1 >>> 19);
    v1 ^= v2;
    v2 = (v2 << 16) | (v2 >>> 16);
    v0 ^= word;
  }
  return (v1 ^ v3) >>> 0;
}

/**
 * Writes the 32 bytes that 64 lower-case hex digits at `offset` stand for.
 * Returns false, with `out` partly overwritten, when there are not 64 such digits.
 */
export function decodeHexId(text: Uint8Array, offset: number, out: Uint8Array, outOffset: number): boolean {
  if (offset + 64 > text.length) return false;
  let seen = 0;
  for (let i = 0; i < 32; i++) {
    const at = offset + 2 * i;
    const high = HEX_VALUES[text[at] ?? 0] ?? 0xff;
    const low = HEX_VALUES[text[at + 1] ?? 0] ?? 0xff;
    seen |= high | low;
    out[outOffset + i] = (high << 4) | low;
  }
  return seen < 16;
}

/** The digit's value, 0xff for every other byte. */
const HEX_VALUES = hexValues();

function hexValues(): Uint8Array {
  const values = new Uint8Array(256).fill(0xff);
  for (let digit = 0; digit < 16; digit++) values[digit.toString(16).charCodeAt(0)] = digit;
  return values;
}
