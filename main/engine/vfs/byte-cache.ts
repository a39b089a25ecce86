interface Held<Value> {
  readonly value: Value;
  readonly sizeBytes: number;
}

/**
 * What was loaded lately, by key, bounded by its memory: the least recently used goes first. The newest value stays whatever
 * its size, so that a folder larger than the whole cache can still be paged through.
 *
 * Each key is loaded once at a time, for all who ask. Nobody's cancellation may spoil it for the others, so `load` takes no
 * signal; a failed load is forgotten.
 */
export class ByteCache<Key, Value> {
  readonly capacityBytes: number;
  readonly #sizeOf: (value: Value) => number;
  /** In the order of use, the latest last. */
  readonly #held = new Map<Key, Held<Value>>();
  readonly #loading = new Map<Key, Promise<Value>>();
  #usedBytes = 0;

  constructor(capacityBytes: number, sizeOf: (value: Value) => number) {
    this.capacityBytes = capacityBytes;
    this.#sizeOf = sizeOf;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  get loadingCount(): number {
    return this.#loading.size;
  }

  /** Held, or on its way. */
  has(key: Key): boolean {
    return this.#held.has(key) || this.#loading.has(key);
  }

  get(key: Key, load: () => Promise<Value>): Promise<Value> {
    const held = this.#held.get(key);
    if (held) {
      this.#held.delete(key);
      this.#held.set(key, held);
      return Promise.resolve(held.value);
    }
    const loading = this.#loading.get(key);
    if (loading) return loading;
    const started = load().then(
      (value) => {
        this.#loading.delete(key);
        this.#keep(key, value);
        return value;
      },
      (error: unknown) => {
        this.#loading.delete(key);
        throw error;
      },
    );
    this.#loading.set(key, started);
    return started;
  }

  #keep(key: Key, value: Value): void {
    const sizeBytes = this.#sizeOf(value);
    this.#held.set(key, { value, sizeBytes });
    this.#usedBytes += sizeBytes;
    for (const [oldest, { sizeBytes: freed }] of this.#held) {
      if (this.#usedBytes <= this.capacityBytes || this.#held.size === 1) return;
      this.#held.delete(oldest);
      this.#usedBytes -= freed;
    }
  }
}
