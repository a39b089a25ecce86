/** What the threads of one marking share; survives being posted. */
export interface SharedMarking {
  /** A byte for each entry of the blob table: 1 when a snapshot needs it. */
  readonly marks: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  /** For each thread the trees that it has found, in their order: entries of the blob table. */
  readonly queues: readonly SharedArrayBuffer[];
}

/** Trees that were offered and are not followed yet. */
const OPEN = 0;
const STOPPED = 1;
/** From here on, for each queue: how many entries were taken from it, and how many put into it. */
const QUEUES = 2;

/**
 * Which blobs are needed, found by several threads at once, and the trees that one of them still has to follow. Every tree is put into
 * a queue once, by the thread that marks it first, so that a queue can never hold more than there are entries.
 *
 * Only its own thread puts into a queue, first the entry and then the count of them; any thread takes, and only the one that moves the
 * other count on has what lies between. A tree is counted as open before it is in a queue, and until its own children are.
 */
export class Marking {
  readonly shared: SharedMarking;
  readonly #marks: Uint8Array;
  readonly #control: Int32Array;
  readonly #queues: readonly Int32Array[];
  /** The queue of this thread. */
  readonly #own: number;

  static create(entryCount: number, threads: number): SharedMarking {
    const control = new SharedArrayBuffer((QUEUES + 2 * threads) * 4);
    // The roots, which are still to come: without this the marking would be done before it begins.
    new Int32Array(control)[OPEN] = 1;
    return {
      marks: new SharedArrayBuffer(entryCount),
      control,
      // Memory that is never written to is not taken from the system.
      queues: Array.from({ length: threads }, () => new SharedArrayBuffer(entryCount * 4)),
    };
  }

  constructor(shared: SharedMarking, own: number) {
    this.shared = shared;
    this.#marks = new Uint8Array(shared.marks);
    this.#control = new Int32Array(shared.control);
    this.#queues = shared.queues.map((queue) => new Int32Array(queue));
    this.#own = own;
  }

  /** Bytes of memory of this thread: the marks as they are now. */
  marks(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#marks);
  }

  markData(entry: number): void {
    this.#marks[entry] = 1;
  }

  /** Marks a tree, and puts it into the thread's queue unless that has been done before. */
  offerTree(entry: number): void {
    if (Atomics.compareExchange(this.#marks, entry, 0, 1) !== 0) return;
    Atomics.add(this.#control, OPEN, 1);
    const put = this.#control[this.#putAt(this.#own)] ?? 0;
    const queue = this.#queues[this.#own];
    if (queue) queue[put] = entry;
    Atomics.store(this.#control, this.#putAt(this.#own), put + 1);
  }

  /** Up to `most` trees to follow, from another thread's queue when the own one is empty. To be told to `followed`. */
  take(most: number): readonly number[] {
    for (let i = 0; i < this.#queues.length; i++) {
      const taken = this.#takeFrom((this.#own + i) % this.#queues.length, most);
      if (taken.length > 0) return taken;
    }
    return [];
  }

  #takeFrom(queue: number, most: number): readonly number[] {
    for (;;) {
      const taken = Atomics.load(this.#control, this.#takenAt(queue));
      const ready = Atomics.load(this.#control, this.#putAt(queue)) - taken;
      if (ready <= 0) return [];
      // Of another thread's trees it leaves some.
      const count = Math.min(most, queue === this.#own ? ready : Math.ceil(ready / 2));
      if (Atomics.compareExchange(this.#control, this.#takenAt(queue), taken, taken + count) !== taken) continue;
      return Array.from(this.#queues[queue]?.subarray(taken, taken + count) ?? []);
    }
  }

  /** A tree's children have been offered. */
  followed(): void {
    Atomics.sub(this.#control, OPEN, 1);
  }

  /** No more roots will come. To be called once. */
  close(): void {
    Atomics.sub(this.#control, OPEN, 1);
  }

  /** It is closed, and every tree that was offered has been followed. */
  get isDone(): boolean {
    return Atomics.load(this.#control, OPEN) === 0;
  }

  /** Ends the work of all threads; what is marked then is not all that is needed. */
  stop(): void {
    Atomics.store(this.#control, STOPPED, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#control, STOPPED) !== 0;
  }

  /** Lets a thread that has nothing to do rest for a millisecond. Not for a thread that serves others. */
  rest(): void {
    Atomics.wait(this.#control, STOPPED, 0, 1);
  }

  #takenAt(queue: number): number {
    return QUEUES + 2 * queue;
  }

  #putAt(queue: number): number {
    return QUEUES + 2 * queue + 1;
  }
}
