import type { Command } from 'commander';
import type { RetentionPolicy } from '../../../../contracts/retention.ts';
import { wholeNumber } from '../../commands/common-options.ts';

/** What is kept, as `guardit repo forget` has it. */
export interface KeepFlags {
  readonly keepLast?: number;
  readonly keepHourly?: number;
  readonly keepDaily?: number;
  readonly keepWeekly?: number;
  readonly keepMonthly?: number;
  readonly keepYearly?: number;
  readonly keepWithin?: string;
}

export function addKeepOptions(command: Command): void {
  command
    .option('--keep-last <n>', 'keep the newest ones', wholeNumber)
    .option('--keep-hourly <n>', 'keep one of each of the last hours', wholeNumber)
    .option('--keep-daily <n>', 'keep one of each of the last days', wholeNumber)
    .option('--keep-weekly <n>', 'keep one of each of the last weeks', wholeNumber)
    .option('--keep-monthly <n>', 'keep one of each of the last months', wholeNumber)
    .option('--keep-yearly <n>', 'keep one of each of the last years', wholeNumber)
    .option('--keep-within <duration>', 'keep all of this time, such as 1y6m14d');
}

/** Undefined: none of them was given. */
export function keptBy(flags: KeepFlags): RetentionPolicy | undefined {
  const rules = {
    last: flags.keepLast,
    hourly: flags.keepHourly,
    daily: flags.keepDaily,
    weekly: flags.keepWeekly,
    monthly: flags.keepMonthly,
    yearly: flags.keepYearly,
    within: flags.keepWithin,
  };
  return Object.values(rules).some((rule) => rule !== undefined) ? rules : undefined;
}
