import { joinPath, type RawPath } from '../base/raw-path.ts';
import { Exclusion } from '../source/exclusion.ts';
import { statEntry } from '../source/file-metadata.ts';
import { listFolder } from '../source/local-listing.ts';
import type { PlanNode } from '../source/plan-tree.ts';
import type { ArchiveInputs } from './archive-inputs.ts';

/** How long the scan keeps the main thread from the workers' messages. */
const SLICE_MS = 4;
/** Entries between two looks at the clock. */
const ENTRIES_A_LOOK = 64;

/** Counts what a backup will process, beside it and ahead of it, a few milliseconds at a time. */
export class SourceScan {
  readonly #exclusion: Exclusion;
  readonly #signal: AbortSignal;
  readonly #folders: RawPath[] = [];
  readonly #entries: RawPath[] = [];
  #files = 0;
  #bytes = 0;
  #done = false;
  #stopped = false;

  constructor(inputs: ArchiveInputs, signal: AbortSignal) {
    this.#exclusion = new Exclusion(inputs.exclusion);
    this.#signal = signal;
    this.#addPlan(inputs.targets.plan);
  }

  /** undefined until everything is counted. */
  get totals(): { readonly totalFiles: number; readonly totalBytes: number } | undefined {
    return this.#done ? { totalFiles: this.#files, totalBytes: this.#bytes } : undefined;
  }

  start(onFailure: (error: unknown) => void): void {
    const slice = () => {
      if (this.#stopped || this.#signal.aborted) return;
      try {
        this.#done = this.#work(performance.now() + SLICE_MS);
      } catch (error) {
        onFailure(error);
        return;
      }
      if (!this.#done) setTimeout(slice, 0);
    };
    slice();
  }

  stop(): void {
    this.#stopped = true;
  }

  #addPlan(plan: readonly PlanNode[]): void {
    for (const { path, children } of plan) {
      if (path !== undefined) this.#entries.push(path);
      else this.#addPlan(children ?? []);
    }
  }

  /** True when nothing is left. */
  #work(untilMs: number): boolean {
    for (let looked = 0; ; looked++) {
      if (looked % ENTRIES_A_LOOK === 0 && performance.now() >= untilMs) return false;
      const entry = this.#entries.pop();
      if (entry !== undefined) {
        this.#count(entry);
        continue;
      }
      const folder = this.#folders.pop();
      if (folder === undefined) return true;
      this.#list(folder);
    }
  }

  #count(path: RawPath): void {
    if (this.#exclusion.rejectsPath(path)) return;
    try {
      const stat = statEntry(path);
      if (this.#exclusion.rejectsEntry(path, stat)) return;
      if (stat.type === 'dir') this.#folders.push(path);
      if (stat.type !== 'file') return;
      this.#files++;
      this.#bytes += stat.sizeBytes;
    } catch {
      // The backup itself warns about what cannot be read.
    }
  }

  #list(folder: RawPath): void {
    try {
      const tagged = this.#exclusion.tagsIn(folder);
      for (const name of listFolder(folder)) {
        if (!tagged?.rejects(name)) this.#entries.push(joinPath(folder, name));
      }
    } catch {
      // As above.
    }
  }
}
