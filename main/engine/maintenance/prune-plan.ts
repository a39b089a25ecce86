import type { FileInfo } from '../backend/backend.ts';
import { EngineError } from '../base/errors.ts';
import type { PackId } from '../base/ids.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from '../repository/repository.ts';
import { numberPacks, type PackListing } from './check-structure.ts';
import { measureUsage, type PackUsage, type RepositoryUsage } from './pack-usage.ts';
import { maxUnusedBytes, smallPackBytes, type PruneLimits } from './prune-options.ts';
import { surveyRepository, type Survey, type SurveyOptions } from './prune-survey.ts';
import { PlanStatistics, type PruneStatistics } from './prune-statistics.ts';

/** What prune is going to do. Made and executed under one exclusive lock: packs are named by their numbers in `index`. */
export interface PrunePlan {
  readonly index: RepositoryIndex;
  /** Pack files that no index names. */
  readonly unindexed: readonly PackId[];
  /** Packs without a used blob. */
  readonly remove: readonly number[];
  /** Packs whose blobs in `kept` move to new packs. */
  readonly repack: readonly number[];
  /** Packs that are gone and that nobody needs: only the index still names them. */
  readonly forget: readonly number[];
  /** 1 for each entry of the blob table that stays, or moves when its pack is repacked. */
  readonly kept: Uint8Array;
  /** Uncompressed blobs of these types are compressed when they move. */
  readonly compress: { readonly data: boolean; readonly tree: boolean };
  readonly statistics: PruneStatistics;
}

export interface PlanPruneOptions extends PruneLimits, SurveyOptions {
  /** Made already, and true. */
  readonly survey?: Survey;
  /** Listed under the same lock. */
  readonly packFiles?: Promise<readonly FileInfo[]>;
}

/** With fewer small packs than this, joining them is not worth it (and would go on for ever with one). */
const MIN_SMALL_PACKS = 10;

/**
 * Finds out what can go (repository-format, section 18). Changes nothing. Errors: `corrupt` when a snapshot, a tree or a pack that is
 * needed is unreadable, missing or of the wrong size: nothing is pruned before that is repaired.
 */
export async function planPrune(repository: Repository, options: PlanPruneOptions = {}): Promise<PrunePlan> {
  maxUnusedBytes(options.maxUnused, 0);
  const { signal } = options;
  const { index, used } = options.survey ?? (await surveyRepository(repository, options));
  const files = await (options.packFiles ?? repository.backend.list('pack', signal));
  const listing = numberPacks(index, files);
  const sizes = Float64Array.from({ length: index.packCount }, (_, pack) => index.packSizeBytes(pack));
  const usage = measureUsage(index, used, (pack) => listing.sizesBytes[pack] === sizes[pack]);
  refuseUnusable(index, usage, listing, sizes);
  return decide(repository, index, usage, listing, options);
}

/** A pack with used blobs must be there, with the size that the index implies. */
function refuseUnusable(
  index: RepositoryIndex,
  usage: RepositoryUsage,
  listing: PackListing,
  sizes: Float64Array,
): void {
  const bad = usage.packs.filter(({ pack, usedBlobs }) => usedBlobs > 0 && listing.sizesBytes[pack] !== sizes[pack]);
  const [first] = bad;
  if (first === undefined) return;
  const packId = index.packId(first.pack);
  const actualBytes = listing.sizesBytes[first.pack] ?? -1;
  const what = actualBytes < 0 ? 'is missing' : `has ${actualBytes} bytes where the index expects ${sizes[first.pack]}`;
  throw new EngineError(
    'corrupt',
    `${bad.length} pack(s) with data that snapshots need cannot be used; pack ${packId} ${what}. Nothing was changed. Run ` +
      '"guardit repo repair index", then "repair snapshots" for what is lost.',
    { context: { packs: bad.slice(0, 100).map(({ pack }) => index.packId(pack)) } },
  );
}

interface Candidate extends PackUsage {
  readonly sizeBytes: number;
  readonly mustCompress: boolean;
}

