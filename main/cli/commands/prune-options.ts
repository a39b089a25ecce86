import type { Command } from 'commander';
import type { PruneLimits } from '../../engine/index.ts';
import * as common from './common-options.ts';
import type { Engine } from './repository-command.ts';

export interface PruneFlags {
  readonly maxUnused?: string;
  readonly maxRepackSize?: string;
  readonly repackCacheableOnly?: boolean;
  readonly repackSmall?: boolean;
  readonly repackSmallerThan?: string;
  readonly repackUncompressed?: boolean;
  readonly packSize?: number;
}

/** Shared by `prune` and `forget --prune`. */
export function addPruneOptions(command: Command): void {
  command
    .optionsGroup('How far pruning goes:')
    .option('--max-unused <limit>', 'unused data that may stay: 5%, 200M, or unlimited (default: 5%)')
    .option('--max-repack-size <size>', 'rewrite at most this much, the rest another time')
    .option('--repack-cacheable-only', 'rewrite only packs that hold folders')
    .option('--repack-small', 'join packs below 80 % of the usual size')
    .option('--repack-smaller-than <size>', 'join packs below this size')
    .option('--repack-uncompressed', 'compress what is stored uncompressed')
    .option('--pack-size <MiB>', 'the size that new packs aim at', common.wholeNumber);
}

export function pruneLimitsOf(engine: Engine, flags: PruneFlags): PruneLimits {
  const { maxRepackSize, repackSmallerThan, packSize } = flags;
  return {
    ...(flags.maxUnused !== undefined && { maxUnused: flags.maxUnused }),
    ...(maxRepackSize !== undefined && { maxRepackBytes: engine.parseByteSize(maxRepackSize) }),
    ...(repackSmallerThan !== undefined && { repackSmallerThanBytes: engine.parseByteSize(repackSmallerThan) }),
    ...(packSize !== undefined && { packBytes: packSize * 1024 ** 2 }),
    repackCacheableOnly: flags.repackCacheableOnly ?? false,
    repackSmall: flags.repackSmall ?? false,
    repackUncompressed: flags.repackUncompressed ?? false,
  };
}
