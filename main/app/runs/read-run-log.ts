import { Readable } from 'node:stream';
import type { Caller } from '../access/caller.ts';
import type { Timers } from '../clock/ports.ts';
import { AppError } from '../errors/app-error.ts';
import type { LogFiles, LogRange, LogReading } from '../logs/ports.ts';
import { requireRun, type RunDeps } from './run-deps.ts';
import { isActive, type Run } from './run.ts';

export interface RunLogDeps {
  readonly runs: RunDeps;
  readonly logFiles: LogFiles;
  readonly timers: Timers;
}

/** How often a log that somebody follows is looked at. */
const LOOK_MS = 250;
/** Each one has a file open now and then. */
const MOST_FOLLOWERS = 200;

const NOTHING: Omit<LogReading, 'stream'> = { sizeBytes: 0, start: 0, end: 0 };

/** The logs of runs, as they were written: of any size, while they grow too. */
export class RunLogs {
  readonly #deps: RunLogDeps;
  #followers = 0;
  #isClosed = false;

  constructor(deps: RunLogDeps) {
    this.#deps = deps;
  }

  /** Bytes of a run's log. `range` is asked when the size is known; null is all of it. A run that has not begun has an empty one. */
  async read(caller: Caller, runId: string, range: (sizeBytes: number) => LogRange | null): Promise<LogReading> {
    const { logId } = await this.#find(caller, runId);
    if (logId === null) {
      range(0);
      return { ...NOTHING, stream: Readable.from([], { objectMode: false }) };
    }
    const { logFiles } = this.#deps;
    const sizeBytes = await logFiles.sizeBytes(logId);
    // The end is fixed here, so that what is announced is what is sent however it grows meanwhile.
    return logFiles.read(logId, range(sizeBytes) ?? { start: 0, end: sizeBytes });
  }

  /** Everything that is there and everything that comes, until the run has ended. */
  async follow(caller: Caller, runId: string, signal: AbortSignal): Promise<Readable> {
    const run = await this.#find(caller, runId);
    if (this.#followers >= MOST_FOLLOWERS) {
      throw new AppError('rate_limited', 'Too many logs are followed.', {}, { retryAfterSeconds: 30 });
    }
    this.#followers++;
    const stream = Readable.from(this.#tail(run, signal), { objectMode: false });
    stream.once('close', () => this.#followers--);
    return stream;
  }

  /** The service stops: nobody follows any more. */
  close(): void {
    this.#isClosed = true;
  }

  async *#tail(first: Run, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { runs, logFiles } = this.#deps;
    let position = 0;
    while (!signal.aborted) {
      const run = await runs.catalog.read((stores) => stores.runs.find(first.id));
      // Looked at before the log: what is written until the run has ended is read after that.
      const isLast = this.#isClosed || !run || !isActive(run);
      if (run?.logId) {
        const { stream, end } = await logFiles.read(run.logId, { start: position });
        for await (const piece of stream) yield piece as Uint8Array;
        position = end;
      }
      if (isLast) return;
      await new Promise<void>((resolve) => this.#deps.timers.after(LOOK_MS, resolve));
    }
  }

  async #find(caller: Caller, runId: string): Promise<Run> {
    return this.#deps.runs.catalog.read(async (stores) => (await requireRun(stores, caller, runId)).run);
  }
}
