import { EngineError, fromPlainError, toPlainError } from '../base/errors.ts';
import type { FinishedPack } from '../pack/pack-writer.ts';
import type { IndexSaver } from '../repository/index-saver.ts';
import type { Repository } from '../repository/repository.ts';

/**
 * Publishes the packs that workers have staged, and enters each into the index once it is durable. Nothing is published
 * before `open`: that is when the repository is locked.
 */
export class PackCommits {
  readonly #repository: Repository;
  readonly #saver: IndexSaver;
  readonly #onCommitted: () => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #running = new Set<Promise<void>>();
  readonly #waiting: FinishedPack[] = [];
  #isOpen = false;
  #failure: EngineError | undefined;

  constructor(options: {
    readonly repository: Repository;
    readonly saver: IndexSaver;
    readonly onCommitted: () => void;
    readonly onFailure: (error: unknown) => void;
  }) {
    this.#repository = options.repository;
    this.#saver = options.saver;
    this.#onCommitted = options.onCommitted;
    this.#onFailure = options.onFailure;
  }

  open(): void {
    this.#isOpen = true;
    for (const pack of this.#waiting.splice(0)) this.#start(pack);
  }

  /** Takes over the staged file. */
  add(pack: FinishedPack): void {
    if (this.#isOpen) this.#start(pack);
    else this.#waiting.push(pack);
  }

  /** Resolves when everything added so far is in the index; rejects with the first failure, but not before all ended. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#waiting.length > 0) throw new EngineError('internal', 'Packs were staged, but never published.');
  }

  #start(pack: FinishedPack): void {
    const commit = this.#commit(pack).catch((error: unknown) => {
      this.#failure ??= error instanceof EngineError ? error : fromPlainError(toPlainError(error));
      this.#onFailure(this.#failure);
    });
    this.#running.add(commit);
    void commit.finally(() => this.#running.delete(commit));
  }

  /** Without a signal: a pack that is complete is worth the moment, since a later run finds it in the index. */
  async #commit(pack: FinishedPack): Promise<void> {
    await this.#repository.backend.writeStaged(this.#repository.packRef(pack.id), pack.path, pack.sizeBytes);
    this.#saver.add(pack.id, pack.entries);
    this.#onCommitted();
  }
}
