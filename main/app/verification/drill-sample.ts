import type { WalkedEntry } from '../engine-jobs/ports/job-facts.ts';

/** A file of the sample, as it was when it was backed up. */
export interface SampledFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

/** So many are compared with the files that are there now; of all, when all are restored. */
const MOST_COMPARED = 100_000;
/** What no UTF-8 can say stands for it; no path with it can be asked for. */
const REPLACEMENT = '\ufffd';

/** Chooses files by chance as they come by. */
export class DrillSample {
  readonly #share: number;
  readonly #random: () => number;
  readonly #chosen: SampledFile[] = [];
  #spare: SampledFile | null = null;
  totalFiles = 0;
  totalBytes = 0;

  /** `random`: from 0 to below 1. */
  constructor(samplePercent: number, random: () => number) {
    this.#share = samplePercent / 100;
    this.#random = random;
  }

  take(entries: readonly WalkedEntry[]): void {
    for (const { type, path, sizeBytes, modifiedAtMs } of entries) {
      if (type !== 'file') continue;
      this.totalFiles++;
      this.totalBytes += sizeBytes;
      if (path.includes(REPLACEMENT)) continue;
      const file = { path, sizeBytes, modifiedAtMs };
      if (this.isWhole) this.#keepSome(file);
      else if (this.#random() < this.#share) this.#chosen.push(file);
      // One of all, with the same chance for each: a sample is never empty.
      if (this.#random() * this.totalFiles < 1) this.#spare = file;
    }
  }

  get isWhole(): boolean {
    return this.#share >= 1;
  }

  get files(): readonly SampledFile[] {
    return this.#chosen.length === 0 && this.#spare ? [this.#spare] : this.#chosen;
  }

  /** The first ones, and then each with the chance that keeps all equally likely. */
  #keepSome(file: SampledFile): void {
    if (this.#chosen.length < MOST_COMPARED) {
      this.#chosen.push(file);
      return;
    }
    const at = Math.floor(this.#random() * this.totalFiles);
    if (at < MOST_COMPARED) this.#chosen[at] = file;
  }
}
