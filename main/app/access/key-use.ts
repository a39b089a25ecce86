import type { Catalog } from '../catalog/ports.ts';

/**
 * When each API key was last used. A write for every request would be too much for what nobody reads to the second: the
 * times are collected here and written together by `flush`, every minute and at the end.
 */
export class KeyUse {
  readonly #catalog: Catalog;
  #lastUsed = new Map<string, Date>();

  constructor(catalog: Catalog) {
    this.#catalog = catalog;
  }

  touch(keyId: string, at: Date): void {
    this.#lastUsed.set(keyId, at);
  }

  async flush(): Promise<void> {
    if (this.#lastUsed.size === 0) return;
    const collected = this.#lastUsed;
    this.#lastUsed = new Map();
    try {
      await this.#catalog.write(async ({ apiKeys }) => {
        for (const [id, at] of collected) await apiKeys.setLastUsed(id, at);
      });
    } catch (error) {
      // What came in meanwhile is newer.
      this.#lastUsed = new Map([...collected, ...this.#lastUsed]);
      throw error;
    }
  }
}
