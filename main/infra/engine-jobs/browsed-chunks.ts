/** The reader's end of a stream that another thread sends: takes chunks as they come, and asks for the next one with each that is read. */
export class BrowsedChunks implements AsyncIterable<Uint8Array> {
  readonly #onTaken: () => void;
  readonly #onLeft: () => void;
  readonly #chunks: Uint8Array[] = [];
  #end: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  /** `onTaken`: one chunk more may be sent. `onLeft`: the reader wants no more of them. */
  constructor(onTaken: () => void, onLeft: () => void) {
    this.#onTaken = onTaken;
    this.#onLeft = onLeft;
  }

  add(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#wake();
  }

  /** After what has come already; a failure at once. */
  finish(end: { readonly error?: unknown } = {}): void {
    this.#end ??= end;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        if (this.#end && 'error' in this.#end) throw this.#end.error;
        const chunk = this.#chunks.shift();
        if (chunk) {
          this.#onTaken();
          yield chunk;
        } else if (this.#end) return;
        else await this.#next();
      }
    } finally {
      this.#chunks.length = 0;
      this.#onLeft();
    }
  }

  #next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    return promise;
  }
}
