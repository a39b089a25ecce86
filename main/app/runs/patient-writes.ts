import type { Timers } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { RunsLog } from './run-attempt.ts';

/** How long to wait when the catalog does not take what happened: for a full disk, mostly. */
export const CATALOG_PAUSE_MS = 5_000;

/** Writes down what has happened already, and so must be written down. */
export class PatientWrites {
  readonly #timers: Timers;
  readonly #log: RunsLog;
  #giveUp: () => void = () => undefined;
  readonly #givenUp = new Promise<'given up'>((resolve) => (this.#giveUp = () => resolve('given up')));

  constructor(timers: Timers, log: RunsLog) {
    this.#timers = timers;
    this.#log = log;
  }

  /** Tries until the catalog takes it, or nobody has time any more. False: it is not written, and the next start sees to it. */
  async persist(runId: string, write: () => Promise<void>): Promise<boolean> {
    for (;;) {
      try {
        await write();
        return true;
      } catch (error) {
        this.#log.error({ err: error, runId }, 'The catalog does not take how a run went.');
        // A full disk passes; a defect of ours would only be repeated.
        if (!(error instanceof AppError)) return false;
        const pause = new Promise<void>((resolve) => this.#timers.after(CATALOG_PAUSE_MS, resolve));
        if ((await Promise.race([pause, this.#givenUp])) === 'given up') return false;
      }
    }
  }

  /** From now on each write is tried once. */
  stopHoping(): void {
    this.#giveUp();
  }
}
