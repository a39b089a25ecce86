import { EngineError } from '../base/errors.ts';
import type { RepositoryIndex } from '../index/repository-index.ts';
import { loadIndex, refreshIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';

/**
 * The index, read while the lock is still being taken, which is mostly waiting. What was read without a lock is only
 * trusted after a second look, when ours is there to be seen, and a third one when it counts.
 */
export class EarlyIndex {
  readonly #repository: Repository;
  readonly #control = new AbortController();
  readonly #loading: Promise<RepositoryIndex | undefined>;
  #giving: Promise<RepositoryIndex | undefined> | undefined;

  constructor(repository: Repository, signal: AbortSignal | undefined) {
    this.#repository = repository;
    const either = signal ? AbortSignal.any([signal, this.#control.signal]) : this.#control.signal;
    // Whatever went wrong, perhaps because of a prune that still held its lock, is met again by the second attempt.
    this.#loading = loadIndex(repository, { signal: either }).catch(() => undefined);
  }

  /** Once our lock can be seen, if there is one to be taken. Errors as in loadIndex. */
  get(signal: AbortSignal | undefined): Promise<RepositoryIndex> {
    const giving = this.#upToDate(signal);
    this.#giving = giving.catch(() => undefined);
    return giving;
  }

  /**
   * Once our lock counts. Only somebody who took his lock, pruned and released it between our first look and our lock's being
   * written, more than 0.2 s, goes unseen by either side: then packs may be gone, and that is `lock_lost`.
   */
  async confirm(): Promise<void> {
    const index = await this.#giving;
    // Else the second look is still to come, or has failed.
    if (!index) return;
    const stored = new Set(await this.#repository.unpacked.listIds('index'));
    if (index.indexIds.every((id) => stored.has(id))) return;
    const message = `Somebody else changed ${this.#repository.location} while this operation began. Run it again.`;
    throw new EngineError('lock_lost', message, { retry: 'later' });
  }

  async #upToDate(signal: AbortSignal | undefined): Promise<RepositoryIndex> {
    const options = signal ? { signal } : {};
    const index = await this.#loading;
    if (index && (await refreshIndex(this.#repository, index, options))) return index;
    return loadIndex(this.#repository, options);
  }

  /** Stops the reading when nobody waits for it any more. */
  cancel(): void {
    this.#control.abort();
  }
}
