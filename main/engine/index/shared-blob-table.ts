import { randomFillSync } from 'node:crypto';
import { EngineError } from '../base/errors.ts';
import { ENTRY_ID_WORDS, LOCATION_WORDS } from './blob-entries.ts';
import { growableBuffer } from './shared-growth.ts';

/** What a worker gets to attach to the same table; holds nothing but shared memory. */
export interface SharedBlobTable {
  readonly control: SharedArrayBuffer;
  readonly slots: SharedArrayBuffer;
  readonly ids: SharedArrayBuffer;
  readonly locations: SharedArrayBuffer;
}

export const CONTROL_NEXT = 0;
export const CONTROL_COPIES = 1;
export const CONTROL_FIRST_COPIES = 2;
export const CONTROL_LEVEL0_SLOTS = 3;
export const CONTROL_MAX_ENTRIES = 4;
export const CONTROL_KEY0 = 5;
export const CONTROL_KEY1 = 6;
/** One counter of taken slots for each level from here on. */
export const CONTROL_FILL = 8;

export const MAX_LEVELS = 24;
export const MAX_LOAD = 0.6;
const MIN_SLOTS = 1 << 10;
const START_ENTRIES = 1 << 16;

/** Makes the memory of a table that `expectedBlobs` fit in without a second level, and that never exceeds `maxEntries`. */
export function createSharedBlobTable(expectedBlobs: number, maxEntries: number): SharedBlobTable {
  const level0Slots = Math.max(MIN_SLOTS, Math.ceil(Math.min(expectedBlobs, maxEntries) / MAX_LOAD));
  const control = new SharedArrayBuffer((CONTROL_FILL + MAX_LEVELS) * 4);
  const words = new Int32Array(control);
  randomFillSync(words.subarray(CONTROL_KEY0, CONTROL_KEY1 + 1));
  words[CONTROL_LEVEL0_SLOTS] = level0Slots;
  // A process limited in address space (ulimit -v) cannot reserve it all; then the table's bound is lower.
  for (let max = maxEntries; ; max = Math.floor(max / 2)) {
    try {
      words[CONTROL_MAX_ENTRIES] = max;
      return { control, ...reserve(level0Slots, max) };
    } catch (error) {
      if (max > Math.max(expectedBlobs, START_ENTRIES)) continue;
      throw new EngineError('internal', `Not enough memory for a table of ${expectedBlobs} blobs.`, { cause: error });
    }
  }
}

function reserve(level0Slots: number, maxEntries: number): Omit<SharedBlobTable, 'control'> {
  // One level in reserve: levels fill to about their load, not exactly.
  let levels = 1;
  while (level0Slots * (2 ** (levels - 1) - 1) * MAX_LOAD < maxEntries && levels < MAX_LEVELS) levels++;
  const first = Math.min(maxEntries, START_ENTRIES);
  return {
    slots: growableBuffer(level0Slots * 4, level0Slots * (2 ** levels - 1) * 4),
    ids: growableBuffer(first * ENTRY_ID_WORDS * 4, maxEntries * ENTRY_ID_WORDS * 4),
    locations: growableBuffer(first * LOCATION_WORDS * 4, maxEntries * LOCATION_WORDS * 4),
  };
}
