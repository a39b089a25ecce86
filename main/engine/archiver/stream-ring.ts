import type { Readable } from 'node:stream';
import { EngineError } from '../base/errors.ts';
import type { ReadInto } from '../chunker/chunker.ts';

const WRITTEN = 0;
const READ = 1;
const ENDED = 2;
/** The two counters run freely modulo 2^32, so the size must be a power of two. */
const HEADER_BYTES = 16;
const RING_BYTES = 4 * 1024 * 1024;
const MAX_WAIT_MS = 1000;

const END_OF_STREAM = 1;

/** Carries a stream to a worker that reads it synchronously. */
export function createRing(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEADER_BYTES + RING_BYTES);
}

/** The worker's end: blocks until there are bytes, 0 at the end of the stream. `checkStop` throws to give up. */
export function ringReader(ring: SharedArrayBuffer, checkStop: () => void): ReadInto {
  const words = new Int32Array(ring, 0, HEADER_BYTES / 4);
  const bytes = new Uint8Array(ring, HEADER_BYTES);
  return (into, offset, length) => {
    for (;;) {
      checkStop();
      const written = Atomics.load(words, WRITTEN);
      const read = Atomics.load(words, READ);
      const available = (written - read) >>> 0;
      if (available > 0) {
        const start = (read >>> 0) % RING_BYTES;
        const count = Math.min(available, length, RING_BYTES - start);
        into.set(bytes.subarray(start, start + count), offset);
        Atomics.add(words, READ, count);
        Atomics.notify(words, READ);
        return count;
      }
      // The end is set after the last bytes: if it is seen, so are they.
      if (Atomics.load(words, ENDED) === END_OF_STREAM && Atomics.load(words, WRITTEN) === written) return 0;
      Atomics.wait(words, WRITTEN, written, MAX_WAIT_MS);
    }
  };
}

/** The main thread's end: resolves when the worker can have all of it, rejects `source_failed` when the stream fails. */
export async function fillRing(ring: SharedArrayBuffer, stream: Readable, signal: AbortSignal): Promise<void> {
  const words = new Int32Array(ring, 0, HEADER_BYTES / 4);
  const bytes = new Uint8Array(ring, HEADER_BYTES);
  // A stream that gives nothing would otherwise be waited for.
  const giveUp = () => stream.destroy();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    for await (const piece of stream) {
      let rest = toBytes(piece);
      while (rest.length > 0) {
        signal.throwIfAborted();
        const read = Atomics.load(words, READ);
        const written = Atomics.load(words, WRITTEN);
        const free = RING_BYTES - ((written - read) >>> 0);
        if (free === 0) {
          const outcome = Atomics.waitAsync(words, READ, read, MAX_WAIT_MS);
          if (outcome.async) await outcome.value;
          continue;
        }
        const start = (written >>> 0) % RING_BYTES;
        const count = Math.min(free, rest.length, RING_BYTES - start);
        bytes.set(rest.subarray(0, count), start);
        Atomics.add(words, WRITTEN, count);
        Atomics.notify(words, WRITTEN);
        rest = rest.subarray(count);
      }
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('source_failed', `The stream to back up failed: ${reason}`, { cause: error });
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  Atomics.store(words, ENDED, END_OF_STREAM);
  Atomics.notify(words, WRITTEN);
}

function toBytes(piece: unknown): Uint8Array {
  if (typeof piece === 'string') return Buffer.from(piece);
  if (piece instanceof Uint8Array) return piece;
  throw new EngineError('source_failed', 'The stream to back up gives neither bytes nor text.');
}