function decide(
  repository: Repository,
  index: RepositoryIndex,
  usage: RepositoryUsage,
  listing: PackListing,
  options: PlanPruneOptions,
): PrunePlan {
  const statistics = new PlanStatistics(usage, listing);
  const isVersion2 = repository.config.version >= 2;
  const compress = { tree: isVersion2, data: isVersion2 && options.repackUncompressed === true };
  const smallBytes = smallPackBytes(options);
  const remove: number[] = [];
  const forget: number[] = [];
  const candidates: Candidate[] = [];
  const smalls: Candidate[] = [];
  for (const pack of usage.packs) {
    const sizeBytes = listing.sizesBytes[pack.pack] ?? -1;
    const mustCompress = pack.hasUncompressed && (pack.kind === 'data' ? compress.data : compress.tree);
    const candidate = { ...pack, sizeBytes, mustCompress };
    if (sizeBytes < 0) {
      forget.push(pack.pack);
      statistics.removed(pack);
    } else if (pack.usedBlobs === 0) {
      remove.push(pack.pack);
      statistics.removed(pack);
    } else if (options.repackCacheableOnly === true && pack.kind === 'data') continue;
    else if (pack.unusedBlobs > 0 || pack.kind === 'mixed' || mustCompress) candidates.push(candidate);
    else if (sizeBytes < smallBytes) smalls.push(candidate);
  }
  if (smalls.length >= MIN_SMALL_PACKS) candidates.push(...smalls);
  const repack = chooseRepacks(candidates, smallBytes, statistics, options);
  const { kept } = usage;
  const gone = new Set([...remove, ...repack, ...forget]);
  dropKeptElsewhere(
    index,
    kept,
    repack,
    (pack) => !gone.has(pack) && listing.sizesBytes[pack] === index.packSizeBytes(pack),
  );
  const unindexed = listing.unindexed.map(({ id }) => id as PackId);
  return {
    index,
    unindexed,
    remove,
    forget,
    repack,
    kept,
    compress,
    statistics: statistics.finish(remove, repack, forget),
  };
}

/** Which candidates are worth it, in restic's order and by restic's limits. */
function chooseRepacks(
  candidates: Candidate[],
  smallBytes: number,
  statistics: PlanStatistics,
  options: PlanPruneOptions,
): number[] {
  const isSmall = (pack: Candidate) => pack.sizeBytes < smallBytes;
  const first = (test: (pack: Candidate) => boolean, a: Candidate, b: Candidate) => Number(test(b)) - Number(test(a));
  candidates.sort(
    (a, b) =>
      first(({ kind }) => kind !== 'data', a, b) ||
      first(isSmall, a, b) ||
      // The highest ratio of unused to used first; both sides multiplied out, so that nothing is divided by zero.
      b.unusedBytes * a.usedBytes - a.unusedBytes * b.usedBytes,
  );
  const maxUnused = maxUnusedBytes(options.maxUnused, statistics.usedBytes);
  const maxRepack = options.maxRepackBytes ?? Infinity;
  const repack: number[] = [];
  for (const pack of candidates) {
    if (statistics.repackBytes + pack.sizeBytes >= maxRepack) continue;
    const isWanted = pack.kind !== 'data' || pack.mustCompress || isSmall(pack);
    if (!isWanted && statistics.unusedBytesLeft < maxUnused) continue;
    repack.push(pack.pack);
    statistics.repacked(pack);
  }
  return repack;
}

/** Nothing moves that a pack which stays has as well. */
function dropKeptElsewhere(
  index: RepositoryIndex,
  kept: Uint8Array,
  repack: readonly number[],
  stays: (pack: number) => boolean,
): void {
  const { table } = index;
  for (const pack of repack) {
    const entries = index.packEntries(pack);
    for (let i = 0; i < entries.count; i++) {
      const entry = entries.at(i);
      if (kept[entry] !== 1) continue;
      for (let copy = table.primary(entry); copy >= 0; copy = table.nextCopy(copy)) {
        if (!stays(table.pack(copy))) continue;
        kept[entry] = 0;
        kept[copy] = 1;
        break;
      }
    }
  }
}
