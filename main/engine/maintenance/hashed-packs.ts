import type { Backend, FileInfo } from '../backend/backend.ts';
import type { PackId } from '../base/ids.ts';
import type { CheckWorkers } from './check-read-data.ts';
import { PACK_MATCHES } from './pack-hash.ts';

/**
 * Compares packs with their names while nothing else can be done yet: that needs neither password nor index nor lock. A pack's
 * name says what its content must be, so it does not matter who else works in the repository meanwhile.
 */
export class HashedPacks {
  readonly #numbers = new Map<PackId, number>();
  #states = new Uint8Array(new SharedArrayBuffer(1));
  #stopped = false;
  readonly #finished = Promise.withResolvers<void>();
  #listed: Promise<readonly FileInfo[]> | undefined;

  /** Does nothing where workers cannot open packs by themselves. */
  start(backend: Backend, workers: CheckWorkers): void {
    this.#listed = backend.list('pack');
    // Whoever lists packs next hears what is wrong; a worker that fails fails every task.
    this.#hash(backend, this.#listed, workers).catch(() => undefined);
  }

  /** Resolves when all packs have been looked at, or it was stopped. Never where there is nothing to hash. */
  get finished(): Promise<void> {
    return this.#finished.promise;
  }

  /** The pack files as they were at the start, for whoever is going to look whether they still are. */
  get listed(): Promise<readonly FileInfo[]> | undefined {
    return this.#listed;
  }

  async #hash(backend: Backend, listed: Promise<readonly FileInfo[]>, workers: CheckWorkers): Promise<void> {
    const packs: { id: PackId; path: string }[] = [];
    for (const { id } of await listed) {
      const packId = id as PackId;
      const path = backend.localPath({ type: 'pack', id: packId });
      if (path === undefined) return;
      this.#numbers.set(packId, packs.length);
      packs.push({ id: packId, path });
    }
    if (this.#stopped) return;
    const states = new SharedArrayBuffer(packs.length + 1);
    this.#states = new Uint8Array(states);
    await workers.run({ kind: 'hash', packs, states });
    this.#finished.resolve();
  }

  /** The pack in work is still finished. */
  stop(): void {
    this.#stopped = true;
    Atomics.store(this.#states, this.#states.length - 1, 1);
  }

  /** Whether the pack's content has been found to be its name's. */
  has(id: PackId): boolean {
    const number = this.#numbers.get(id);
    return number !== undefined && Atomics.load(this.#states, number) === PACK_MATCHES;
  }
}
