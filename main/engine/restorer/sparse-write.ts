import { writeSync } from 'node:fs';

/** The grain of holes: file systems allocate in pages, and finer holes would only cost calls. */
const GRAIN_BYTES = 4096;
const ZEROS = Buffer.alloc(GRAIN_BYTES);

/**
 * Writes what is not zero, in runs, at its place in a file that has holes everywhere else. True when the last byte was not
 * written, so that the file's length is not there by itself.
 */
export function writeNonZero(fd: number, bytes: Uint8Array, offset: number): boolean {
  let runStart = -1;
  for (let at = 0; at < bytes.length; at += grainAt(offset, at)) {
    const isZero = isZeroGrain(bytes, at, Math.min(bytes.length, at + grainAt(offset, at)));
    if (!isZero && runStart < 0) runStart = at;
    if (isZero && runStart >= 0) {
      writeRun(fd, bytes, runStart, at, offset);
      runStart = -1;
    }
  }
  if (runStart < 0) return true;
  writeRun(fd, bytes, runStart, bytes.length, offset);
  return false;
}

/** Bytes up to the next boundary in the file. */
function grainAt(offset: number, at: number): number {
  return GRAIN_BYTES - ((offset + at) % GRAIN_BYTES);
}

function isZeroGrain(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start] === 0 && ZEROS.compare(bytes, start, end, 0, end - start) === 0;
}

function writeRun(fd: number, bytes: Uint8Array, start: number, end: number, offset: number): void {
  for (let at = start; at < end;) at += writeSync(fd, bytes, at, end - at, offset + at);
}
