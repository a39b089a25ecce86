import { EngineError } from '../base/errors.ts';
import { cancelledError } from '../base/abort.ts';

const STOP = 0;
/** Counts events that a waiting worker may care about; all waiting is done on this word. */
const EVENTS = 1;
const IDLE = 2;
const STAGED = 3;
const SLOTS = 8;
const SLOT_WORDS = 4;

/** Two chunks on their way between workers: one being taken while the next one is offered. */
const SLOT_COUNT = 2;
/**
 * Memory for both: the first one's chunk begins at its front, the second one's ends at its end. Most pairs fit; what does not is stored by
 * whoever read it. Room for two of the largest chunks would be 13 MiB more, of every backup's memory.
 */
const ROOM_BYTES = 3 * 1024 * 1024;

const SLOT_FREE = 0;
const SLOT_FILLING = 1;
const SLOT_READY = 2;
const SLOT_TAKEN = 3;

/** A waiting worker looks around at least this often: the guard against a lost wake-up. */
const MAX_WAIT_MS = 1000;

const FILES_DONE = 0;
const BYTES_DONE = 1;
/** A cache line for each worker's counters. */
const COUNTER_WORDS = 8;

/** What all threads of one backup share besides the blob table. */
export interface SharedArchiveState {
  readonly control: SharedArrayBuffer;
  /** Never touched, and so without memory, before the first chunk is handed over. */
  readonly slots: SharedArrayBuffer;
  /** Doubles: files and bytes done, for each worker. */
  readonly counters: SharedArrayBuffer;
}

export function createArchiveState(workers: number): SharedArchiveState {
  return {
    control: new SharedArrayBuffer((SLOTS + SLOT_COUNT * SLOT_WORDS) * 4),
    slots: new SharedArrayBuffer(ROOM_BYTES),
    counters: new SharedArrayBuffer(workers * COUNTER_WORDS * 8),
  };
}

/** A chunk that another worker claimed and has no time to store. Valid until `done`. */
export interface HandedChunk {
  readonly entry: number;
  readonly bytes: Uint8Array;
  done(): void;
}

/**
 * The stop flag, the hand-over of large chunks to idle workers, the brake on staged packs and the progress counters of
 * one backup, in shared memory, so that they work while every thread is deep in synchronous calls.
 */
export class ArchiveControl {
  readonly #words: Int32Array;
  readonly #slots: SharedArrayBuffer;
  readonly #counters: Float64Array;

  constructor(state: SharedArchiveState) {
    this.#words = new Int32Array(state.control);
    this.#slots = state.slots;
    this.#counters = new Float64Array(state.counters);
  }

  stop(): void {
    Atomics.store(this.#words, STOP, 1);
    this.#signal();
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, STOP) !== 0;
  }

  /** Called between chunks and files; throws `cancelled`. */
  throwIfStopped(): void {
    if (this.stopped) throw cancelledError();
  }

  /** Packs that are written but not yet durable under their name. */
  packStaged(): void {
    Atomics.add(this.#words, STAGED, 1);
  }

  packCommitted(): void {
    Atomics.sub(this.#words, STAGED, 1);
    this.#signal();
  }

  /** Blocks while a slow disk has `limit` packs to catch up with. Only for workers. */
  waitForCommits(limit: number): void {
    for (;;) {
      const seen = Atomics.load(this.#words, EVENTS);
      if (Atomics.load(this.#words, STAGED) <= limit) return;
      this.throwIfStopped();
      Atomics.wait(this.#words, EVENTS, seen, MAX_WAIT_MS);
    }
  }

  /** Copies a chunk into a free slot if it fits and a worker has nothing to do. True: whoever takes it stores it. */
  offer(entry: number, chunk: Uint8Array): boolean {
    if (chunk.length > ROOM_BYTES || Atomics.load(this.#words, IDLE) === 0) return false;
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const at = SLOTS + slot * SLOT_WORDS;
      if (Atomics.compareExchange(this.#words, at, SLOT_FREE, SLOT_FILLING) !== SLOT_FREE) continue;
      // Told before the others' is looked at: of two that are offered at the same time and do not fit together, none stays.
      Atomics.store(this.#words, at + 1, chunk.length);
      if (this.#offeredBytes() > ROOM_BYTES) {
        this.#free(slot);
        return false;
      }
      this.#slotBytes(slot, chunk.length).set(chunk);
      Atomics.store(this.#words, at + 2, entry);
      Atomics.store(this.#words, at, SLOT_READY);
      this.#signal();
      return true;
    }
    return false;
  }

  take(): HandedChunk | undefined {
    for (let slot = 0; slot < SLOT_COUNT; slot++) {
      const at = SLOTS + slot * SLOT_WORDS;
      if (Atomics.compareExchange(this.#words, at, SLOT_READY, SLOT_TAKEN) !== SLOT_READY) continue;
      return {
        entry: Atomics.load(this.#words, at + 2),
        bytes: this.#slotBytes(slot, Atomics.load(this.#words, at + 1)),
        done: () => this.#free(slot),
      };
    }
    return undefined;
  }

  beginIdle(): void {
    Atomics.add(this.#words, IDLE, 1);
  }

  endIdle(): void {
    Atomics.sub(this.#words, IDLE, 1);
  }

  /** Read before looking for work, and given to `waitForEvent`: what happened in between ends the wait at once. */
  get eventCount(): number {
    return Atomics.load(this.#words, EVENTS);
  }

  /** Resolves at the next event, or after a second. Leaves the event loop free for messages. */
  async waitForEvent(seen: number): Promise<void> {
    const outcome = Atomics.waitAsync(this.#words, EVENTS, seen, MAX_WAIT_MS);
    if (outcome.async) await outcome.value;
  }

  addProgress(worker: number, files: number, bytes: number): void {
    // Each word has one writer; a reader may see one of the two a moment late.
    const at = worker * COUNTER_WORDS;
    this.#counters[at + FILES_DONE] = (this.#counters[at + FILES_DONE] ?? 0) + files;
    this.#counters[at + BYTES_DONE] = (this.#counters[at + BYTES_DONE] ?? 0) + bytes;
  }

  get filesDone(): number {
    return this.#sum(FILES_DONE);
  }

  get bytesDone(): number {
    return this.#sum(BYTES_DONE);
  }

  #sum(counter: number): number {
    let sum = 0;
    for (let at = counter; at < this.#counters.length; at += COUNTER_WORDS) sum += this.#counters[at] ?? 0;
    return sum;
  }

  #offeredBytes(): number {
    let bytes = 0;
    for (let slot = 0; slot < SLOT_COUNT; slot++) bytes += Atomics.load(this.#words, SLOTS + slot * SLOT_WORDS + 1);
    return bytes;
  }

  #free(slot: number): void {
    const at = SLOTS + slot * SLOT_WORDS;
    Atomics.store(this.#words, at + 1, 0);
    Atomics.store(this.#words, at, SLOT_FREE);
  }

  #slotBytes(slot: number, length: number): Uint8Array {
    if (length > ROOM_BYTES) throw new EngineError('internal', `A chunk of ${length} bytes cannot be handed over.`);
    return new Uint8Array(this.#slots, slot === 0 ? 0 : ROOM_BYTES - length, length);
  }

  #signal(): void {
    Atomics.add(this.#words, EVENTS, 1);
    Atomics.notify(this.#words, EVENTS);
  }
}
