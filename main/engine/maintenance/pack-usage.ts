import type { RepositoryIndex } from '../index/repository-index.ts';
import { entryBytes, headerSize } from '../pack/pack-header.ts';

export type PackKind = 'data' | 'tree' | 'mixed';

/** What one pack holds, in blobs and sealed bytes. The header counts as used. */
export interface PackUsage {
  readonly pack: number;
  readonly kind: PackKind;
  readonly usedBlobs: number;
  readonly usedBytes: number;
  readonly unusedBlobs: number;
  readonly unusedBytes: number;
  readonly hasUncompressed: boolean;
}

interface Counting {
  kind: PackKind | undefined;
  usedBlobs: number;
  usedBytes: number;
  unusedBlobs: number;
  unusedBytes: number;
  duplicateBlobs: number;
  hasUncompressed: boolean;
}

export interface RepositoryUsage {
  readonly packs: readonly PackUsage[];
  /** 1 for each entry of the blob table whose copy is to stay: one for each used blob that has a usable copy. */
  readonly kept: Uint8Array;
  readonly duplicateBlobs: number;
  readonly duplicateBytes: number;
}

/**
 * Counts what of each pack is used, and of blobs stored several times chooses one copy as restic does: in a pack that other
 * used blobs keep alive, else in one that consists of such copies only (what an interrupted prune wrote: so it resumes),
 * else the last one (repository-format, section 18). Copies in packs that are not `usable` count only where there is no other.
 *
 * `used` marks blobs by the entry of their first copy.
 */
export function measureUsage(
  index: RepositoryIndex,
  used: Uint8Array,
  usable: (pack: number) => boolean,
): RepositoryUsage {
  const { table } = index;
  const counts: Counting[] = [];
  const kept = new Uint8Array(table.entryCount);
  /** Candidates of each used blob that has several places, by its first entry. */
  const copiesLeft = new Map<number, number>();
  let duplicateBlobs = 0;
  let duplicateBytes = 0;
  for (let pack = 0; pack < index.packCount; pack++) {
    const entries = index.packEntries(pack);
    const count = emptyCount();
    counts.push(count);
    for (let i = 0; i < entries.count; i++) {
      const entry = entries.at(i);
      const primary = table.primary(entry);
      const bytes = table.length(entry);
      const uncompressed = table.uncompressedLength(entry) === 0;
      count.usedBytes += entryBytes(!uncompressed);
      if (uncompressed) count.hasUncompressed = true;
      const kind = table.type(entry);
      count.kind = count.kind === undefined || count.kind === kind ? kind : 'mixed';
      if (used[primary] === 1 && table.nextCopy(primary) < 0) {
        kept[entry] = 1;
        count.usedBlobs++;
        count.usedBytes += bytes;
        continue;
      }
      count.unusedBlobs++;
      count.unusedBytes += bytes;
      if (used[primary] !== 1) continue;
      duplicateBlobs++;
      duplicateBytes += bytes;
      if (!copiesLeft.has(primary)) copiesLeft.set(primary, countCandidates(index, primary, usable));
      count.duplicateBlobs++;
    }
  }
  if (copiesLeft.size > 0) chooseCopies(index, copiesLeft, counts, kept, usable);
  const packs = counts.map(({ kind = 'data', ...count }, pack) => ({ pack, kind, ...count }));
  for (const primary of copiesLeft.keys()) {
    duplicateBlobs--;
    duplicateBytes -= table.length(primary);
  }
  return { packs, kept, duplicateBlobs, duplicateBytes };
}

function emptyCount(): Counting {
  return {
    kind: undefined,
    usedBlobs: 0,
    usedBytes: headerSize(0),
    unusedBlobs: 0,
    unusedBytes: 0,
    duplicateBlobs: 0,
    hasUncompressed: false,
  };
}

/** Copies among which the choice is: those in usable packs, or all where there are none. */
function countCandidates(index: RepositoryIndex, primary: number, usable: (pack: number) => boolean): number {
  const { table } = index;
  let all = 0;
  let good = 0;
  for (let copy = primary; copy >= 0; copy = table.nextCopy(copy)) {
    all++;
    if (usable(table.pack(copy))) good++;
  }
  return good > 0 ? good : -all;
}

function chooseCopies(
  index: RepositoryIndex,
  copiesLeft: Map<number, number>,
  counts: readonly Counting[],
  kept: Uint8Array,
  usable: (pack: number) => boolean,
): void {
  const { table } = index;
  counts.forEach((count, pack) => {
    if (count.duplicateBlobs === 0) return;
    const entries = index.packEntries(pack);
    for (let i = 0; i < entries.count; i++) {
      const entry = entries.at(i);
      const primary = table.primary(entry);
      const left = copiesLeft.get(primary);
      // 0: chosen already. Negative: no pack is usable, so that all copies are candidates.
      if (left === undefined || left === 0 || (left > 0 && !usable(pack))) continue;
      const isLast = Math.abs(left) === 1;
      if (!isLast && count.usedBlobs === 0 && count.duplicateBlobs !== count.unusedBlobs) {
        copiesLeft.set(primary, left > 0 ? left - 1 : left + 1);
        continue;
      }
      copiesLeft.set(primary, 0);
      kept[entry] = 1;
      const bytes = table.length(entry);
      count.usedBlobs++;
      count.usedBytes += bytes;
      count.unusedBlobs--;
      count.unusedBytes -= bytes;
      count.duplicateBlobs--;
    }
  });
}
