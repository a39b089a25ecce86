import { Readable } from 'node:stream';

/**
 * Chunks as they come, as a stream. Resolves when the first one is there: what fails before is an error that can still be
 * answered as one. What fails later destroys the stream, so the connection breaks and nobody takes a part for the whole.
 */
export async function chunkStream(chunks: AsyncIterable<Uint8Array>): Promise<Readable> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  return new ChunkStream(iterator, first);
}

class ChunkStream extends Readable {
  readonly #iterator: AsyncIterator<Uint8Array>;
  #next: IteratorResult<Uint8Array> | null;

  constructor(iterator: AsyncIterator<Uint8Array>, first: IteratorResult<Uint8Array>) {
    super({ autoDestroy: true });
    this.#iterator = iterator;
    this.#next = first;
  }

  override _read(): void {
    const ready = this.#next;
    this.#next = null;
    if (ready) {
      this.#give(ready);
      return;
    }
    this.#iterator.next().then(
      (result) => this.#give(result),
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error(String(error))),
    );
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // Whoever makes the chunks is told that nobody wants more; it may take its time with that.
    this.#iterator.return?.().catch(() => undefined);
    done(error);
  }

  #give({ done, value }: IteratorResult<Uint8Array>): void {
    if (!this.destroyed) this.push(done ? null : value);
  }
}
