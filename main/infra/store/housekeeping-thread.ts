import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import type { HousekeepingAnswers, HousekeepingReply, HousekeepingTask } from './housekeeping-task.ts';

/**
 * From source the thread starts in the `.ts` beside this file; in the bundle this module is part of a chunk in dist/, and the
 * entry point lies beside that (scripts/build.mjs).
 */
const ENTRY = import.meta.url.endsWith('.ts') ? './housekeeping-worker.ts' : './worker-housekeeping.js';

/** A thread for what SQLite would do in this one for as long as the disk takes. Made when it is first needed, and again when it died. */
export class HousekeepingThread {
  #worker: Worker | null = null;
  #last: Promise<unknown> = Promise.resolve();
  #pending = 0;

  /** How many tasks wait or run. */
  get pending(): number {
    return this.#pending;
  }

  /** One task after the other. Rejects with what the task threw (SQLite's errors as such), or with the reason of the thread's end. */
  perform<Kind extends HousekeepingTask['kind']>(
    task: Extract<HousekeepingTask, { kind: Kind }>,
  ): Promise<HousekeepingAnswers[Kind]> {
    this.#pending += 1;
    const result = this.#last.then(() => this.#ask(task)).finally(() => (this.#pending -= 1));
    this.#last = result.catch(() => undefined);
    // The worker answers each kind of task with that kind of answer.
    return result as Promise<HousekeepingAnswers[Kind]>;
  }

  /** Waits for what was asked for, then ends the thread. */
  async close(): Promise<void> {
    await this.#last;
    await this.#worker?.terminate();
    this.#worker = null;
  }

  async #ask(task: HousekeepingTask): Promise<HousekeepingReply['answer']> {
    const worker = (this.#worker ??= this.#start());
    const [reply] = (await this.#answered(worker, task)) as [HousekeepingReply];
    const { error } = reply;
    if (!error) return reply.answer;
    const { message, code, stack } = error;
    const failure = code?.startsWith('SQLITE_') ? new Database.SqliteError(message, code) : new Error(message);
    throw Object.assign(failure, { stack: stack ?? failure.stack }, code === null ? {} : { code });
  }

  async #answered(worker: Worker, task: HousekeepingTask): Promise<unknown[]> {
    const ended = new AbortController();
    const whenEnded = once(worker, 'exit', { signal: ended.signal }).then(([code]: unknown[]) => {
      throw new Error(`The catalog's housekeeping thread ended with ${String(code)} while it had work.`);
    });
    // `once` rejects on an 'error' event, which comes before 'exit' when the thread dies of an exception.
    const answered = once(worker, 'message', { signal: ended.signal });
    worker.ref();
    worker.postMessage(task);
    try {
      return await Promise.race([answered, whenEnded]);
    } finally {
      ended.abort();
      void Promise.allSettled([answered, whenEnded]);
      // An idle thread keeps no process alive.
      worker.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL(ENTRY, import.meta.url), { name: 'catalog-housekeeping' });
    const forget = () => {
      if (this.#worker === worker) this.#worker = null;
    };
    worker.on('exit', forget);
    worker.on('error', forget);
    worker.unref();
    return worker;
  }
}
