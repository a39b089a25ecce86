import type { Transferable } from 'node:worker_threads';
import type { EngineError } from './errors.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';
import { openWorkerPort } from './worker-port.ts';

/** What a worker sends: the answer to its oldest task, or a note in between (progress, a finding). */
type TaskMessage<Reply, Note> = { readonly reply: Reply } | { readonly note: Note };

interface Pending<Task, Reply> {
  readonly task: Task;
  readonly transfer: readonly Transferable[];
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: EngineError) => void;
}

/** Two a worker: the next one is there when the worker ends the one before. */
const TASKS_A_WORKER = 2;

/**
 * A pool whose work is independent tasks with one reply each. Tasks start in the order of `run`, on whichever worker has room.
 * When a worker fails, every task that has no reply yet rejects with that failure.
 */
export class WorkerTasks<Task, Reply, Note = never> {
  readonly #pool: WorkerPool<Task, TaskMessage<Reply, Note>>;
  readonly #waiting: Pending<Task, Reply>[] = [];
  /** For each worker the tasks it has, oldest first. */
  readonly #running: Pending<Task, Reply>[][];
  #failure: EngineError | undefined;

  constructor(options: WorkerPoolOptions<unknown> & { readonly onNote?: (note: Note, worker: number) => void }) {
    this.#running = Array.from({ length: options.count }, () => []);
    this.#pool = new WorkerPool(options, {
      onMessage: (worker, message) => {
        if ('note' in message) options.onNote?.(message.note, worker);
        else this.#finish(worker, message.reply);
      },
      onFailure: (error) => this.#fail(error),
    });
  }

  get size(): number {
    return this.#pool.size;
  }

  /** Makes do with fewer threads than planned; only before the first task. Threads that have started already stay idle. */
  limit(count: number): void {
    this.#pool.limit(count);
    this.#running.length = this.#pool.size;
  }

  run(task: Task, transfer: readonly Transferable[] = []): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ task, transfer, resolve, reject });
      this.#dispatch();
    });
  }

  /** Tasks without a reply stay unsettled: terminate when nobody waits any more. */
  terminate(): Promise<void> {
    return this.#pool.terminate();
  }

  #dispatch(): void {
    for (let depth = 1; depth <= TASKS_A_WORKER; depth++) {
      this.#running.forEach((running, worker) => {
        if (running.length >= depth) return;
        const next = this.#waiting.shift();
        if (!next) return;
        running.push(next);
        this.#pool.post(worker, next.task, next.transfer);
      });
    }
  }

  #finish(worker: number, reply: Reply): void {
    const done = this.#running[worker]?.shift();
    this.#dispatch();
    done?.resolve(reply);
  }

  #fail(error: EngineError): void {
    this.#failure = error;
    const abandoned = [...this.#running.flat(), ...this.#waiting];
    this.#waiting.length = 0;
    for (const running of this.#running) running.length = 0;
    for (const pending of abandoned) pending.reject(error);
  }
}

/**
 * The worker's side: answers tasks one after another, in the order they came. `makeHandler` gets the worker's data and a
 * function that sends notes. A reply of `{ reply, transfer }` through `withTransfer` moves buffers instead of copying them.
 */
export function serveTasks<Data, Task, Reply, Note = never>(
  makeHandler: (data: Data, note: (note: Note) => void) => (task: Task) => Reply | Promise<Reply> | Transferred<Reply>,
): void {
  const { data, port } = openWorkerPort<Data, Task, TaskMessage<Reply, Note>>();
  const handle = makeHandler(data, (note) => port.post({ note }));
  let last: Promise<void> = Promise.resolve();
  port.onMessage((task) => {
    last = last.then(async () => {
      const answer = await handle(task);
      if (answer instanceof Transferred) port.post({ reply: answer.reply }, answer.transfer);
      else port.post({ reply: answer });
    });
    return last;
  });
}

/** A reply whose buffers move to the other thread. */
export class Transferred<Reply> {
  readonly reply: Reply;
  readonly transfer: readonly Transferable[];

  constructor(reply: Reply, transfer: readonly Transferable[]) {
    this.reply = reply;
    this.transfer = transfer;
  }
}
