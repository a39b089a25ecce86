import type { PackListing } from './check-structure.ts';
import type { PackUsage, RepositoryUsage } from './pack-usage.ts';

export interface BlobsAndBytes {
  readonly blobs: number;
  /** Sealed bytes in packs. */
  readonly bytes: number;
}

/** A prune in numbers, as restic prints them. */
export interface PruneStatistics {
  readonly used: BlobsAndBytes;
  readonly unused: BlobsAndBytes;
  /** Copies beyond the one that is kept; among the unused. */
  readonly duplicate: BlobsAndBytes;
  /** In pack files that no index names. */
  readonly unindexedBytes: number;
  /** All blobs of the packs that are rewritten, and what of them is dropped. */
  readonly repack: BlobsAndBytes;
  readonly repackRemove: BlobsAndBytes;
  /** In packs that are deleted whole. */
  readonly remove: BlobsAndBytes;
  /** All that goes, and what is left. */
  readonly total: BlobsAndBytes;
  readonly remaining: BlobsAndBytes;
  /** Unused bytes that stay. */
  readonly unusedAfterBytes: number;
  readonly packs: {
    readonly keep: number;
    readonly repack: number;
    readonly remove: number;
    readonly unindexed: number;
    /** Named by the index, but gone; nobody needs them. */
    readonly missing: number;
    readonly fullyUsed: number;
    readonly partlyUsed: number;
    readonly unused: number;
  };
}

/** Adds up while the plan is made; the plan's limits look at it. */
export class PlanStatistics {
  readonly #usage: RepositoryUsage;
  readonly #listing: PackListing;
  #removeBlobs = 0;
  #removeBytes = 0;
  #repackBlobs = 0;
  #repackBytes = 0;
  #repackRemoveBlobs = 0;
  #repackRemoveBytes = 0;

  constructor(usage: RepositoryUsage, listing: PackListing) {
    this.#usage = usage;
    this.#listing = listing;
  }

  get usedBytes(): number {
    return this.#sum(({ usedBytes }) => usedBytes);
  }

  /** What the decisions so far leave unused. */
  get unusedBytesLeft(): number {
    return this.#unusedBytes - this.#removeBytes - this.#repackRemoveBytes;
  }

  get repackBytes(): number {
    return this.#repackBytes;
  }

  removed(pack: PackUsage): void {
    this.#removeBlobs += pack.unusedBlobs;
    this.#removeBytes += pack.unusedBytes;
  }

  repacked(pack: PackUsage): void {
    this.#repackBlobs += pack.usedBlobs + pack.unusedBlobs;
    this.#repackBytes += pack.usedBytes + pack.unusedBytes;
    this.#repackRemoveBlobs += pack.unusedBlobs;
    this.#repackRemoveBytes += pack.unusedBytes;
  }

  finish(remove: readonly number[], repack: readonly number[], missing: readonly number[]): PruneStatistics {
    const { packs, duplicateBlobs, duplicateBytes } = this.#usage;
    const { unindexed } = this.#listing;
    const used = { blobs: this.#sum(({ usedBlobs }) => usedBlobs), bytes: this.usedBytes };
    const unused = { blobs: this.#sum(({ unusedBlobs }) => unusedBlobs), bytes: this.#unusedBytes };
    const unindexedBytes = unindexed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const total = {
      blobs: this.#removeBlobs + this.#repackRemoveBlobs,
      bytes: this.#removeBytes + this.#repackRemoveBytes + unindexedBytes,
    };
    const count = (test: (pack: PackUsage) => boolean) => packs.filter(test).length;
    return {
      used,
      unused,
      duplicate: { blobs: duplicateBlobs, bytes: duplicateBytes },
      unindexedBytes,
      repack: { blobs: this.#repackBlobs, bytes: this.#repackBytes },
      repackRemove: { blobs: this.#repackRemoveBlobs, bytes: this.#repackRemoveBytes },
      remove: { blobs: this.#removeBlobs, bytes: this.#removeBytes },
      total,
      remaining: {
        blobs: used.blobs + unused.blobs - total.blobs,
        bytes: used.bytes + unused.bytes + unindexedBytes - total.bytes,
      },
      unusedAfterBytes: this.unusedBytesLeft,
      packs: {
        keep: packs.length - remove.length - repack.length - missing.length,
        repack: repack.length,
        remove: remove.length,
        unindexed: unindexed.length,
        missing: missing.length,
        fullyUsed: count(({ unusedBlobs }) => unusedBlobs === 0),
        partlyUsed: count(({ usedBlobs, unusedBlobs }) => usedBlobs > 0 && unusedBlobs > 0),
        unused: count(({ usedBlobs }) => usedBlobs === 0),
      },
    };
  }

  readonly #sum = (value: (pack: PackUsage) => number): number =>
    this.#usage.packs.reduce((sum, pack) => sum + value(pack), 0);

  get #unusedBytes(): number {
    return this.#sum(({ unusedBytes }) => unusedBytes);
  }
}
