import type { Command } from 'commander';
import type { StatsMode, StatsResult } from '../../engine/index.ts';
import type { Invocation } from '../invocation.ts';
import { formatBytes, formatCount } from '../output/format.ts';
import type { Output } from '../output/output.ts';
import { snakeCaseKeys } from '../output/snapshot-json.ts';
import * as common from './common-options.ts';
import { optionalLockOf, runsOnRepository, type VerbAction } from './repository-command.ts';
import { filterOf } from './snapshot-selection.ts';

interface StatsFlags extends common.LockFlags, common.SnapshotFilterFlags {
  readonly mode?: StatsMode;
}

const MODES = ['restore-size', 'files-by-contents', 'blobs-per-file', 'raw-data'] as const;

export function define(command: Command, invocation: Invocation): void {
  command
    .argument(...common.LOCATION_ARGUMENT)
    .argument('[snapshot...]', 'ids, or the starts of ids; default: all')
    .option('--mode <mode>', `${MODES.join(', ')} (default: restore-size)`, common.oneOf(...MODES));
  common.addSnapshotFilterOptions(command);
  common.addCommonOptions(command);
  common.addNoLockOption(command);
  common.addRetryLockOption(command);
  common.addExamples(
    command,
    [
      '/mnt/backup latest                   what a restore would write',
      '/mnt/backup --mode raw-data          what the repository stores',
    ],
    'files-by-contents counts equal files once; blobs-per-file counts the blobs of each path once.',
  );
  runsOnRepository(command, invocation, { outlivesItsReader: false }, run);
}

const run: VerbAction<StatsFlags> = async (context) => {
  const { engine, output, flags } = context;
  const mode = flags.mode ?? 'restore-size';
  const result = await engine.repositoryStats(await context.repository(), {
    ...context.operation,
    snapshots: context.operands,
    filter: filterOf(flags),
    mode,
    lock: optionalLockOf(flags),
  });
  output.clearProgress();
  if (output.isJson) output.record(statsRecord(result));
  else show(output, mode, result);
};

/** restic leaves zeros out, but for the first and the last number. */
function statsRecord(result: StatsResult): object {
  const { snapshotsCount, totalSize, ...others } = result;
  const counted = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== 0));
  return snakeCaseKeys({ totalSize, ...counted, snapshotsCount });
}

function show(output: Output, mode: StatsMode, result: StatsResult): void {
  const line = (name: string, value: string) => output.print(`${name.padEnd(16)}${value}`);
  const { totalUncompressedSize: uncompressed, compressionRatio: ratio } = result;
  line('Mode', mode);
  line('Snapshots', formatCount(result.snapshotsCount));
  if (result.totalFileCount > 0) line('Entries', formatCount(result.totalFileCount));
  if (result.totalBlobCount > 0) line('Blobs', formatCount(result.totalBlobCount));
  line('Size', formatBytes(result.totalSize));
  if (uncompressed) line('Uncompressed', formatBytes(uncompressed));
  if (ratio) line('Compression', `${ratio.toFixed(2)}x, saves ${(result.compressionSpaceSaving ?? 0).toFixed(2)}%`);
  if (result.compressionProgress) line('Compressed', `${result.compressionProgress.toFixed(2)}% of the data`);
}
