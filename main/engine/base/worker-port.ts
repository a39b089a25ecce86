import { parentPort, workerData, type Transferable } from 'node:worker_threads';
import { EngineError, toPlainError } from './errors.ts';
import type { WorkerFailure } from './worker-pool.ts';

/** A worker's end of its pool: typed messages, and failures that arrive as EngineErrors. */
export interface WorkerPort<ToWorker, FromWorker> {
  post(message: FromWorker, transfer?: readonly Transferable[]): void;
  /** `handle` may be asynchronous; whatever it throws ends the operation. One handler a port. */
  onMessage(handle: (message: ToWorker) => void | Promise<void>): void;
  /** Runs work that no message started (a timer, a wait), with the same care for its errors. */
  guard(work: () => void | Promise<void>): void;
}

/** Only in a worker thread. `Data` is what the pool's `workerData` made for this worker. */
export function openWorkerPort<Data, ToWorker, FromWorker>(): { data: Data; port: WorkerPort<ToWorker, FromWorker> } {
  if (parentPort === null) throw new EngineError('internal', 'This module runs only as a worker thread.');
  const port = parentPort;
  const fail = (error: unknown) => port.postMessage({ workerFailure: toPlainError(error) } satisfies WorkerFailure);
  const guard = (work: () => void | Promise<void>) => {
    try {
      const pending = work();
      if (pending) pending.catch(fail);
    } catch (error) {
      fail(error);
    }
  };
  return {
    // The pool's type parameter and this one are two ends of one wire; a structured clone cannot carry the proof.
    data: workerData as Data,
    port: {
      post: (message, transfer = []) => port.postMessage(message, transfer),
      onMessage: (handle) => port.on('message', (message: ToWorker) => guard(() => handle(message))),
      guard,
    },
  };
}
