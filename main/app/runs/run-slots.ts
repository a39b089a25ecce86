/** How much is executed at once: so many runs, and of those that share a key so many. */
export class RunSlots {
  readonly #most: number;
  readonly #mostOfKey: (key: string) => number;
  readonly #keysInUse = new Map<string, number>();
  #taken = 0;

  constructor(most: number, mostOfKey: (key: string) => number) {
    this.#most = most;
    this.#mostOfKey = mostOfKey;
  }

  get taken(): number {
    return this.#taken;
  }

  get hasFree(): boolean {
    return this.#taken < this.#most;
  }

  isFree(key: string): boolean {
    return (this.#keysInUse.get(key) ?? 0) < this.#mostOfKey(key);
  }

  take(keys: readonly string[]): void {
    this.#taken++;
    for (const key of keys) this.#keysInUse.set(key, (this.#keysInUse.get(key) ?? 0) + 1);
  }

  release(keys: readonly string[]): void {
    this.#taken--;
    for (const key of keys) {
      const left = (this.#keysInUse.get(key) ?? 1) - 1;
      if (left > 0) this.#keysInUse.set(key, left);
      else this.#keysInUse.delete(key);
    }
  }
}
