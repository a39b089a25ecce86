import { ProgressThrottle, type Progress, type Warning } from '../base/progress.ts';
import { rawText, type RawPath } from '../base/raw-path.ts';
import type { RestoreAction, RestoreItem, RestoreOptions } from './restore-options.ts';

/** The outcome lists so many warnings; all are counted and passed on as they come. */
const MAX_KEPT_WARNINGS = 1000;

/** Counts what a restore does, and tells the caller as it goes. */
export class RestoreLedger {
  totalFiles = 0;
  filesRestored = 0;
  foldersRestored = 0;
  filesSkipped = 0;
  filesDeleted = 0;
  filesVerified = 0;
  totalBytes = 0;
  bytesRestored = 0;
  bytesSkipped = 0;
  warningCount = 0;
  readonly warnings: Warning[] = [];
  readonly #onWarning: RestoreOptions['onWarning'];
  readonly #onItem: RestoreOptions['onItem'];
  readonly #onConflict: RestoreOptions['onConflict'];
  readonly #throttle: ProgressThrottle;
  #isPlanned = false;

  constructor(options: Pick<RestoreOptions, 'onWarning' | 'onItem' | 'onConflict' | 'onProgress'>) {
    this.#onWarning = options.onWarning;
    this.#onItem = options.onItem;
    this.#onConflict = options.onConflict;
    this.#throttle = new ProgressThrottle(options.onProgress);
  }

  /** `location` is the path inside the snapshot. */
  warn(location: RawPath, message: string): void {
    const warning: Warning = { item: rawText(location), message, during: 'restore' };
    this.warningCount++;
    if (this.warnings.length < MAX_KEPT_WARNINGS) this.warnings.push(warning);
    this.#onWarning?.(warning);
  }

  /** Something will be restored. */
  plan(sizeBytes: number): void {
    this.totalFiles++;
    this.totalBytes += sizeBytes;
  }

  /** Bytes that are in their place, written or not; whole files are counted by `done`. */
  addBytes(bytes: number): void {
    this.bytesRestored += bytes;
  }

  /** `location` is asked for only when somebody listens. */
  done(action: RestoreAction, type: RestoreItem['type'], location: () => RawPath, sizeBytes: number): void {
    if (action === 'deleted') this.filesDeleted++;
    else if (action === 'unchanged') this.#skip(sizeBytes);
    else this.#restored(type);
    this.#onItem?.({ action, type, path: rawText(location()), sizeBytes });
  }

  #restored(type: RestoreItem['type']): void {
    this.filesRestored++;
    if (type === 'dir') this.foldersRestored++;
  }

  /** Something that was there gives way. */
  conflict(location: () => RawPath): void {
    this.#onConflict?.(rawText(location()));
  }

  /** Left as it is by the overwrite policy. */
  #skip(sizeBytes: number): void {
    this.filesSkipped++;
    this.bytesSkipped += sizeBytes;
  }

  /** From here on the totals are final. */
  endPlan(): void {
    this.#isPlanned = true;
    this.report();
  }

  report(phase = 'restore'): void {
    this.#throttle.update(() => this.#progress(phase));
  }

  flush(phase = 'restore'): void {
    this.#throttle.flush(this.#progress(phase));
  }

  #progress(phase: string): Progress {
    const isVerifying = phase === 'verify';
    return {
      phase,
      filesDone: isVerifying ? this.filesVerified : this.filesRestored,
      bytesDone: this.bytesRestored,
      ...(this.#isPlanned ? { totalFiles: this.totalFiles, totalBytes: this.totalBytes } : {}),
      errors: this.warningCount,
    };
  }
}
