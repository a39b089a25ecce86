import type { PackId } from '../base/ids.ts';
import { IndexEncoder } from '../index/index-encoder.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import type { Repository } from './repository.ts';

/** However few blobs there are, what was stored is findable after this time (repository-format, section 8). */
const MAX_AGE_MS = 10 * 60 * 1000;

/**
 * Enters packs that are durable into the index, and saves index files for them along the way: at 50,000 blobs, after ten
 * minutes, and at `flush`. A pack must be durable before `add`, and `flush` must be over before a snapshot is saved; a crash in
 * between leaves packs that no index names, which prune removes (repository-format, section 16).
 */
export class IndexSaver {
  readonly #repository: Repository;
  readonly #index: RepositoryIndex;
  readonly #maxAgeMs: number;
  readonly #encoder: IndexEncoder;
  /** Numbers of the packs in the encoder. */
  #packs: number[] = [];
  #oldestMs = 0;
  /** Saves run one after another; it rejects with the first failure and stays so. */
  #saving: Promise<void> = Promise.resolve();

  constructor(repository: Repository, index: RepositoryIndex, options: { readonly maxAgeMs?: number } = {}) {
    this.#repository = repository;
    this.#index = index;
    this.#maxAgeMs = options.maxAgeMs ?? MAX_AGE_MS;
    this.#encoder = new IndexEncoder(index.table);
  }

  /** `entries` as `RepositoryIndex.addPack` takes them. Returns the pack's number. */
  add(id: PackId, entries: Uint32Array): number {
    const nowMs = performance.now();
    if (this.#packs.length === 0) this.#oldestMs = nowMs;
    const pack = this.#index.addPack(id, entries);
    this.#packs.push(pack);
    this.#encoder.addPack(id, entries);
    if (this.#encoder.isFull || nowMs - this.#oldestMs >= this.#maxAgeMs) this.#save();
    return pack;
  }

  /** Saves what is left and waits for everything. Durable when it resolves; rejects with the first save that failed. */
  async flush(): Promise<void> {
    this.#save();
    await this.#saving;
  }

  /** Waits for the saves under way; for callers that list the packs which have no index yet in files of their own. */
  async settle(): Promise<void> {
    await this.#saving;
  }

  #save(): void {
    if (this.#packs.length === 0) return;
    const packs = this.#packs;
    const json = this.#encoder.drain();
    this.#packs = [];
    this.#saving = this.#saving.then(async () => {
      const index = this.#index.addIndex(await this.#repository.unpacked.savePieces('index', json));
      for (const pack of packs) this.#index.setPackIndex(pack, index);
    });
    // Whoever flushes hears of it; until then it must not count as unhandled.
    this.#saving.catch(() => {});
  }
}
