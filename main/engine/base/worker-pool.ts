import type { Transferable, Worker } from 'node:worker_threads';
import { EngineError, fromPlainError, toPlainError, type PlainEngineError } from './errors.ts';
import { startThread, takeThreadAhead } from './threads.ts';

export interface WorkerPoolOptions<Data> {
  /** The entry point, from workers/worker-url.ts. */
  readonly url: URL;
  readonly count: number;
  /** For the n-th worker; must survive a structured clone. */
  readonly workerData: (index: number) => Data;
  /**
   * All workers but the first wait for this to settle: opening a repository takes 32 MiB for scrypt, and the peak of a short
   * operation is lower when those are given back before more threads take theirs. Messages to them wait too.
   */
  readonly othersAfter?: Promise<unknown>;
}

/** What a worker sends when it cannot go on. Everything else it sends is the operation's own message. */
export interface WorkerFailure {
  readonly workerFailure: PlainEngineError;
}

/**
 * Worker threads that run one entry point and exchange typed messages with this thread. The first thing that goes wrong in any of
 * them (a reported failure, an uncaught exception, a thread that dies) goes to `onFailure`, once, as an EngineError;
 * later ones are consequences. Whoever makes a pool must terminate it.
 */
export class WorkerPool<ToWorker, FromWorker> {
  #count: number;
  readonly #workers: Worker[] = [];
  /** For workers that are not started yet. */
  readonly #early: { index: number; message: ToWorker; transfer: readonly Transferable[] }[] = [];
  readonly #onMessage: (index: number, message: FromWorker) => void;
  readonly #onFailure: (error: EngineError) => void;
  #ended = false;

  constructor(
    options: WorkerPoolOptions<unknown>,
    handlers: {
      readonly onMessage: (index: number, message: FromWorker) => void;
      readonly onFailure: (error: EngineError) => void;
    },
  ) {
    this.#onMessage = handlers.onMessage;
    this.#onFailure = handlers.onFailure;
    this.#count = options.count;
    const { othersAfter } = options;
    this.#startUpTo(othersAfter ? 1 : options.count, options);
    const startOthers = () => this.#startUpTo(this.#count, options);
    othersAfter?.then(startOthers, startOthers);
  }

  get size(): number {
    return this.#count;
  }

  /** Makes do with fewer threads; only before anything was posted to those left out. Those that have started already stay idle. */
  limit(count: number): void {
    this.#count = Math.min(this.#count, count);
  }

  /** Messages posted before the thread is up wait for it. */
  post(index: number, message: ToWorker, transfer: readonly Transferable[] = []): void {
    const worker = this.#workers[index];
    if (worker) worker.postMessage(message, transfer);
    else this.#early.push({ index, message, transfer });
  }

  broadcast(message: ToWorker): void {
    for (let index = 0; index < this.#count; index++) this.post(index, message);
  }

  /** Stops all threads where they stand, after the call they are in. Safe to call twice. */
  async terminate(): Promise<void> {
    this.#ended = true;
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #startUpTo(count: number, options: WorkerPoolOptions<unknown>): void {
    if (this.#ended) return;
    while (this.#workers.length < count) this.#workers.push(this.#start(this.#workers.length, options));
    if (this.#workers.length < this.#count) return;
    for (const { index, message, transfer } of this.#early.splice(0)) this.post(index, message, transfer);
  }

  #start(index: number, options: WorkerPoolOptions<unknown>): Worker {
    const data = options.workerData(index);
    const worker = (data === undefined ? takeThreadAhead(options.url) : undefined) ?? startThread(options.url, data);
    worker.on('message', (message: FromWorker | WorkerFailure) => {
      if (this.#ended) return;
      if (isFailure(message)) this.#fail(fromPlainError(message.workerFailure));
      else this.#deliver(index, message);
    });
    worker.on('messageerror', (error) => this.#fail(asEngineError(error)));
    worker.on('error', (error) => this.#fail(asEngineError(error)));
    worker.on('exit', (code) => {
      this.#fail(
        new EngineError('internal', `A worker thread ended unexpectedly (exit code ${code}).`, { retry: 'later' }),
      );
    });
    return worker;
  }

  #deliver(index: number, message: FromWorker): void {
    try {
      this.#onMessage(index, message);
    } catch (error) {
      this.#fail(asEngineError(error));
    }
  }

  #fail(error: EngineError): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#onFailure(error);
  }
}

function isFailure(message: unknown): message is WorkerFailure {
  return typeof message === 'object' && message !== null && 'workerFailure' in message;
}

/** Errors cross the thread boundary as plain Errors, whatever they were. */
function asEngineError(error: unknown): EngineError {
  return error instanceof EngineError ? error : fromPlainError(toPlainError(error));
}
