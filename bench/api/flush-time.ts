import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { percentile } from './percentile.ts';

export interface FlushTime {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What the disk itself takes to make 4 KiB durable, written over and over at the same place, as a write-ahead log is. */
export function measureFlush(folder: string, rounds = 300): FlushTime {
  const path = join(folder, 'flush-time');
  const descriptor = openSync(path, 'w');
  const page = Buffer.alloc(4096, 1);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    page.writeUInt32LE(round);
    writeSync(descriptor, page, 0, page.length, (round % 64) * page.length);
    const startedMs = performance.now();
    fdatasyncSync(descriptor);
    // The first ones grow the file.
    if (round >= 64) times.push(performance.now() - startedMs);
  }
  closeSync(descriptor);
  rmSync(path);
  return { p50Ms: percentile(times, 0.5), p99Ms: percentile(times, 0.99) };
}
