import { CHUNK_BYTES, STREAM_CREDITS } from '../browser-messages.ts';

/** Sends a stream's bytes in chunks, never more of them ahead of the reader than it has given credit for. */
export class ChunkSender {
  readonly #send: (bytes: Uint8Array<ArrayBuffer>) => void;
  #credits = STREAM_CREDITS;
  #wake: () => void = () => undefined;

  constructor(send: (bytes: Uint8Array<ArrayBuffer>) => void) {
    this.#send = send;
  }

  credit(): void {
    this.#credits++;
    this.#wake();
  }

  /** Resolves at the stream's end; rejects with its error, or with the signal's reason. */
  async sendAll(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void> {
    for await (const chunk of chunks) {
      for (let start = 0; start < chunk.length; start += CHUNK_BYTES) {
        await this.#room(signal);
        // A copy: the bytes are a cache's, and the copy moves to the other thread.
        this.#send(Uint8Array.from(chunk.subarray(start, start + CHUNK_BYTES)));
      }
    }
  }

  async #room(signal: AbortSignal): Promise<void> {
    while (this.#credits === 0) {
      signal.throwIfAborted();
      const { promise, resolve } = Promise.withResolvers<void>();
      const wake = () => resolve();
      this.#wake = wake;
      signal.addEventListener('abort', wake, { once: true });
      await promise;
      signal.removeEventListener('abort', wake);
    }
    signal.throwIfAborted();
    this.#credits--;
  }
}
