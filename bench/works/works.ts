import { firstBackup } from './first-backup.ts';
import { changedBackup, fewChangedBackup, unchangedBackup } from './later-backups.ts';
import { prune } from './prune.ts';
import { checkReadingData, restore } from './reading.ts';
import type { Work } from './work.ts';

/** In the order of running: whatever changes the data set, if only for a while, comes after what compares with it. */
export const WORKS: readonly Work[] = [
  firstBackup,
  unchangedBackup,
  restore,
  checkReadingData,
  changedBackup,
  fewChangedBackup,
  prune,
];
