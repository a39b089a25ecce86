import { cancelledError } from '../base/abort.ts';
import { EngineError, fromPlainError } from '../base/errors.ts';
import { WorkerPool } from '../base/worker-pool.ts';
import type { RestoreReply, RestoreTask, RestoreWorkerData } from './restore-messages.ts';

/** Tasks a worker has at once: the next one is there when it ends the one before. */
const DEPTH = 2;
/** How long workers get to close their files before they are ended. */
const END_MS = 2000;

export interface TaskSource {
  /** The next task for a thread, or a promise of it while its bytes are fetched; undefined when there is none now. */
  nextTask(worker: number): RestoreTask | Promise<RestoreTask> | undefined;
  settle(reply: RestoreReply): void;
}

/** The worker threads of one restore. They pull: a task is made only when somebody has room for it. */
export class RestoreCrew {
  readonly #pool: WorkerPool<RestoreTask, RestoreReply>;
  readonly #load: number[];
  readonly #stop: Int32Array;
  #source: TaskSource | undefined;
  #failure: EngineError | undefined;
  /** A thread has died: no answers come any more. */
  #isBroken = false;
  #waiters: (() => void)[] = [];

  constructor(url: URL, count: number, data: Omit<RestoreWorkerData, 'stop'>) {
    const stop = new SharedArrayBuffer(4);
    this.#stop = new Int32Array(stop);
    this.#load = new Array<number>(count).fill(0);
    this.#pool = new WorkerPool(
      { url, count, workerData: () => ({ ...data, stop }) satisfies RestoreWorkerData },
      {
        onMessage: (worker, reply) => {
          this.#load[worker] = (this.#load[worker] ?? 1) - 1;
          this.#source?.settle(reply);
          if (reply.fatal) this.#fail(fromPlainError(reply.fatal));
          this.feed();
        },
        onFailure: (error) => {
          this.#isBroken = true;
          this.#fail(error);
        },
      },
    );
  }

  begin(task: RestoreTask, source: TaskSource): void {
    this.#source = source;
    this.#load.forEach((_, worker) => this.#post(worker, task));
  }

  /** For the next phase; the one before must be drained. */
  setSource(source: TaskSource): void {
    this.#source = source;
  }

  /** Gives out what there is. Throws the failure of a worker. */
  feed(): void {
    for (let depth = 1; depth <= DEPTH && !this.#failure; depth++) {
      for (let worker = 0; worker < this.#load.length; worker++) {
        if ((this.#load[worker] ?? 0) >= depth) continue;
        const task = this.#source?.nextTask(worker);
        if (task === undefined) {
          this.#wake();
          return;
        }
        if (task instanceof Promise) this.#postLater(worker, task);
        else this.#post(worker, task);
      }
    }
  }

  /** Resolves when no task is left and none is under way; rejects with a worker's failure, or `cancelled`. */
  async drain(signal: AbortSignal | undefined): Promise<void> {
    const onAbort = () => this.#fail(signal?.reason instanceof EngineError ? signal.reason : cancelledError());
    if (signal?.aborted) onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      this.feed();
      while (!this.#failure && this.#isBusy()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
      this.throwIfFailed();
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure;
  }

  /** Lets workers close their files, then ends them. */
  async end(): Promise<void> {
    Atomics.store(this.#stop, 0, 1);
    this.#source = undefined;
    if (!this.#isBroken) await this.#closeFiles();
    await this.#pool.terminate();
  }

  async #closeFiles(): Promise<void> {
    this.#failure = undefined;
    this.#load.forEach((_, worker) => this.#post(worker, { kind: 'end' }));
    const timer = setTimeout(() => this.#fail(cancelledError()), END_MS);
    while (!this.#failure && this.#isBusy()) await new Promise<void>((resolve) => this.#waiters.push(resolve));
    clearTimeout(timer);
  }

  #isBusy(): boolean {
    return this.#load.some((tasks) => tasks > 0);
  }

  #post(worker: number, task: RestoreTask): void {
    this.#load[worker] = (this.#load[worker] ?? 0) + 1;
    const transfer = 'items' in task ? [task.items.buffer] : [];
    // Only typed arrays of our own making have their own memory; a backend's Buffer may be part of a pool.
    this.#pool.post(
      worker,
      task,
      transfer.filter((buffer) => buffer instanceof ArrayBuffer),
    );
  }

  #postLater(worker: number, task: Promise<RestoreTask>): void {
    this.#load[worker] = (this.#load[worker] ?? 0) + 1;
    task.then(
      (ready) => {
        this.#load[worker] = (this.#load[worker] ?? 1) - 1;
        this.#post(worker, ready);
      },
      (error: unknown) => {
        this.#load[worker] = (this.#load[worker] ?? 1) - 1;
        this.#fail(error instanceof EngineError ? error : new EngineError('internal', String(error), { cause: error }));
      },
    );
  }

  #fail(error: EngineError): void {
    this.#failure ??= error;
    this.#wake();
  }

  #wake(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }
}
