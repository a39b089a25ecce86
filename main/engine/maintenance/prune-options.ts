import { parseByteSize } from '../base/byte-size.ts';
import { EngineError } from '../base/errors.ts';
import type { SnapshotId } from '../base/ids.ts';
import type { OperationOptions } from '../base/progress.ts';
import { DEFAULT_PACK_BYTES } from '../pack/pack-writer.ts';
import type { LockChoice } from './operation-lock.ts';

/** What prune may do, with restic's meanings (repository-format, section 18). */
export interface PruneLimits {
  /** Unused bytes that may stay: `5%` (of what stays in all; the default), a size such as `200M`, or `unlimited`. */
  readonly maxUnused?: string;
  /** Bytes of packs that are rewritten at most. */
  readonly maxRepackBytes?: number;
  /** Only packs that hold trees. */
  readonly repackCacheableOnly?: boolean;
  /** Join packs below 80 % of the target size. */
  readonly repackSmall?: boolean;
  /** Join packs below this size. */
  readonly repackSmallerThanBytes?: number;
  /** Compress what a version 1 repository or `--compression off` left uncompressed. */
  readonly repackUncompressed?: boolean;
  /** Target size of packs. */
  readonly packBytes?: number;
}

export interface PruneOptions extends PruneLimits, OperationOptions {
  /** Exclusive by default; none for a dry run. */
  readonly lock?: LockChoice;
  /** Only plan. */
  readonly dryRun?: boolean;
  /** As if these snapshots were gone, to know what that would free. Only with `dryRun`. */
  readonly ignoreSnapshots?: ReadonlySet<SnapshotId>;
  /** Decrypt, decompress and hash what is moved instead of checking its MAC only. */
  readonly verifyRepacked?: boolean;
  readonly workers?: number;
}

const DEFAULT_MAX_UNUSED = '5%';

/** How many unused bytes may stay when `usedBytes` are used. Throws `invalid_argument`. */
export function maxUnusedBytes(limit: string = DEFAULT_MAX_UNUSED, usedBytes: number): number {
  const text = limit.trim();
  if (text === 'unlimited') return Infinity;
  const percent = /^(\d+(?:\.\d+)?)\s*%$/.exec(text);
  if (!percent) return parseByteSize(text);
  const share = Number(percent[1]);
  if (share > 100) {
    throw new EngineError('invalid_argument', `The unused part cannot exceed 100 %: ${JSON.stringify(limit)}.`);
  }
  return share === 100 ? Infinity : Math.floor((share / (100 - share)) * usedBytes);
}

/** Packs below this size are "small": worth joining even if all of their blobs are used. */
export function smallPackBytes(limits: PruneLimits): number {
  if (limits.repackSmallerThanBytes !== undefined) return limits.repackSmallerThanBytes;
  const target = limits.packBytes ?? DEFAULT_PACK_BYTES;
  return limits.repackSmall === true ? (target / 5) * 4 : target / 25;
}
