import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { GIB, KIB, MIB } from './byte-units.ts';
import { SeededRandom } from './seeded-random.ts';
import { TextSource } from './text-source.ts';

const CLUSTER_BYTES = 4 * KIB;
const REMEMBERED_EXTENTS = 20;

/** D3: one sparse file of 2 GiB. Half of its extents are holes; of the others half text, the rest random or repeated. */
export function writeDiskImage(folder: string, scale: number): void {
  const random = new SeededRandom('D3');
  const text = new TextSource(random);
  const totalBytes = Math.ceil((2 * GIB * scale) / CLUSTER_BYTES) * CLUSTER_BYTES;
  const largestExtent = Math.max(32 * MIB * Math.min(scale, 1), 256 * KIB);
  mkdirSync(folder, { recursive: true });
  const image = openSync(join(folder, 'disk.img'), 'w');
  ftruncateSync(image, totalBytes);
  const earlier: Buffer[] = [];
  for (let at = 0; at < totalBytes;) {
    const clusters = Math.ceil(random.logBetween(64 * KIB, largestExtent) / CLUSTER_BYTES);
    const sizeBytes = Math.min(clusters * CLUSTER_BYTES, totalBytes - at);
    if (random.below(2) === 0) {
      const extent = drawExtent(sizeBytes, random, text, earlier);
      writeSync(image, extent, 0, extent.length, at);
      if (earlier.length < REMEMBERED_EXTENTS && extent.length < 4 * MIB) earlier.push(extent);
    }
    at += sizeBytes;
  }
  closeSync(image);
}

function drawExtent(sizeBytes: number, random: SeededRandom, text: TextSource, earlier: readonly Buffer[]): Buffer {
  const lot = random.below(10);
  if (lot < 5) return text.text(sizeBytes);
  if (lot < 8 || earlier.length === 0) return random.bytes(sizeBytes);
  return random.pick(earlier).subarray(0, sizeBytes);
}
