import { closeSync, openSync, writeSync } from 'node:fs';
import { systemErrorCode } from '../../main/infra/files/durable-file.ts';

/** Takes all the room that is left on a disk with one file. Removing it gives the room back. */
export function fillWithZeroes(path: string): void {
  const descriptor = openSync(path, 'w');
  try {
    for (const size of [65_536, 4_096, 1]) writeUntilFull(descriptor, Buffer.alloc(size));
  } finally {
    closeSync(descriptor);
  }
}

function writeUntilFull(descriptor: number, zeroes: Buffer): void {
  try {
    for (;;) writeSync(descriptor, zeroes);
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOSPC') throw error;
  }
}
