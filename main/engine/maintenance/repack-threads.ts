import { availableParallelism } from 'node:os';
import { WorkerTasks } from '../base/worker-tasks.ts';
import type { FinishedPack } from '../pack/pack-writer.ts';
import { workerUrl } from '../workers/worker-url.ts';
import type { MarkTask } from './mark-task.ts';
import type { RepackNote, RepackReply, RepackTask } from './repack-blobs.ts';

export type RepackTasks = WorkerTasks<RepackTask, RepackReply, RepackNote>;

const MAX_THREADS = 8;

/**
 * The threads that a repack works with. The first one starts at once, so that it is there when it is known what there is to do;
 * the others when the work begins. Must be terminated.
 */
export class RepackThreads {
  readonly #tasks: RepackTasks;
  readonly #wanted: number | undefined;
  readonly #begun = Promise.withResolvers<void>();
  #onPack: ((pack: FinishedPack) => void) | undefined;

  /** `count` is what a caller insists on. */
  constructor(count?: number) {
    this.#wanted = count;
    this.#tasks = new WorkerTasks({
      url: workerUrl('repack'),
      count: Math.max(1, count ?? Math.min(availableParallelism(), MAX_THREADS)),
      workerData: () => undefined,
      othersAfter: this.#begun.promise,
      onNote: (pack) => this.#onPack?.(pack),
    });
  }

  /** Starts the other threads before the work begins: as many as may turn out to be useful. */
  prepare(mostUseful: number): void {
    this.#limit(mostUseful);
    this.#begun.resolve();
  }

  /** `useful`: more threads than that would not pay. `onPack` gets the packs as they are finished. */
  begin(useful: number, onPack: (pack: FinishedPack) => void): RepackTasks {
    this.#onPack = onPack;
    this.#limit(useful);
    this.#begun.resolve();
    return this.#tasks;
  }

  get size(): number {
    return this.#tasks.size;
  }

  /** Before the repack: a thread's part in finding out what is needed. */
  async mark(task: MarkTask): Promise<void> {
    await this.#tasks.run(task);
  }

  #limit(count: number): void {
    if (this.#wanted === undefined) this.#tasks.limit(count);
  }

  terminate(): Promise<void> {
    return this.#tasks.terminate();
  }
}
