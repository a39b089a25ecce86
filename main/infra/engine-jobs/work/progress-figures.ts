import type { JobProgress } from '../../../app/engine-jobs/ports/job-context.ts';
import type { Progress } from '../../../engine/index.ts';
import { SpeedWindow } from './speed-window.ts';

/** Figures are for people and for a live view. */
const INTERVAL_MS = 250;

/** Turns the engine's progress into the service's, with speed and remaining time, at most four times a second. */
export class ProgressFigures {
  readonly #send: (progress: JobProgress) => void;
  readonly #nowMs: () => number;
  readonly #speed = new SpeedWindow();
  #phase = '';
  #sentAtMs = -Infinity;
  #unsent: JobProgress | undefined;

  constructor(send: (progress: JobProgress) => void, nowMs: () => number = () => performance.now()) {
    this.#send = send;
    this.#nowMs = nowMs;
  }

  update(progress: Progress): void {
    const nowMs = this.#nowMs();
    if (progress.phase !== this.#phase) this.#speed.reset();
    this.#phase = progress.phase;
    this.#speed.add(nowMs, progress.bytesDone);
    this.#unsent = this.#figuresOf(progress);
    if (nowMs - this.#sentAtMs >= INTERVAL_MS) this.flush();
  }

  /** Sends the newest figures that were held back. */
  flush(): void {
    if (!this.#unsent) return;
    this.#sentAtMs = this.#nowMs();
    this.#send(this.#unsent);
    this.#unsent = undefined;
  }

  #figuresOf(progress: Progress): JobProgress {
    const { bytesPerSecond } = this.#speed;
    const { totalBytes = null, bytesDone } = progress;
    const isKnown = totalBytes !== null && bytesPerSecond !== null && bytesPerSecond > 0;
    return {
      phase: progress.phase,
      filesDone: progress.filesDone,
      totalFiles: progress.totalFiles ?? null,
      bytesDone,
      totalBytes,
      itemsDone: progress.itemsDone ?? null,
      totalItems: progress.totalItems ?? null,
      bytesPerSecond,
      etaSeconds: isKnown ? Math.ceil(Math.max(0, totalBytes - bytesDone) / bytesPerSecond) : null,
      currentPath: progress.currentPaths?.[0] ?? null,
    };
  }
}
