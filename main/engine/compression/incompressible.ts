const SAMPLE_BYTES = 1024;
const SMALL_BYTES = 16 * 1024;
const SAMPLES_OF_LARGE = 4;
// For random bytes the statistic is 255 on average with a deviation of 23. More means that some byte values are frequent;
// much less that all are equally frequent, as no chance would make them: a ramp or a repeated table.
const CHI_SQUARE_MIN = 150;
const CHI_SQUARE_MAX = 400;

const histogram = new Uint32Array(256);

/**
 * Guesses whether zstd would be wasted on `bytes`: encrypted, compressed or random data. Looks at the frequencies of byte values
 * in 1 KiB, from 16 KiB on in 4 KiB spread over the whole, by a chi-square test. A wrong guess costs time or space, nothing else:
 * a reader is told by each blob's own entry whether it is compressed.
 */
export function looksIncompressible(bytes: Uint8Array): boolean {
  if (bytes.length < SAMPLE_BYTES) return false;
  const samples = bytes.length < SMALL_BYTES ? 1 : SAMPLES_OF_LARGE;
  histogram.fill(0);
  for (let sample = 0; sample < samples; sample++) {
    const slack = bytes.length - SAMPLE_BYTES;
    countBytes(bytes, samples === 1 ? slack >>> 1 : Math.floor((slack * sample) / (samples - 1)));
  }
  const expected = (samples * SAMPLE_BYTES) / 256;
  let squares = 0;
  for (const count of histogram) squares += (count - expected) ** 2;
  const chiSquare = squares / expected;
  return chiSquare > CHI_SQUARE_MIN && chiSquare < CHI_SQUARE_MAX;
}

function countBytes(bytes: Uint8Array, start: number): void {
  for (let index = start; index < start + SAMPLE_BYTES; index++) {
    const value = bytes[index] ?? 0;
    histogram[value] = (histogram[value] ?? 0) + 1;
  }
}
