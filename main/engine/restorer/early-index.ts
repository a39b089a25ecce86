import type { RepositoryIndex } from '../index/repository-index.ts';
import { loadIndex, refreshIndex } from '../repository/load-index.ts';
import type { Repository } from '../repository/repository.ts';

/**
 * The index, read while the lock is still being taken, which is mostly waiting. What was read without a lock is only
 * trusted after a second look under it.
 */
export class EarlyIndex {
  readonly #repository: Repository;
  readonly #control = new AbortController();
  readonly #loading: Promise<RepositoryIndex | undefined>;

  constructor(repository: Repository, signal: AbortSignal | undefined) {
    this.#repository = repository;
    const either = signal ? AbortSignal.any([signal, this.#control.signal]) : this.#control.signal;
    // Whatever went wrong, perhaps because of a prune that still held its lock, is met again by the second attempt.
    this.#loading = loadIndex(repository, { signal: either }).catch(() => undefined);
  }

  /** Under the lock, if there is one to be taken. Errors as in loadIndex. */
  async get(signal: AbortSignal | undefined): Promise<RepositoryIndex> {
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
